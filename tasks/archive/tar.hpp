// Files in one tar, by libarchive. Thread: pure.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct archive;

namespace kontor::archive {

struct File {
    std::string name;
    std::string bytes;
};

// POSIX ustar. The same files in the same order give the same bytes: nothing depends on the clock or on who asks.
class TarWriter {
 public:
    TarWriter();
    // Requires: a plain name of up to 100 bytes. Errors: TaskFailure(Resource) when there is no memory.
    void add(std::string_view name, std::string_view bytes);
    // The whole; the writer is over.
    std::string finish();

 private:
    // What libarchive holds on to stays where it is.
    std::unique_ptr<std::string> bytes_ = std::make_unique<std::string>();
    std::shared_ptr<::archive> writer_;
};

struct TarLimits {
    std::size_t bytes_max = std::size_t{256} << 20U;  // of all files, unpacked
    std::size_t files_max = 64;
};
// A tar of any kind, plain or packed by gzip or zstd. A file's name is the last part of its path; folders are passed over.
// Errors: TaskFailure(Data) for anything else, with what is wrong: a name twice, a link, more than the limits allow.
std::vector<File> read_tar(std::string_view bytes, const TarLimits& limits);

}  // namespace kontor::archive
