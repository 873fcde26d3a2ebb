#include "tasks/archive/tar.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>

#include "tasks/sdk/outcome.hpp"

namespace kontor::archive {
namespace {

using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

[[noreturn]] void broken(const std::string& what) {
    throw sdk::TaskFailure(sdk::FailureClass::Data, "the archive cannot be used: " + what);
}

std::string fault_of(::archive* handle) {
    const char* text = archive_error_string(handle);
    return text == nullptr ? "it is no tar" : text;
}

void must(int status, ::archive* handle) {
    if (status != ARCHIVE_OK) {
        throw sdk::TaskFailure(sdk::FailureClass::Resource, "no archive can be written: " + fault_of(handle));
    }
}

la_ssize_t append(::archive* /*handle*/, void* bytes, const void* more, size_t size) {
    static_cast<std::string*>(bytes)->append(static_cast<const char*>(more), size);
    return static_cast<la_ssize_t>(size);
}

std::string last_part(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

std::string contents(::archive* reader, const std::string& name, std::size_t bytes_max) {
    std::string bytes;
    const void* block = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    for (;;) {
        const int status = archive_read_data_block(reader, &block, &size, &offset);
        if (status == ARCHIVE_EOF) {
            return bytes;
        }
        if (status != ARCHIVE_OK) {
            broken(name + ": " + fault_of(reader));
        }
        // What a sparse file leaves out counts, too.
        const std::size_t end = static_cast<std::size_t>(offset) + size;
        if (offset < 0 || end > bytes_max) {
            broken("what it holds is larger than " + std::to_string(bytes_max >> 20U) + " MiB");
        }
        bytes.resize(static_cast<std::size_t>(offset));
        bytes.append(static_cast<const char*>(block), size);
    }
}

}  // namespace

TarWriter::TarWriter() : writer_(archive_write_new(), [](::archive* handle) { archive_write_free(handle); }) {
    must(archive_write_set_format_ustar(writer_.get()), writer_.get());
    must(archive_write_open(writer_.get(), bytes_.get(), nullptr, &append, nullptr), writer_.get());
}

void TarWriter::add(std::string_view name, std::string_view bytes) {
    const Entry entry(archive_entry_new(), &archive_entry_free);
    archive_entry_set_pathname(entry.get(), std::string(name).c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), 0, 0);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
    must(archive_write_header(writer_.get(), entry.get()), writer_.get());
    if (archive_write_data(writer_.get(), bytes.data(), bytes.size()) != static_cast<la_ssize_t>(bytes.size())) {
        must(ARCHIVE_FATAL, writer_.get());
    }
}

std::string TarWriter::finish() {
    must(archive_write_close(writer_.get()), writer_.get());
    writer_.reset();
    return std::move(*bytes_);
}

std::vector<File> read_tar(std::string_view bytes, const TarLimits& limits) {
    const std::unique_ptr<::archive, decltype(&archive_read_free)> reader(archive_read_new(), &archive_read_free);
    archive_read_support_format_tar(reader.get());
    archive_read_support_filter_gzip(reader.get());
    archive_read_support_filter_zstd(reader.get());
    if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
        broken(fault_of(reader.get()));
    }
    std::vector<File> files;
    std::size_t left = limits.bytes_max;
    for (;;) {
        archive_entry* entry = nullptr;
        const int status = archive_read_next_header(reader.get(), &entry);
        if (status == ARCHIVE_EOF) {
            return files;
        }
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
            broken(fault_of(reader.get()));
        }
        const char* path = archive_entry_pathname(entry);
        const std::string name = last_part(path == nullptr ? "" : path);
        if (archive_entry_filetype(entry) == AE_IFDIR) {
            continue;
        }
        if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr || name.empty()) {
            broken("it holds something that is no plain file");
        }
        if (files.size() >= limits.files_max) {
            broken("it holds more than " + std::to_string(limits.files_max) + " files");
        }
        if (std::any_of(files.begin(), files.end(), [&](const File& file) { return file.name == name; })) {
            broken("it holds two files named " + name);
        }
        files.push_back({name, contents(reader.get(), name, left)});
        left -= files.back().bytes.size();
    }
}

}  // namespace kontor::archive
