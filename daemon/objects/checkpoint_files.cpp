#include "objects/checkpoint_files.hpp"

#include "base/sha256.hpp"
#include "objects/files.hpp"
#include "objects/piece_stream.hpp"
#include "objects/sealed_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace kontor::objects {
namespace {

namespace fs = std::filesystem;

// Files of writers that died stand there too, and go the same way.
void sweep(const std::string& folder) {
    const auto oldest = fs::file_time_type::clock::now() - checkpoint_days_max;
    std::error_code gone;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const auto written = entry.last_write_time(gone);
        if (!gone && written < oldest) {
            fs::remove(entry.path(), gone);
        }
    }
}

Fd make_beside(const std::string& path, std::string& made) {
    made = path + ".XXXXXX";
    return Fd(::mkostemp(made.data(), O_CLOEXEC));
}

}  // namespace

Result<std::unique_ptr<CheckpointFiles>> CheckpointFiles::open(
    const std::string& objects_folder, KeyRing& keys
) {
    const std::string folder = objects_folder + "/" + checkpoints_folder;
    try {
        fs::create_directories(folder);
        sweep(folder);
    } catch (const fs::filesystem_error& error) {
        return unavailable(
            "checkpoints.open",
            "the folder for checkpoints cannot be used: " + std::string(error.what())
        );
    }
    return std::unique_ptr<CheckpointFiles>(new CheckpointFiles(folder, keys));
}

std::string CheckpointFiles::path_of(const ObjectKey& name) const {
    return folder_ + "/" + sha256_hex(name.text);
}

std::optional<std::string> CheckpointFiles::read(const sdk::TaskIdentity& whose) {
    const ObjectKey name = checkpoint_key(whose);
    const std::string what = "read the checkpoint " + name.text;
    const Fd file(::open(path_of(name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.is_open()) {
        if (errno == ENOENT) {
            return std::nullopt;
        }
        throw_errno(errno, what);
    }
    const OpenedHead head = open_sealed(file.get(), name, keys_);
    PieceReader pieces(*head.data_key, head.stream);
    std::string plain;
    std::vector<unsigned char> buffer(256U * 1024);
    while (const std::size_t got = pieces.read(file.get(), buffer, name.text)) {
        plain.append(reinterpret_cast<const char*>(buffer.data()), got);
        if (plain.size() > checkpoint_bytes_max) {
            throw_damaged(name.text, "it is larger than any that is written");
        }
    }
    return plain;
}

void CheckpointFiles::write(const sdk::TaskIdentity& whose, std::string_view bytes) {
    if (bytes.size() > checkpoint_bytes_max) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config,
            "a checkpoint of " + std::to_string(bytes.size()) + " bytes is larger than " +
                std::to_string(checkpoint_bytes_max)
        );
    }
    sweep_at_times();
    const ObjectKey name = checkpoint_key(whose);
    const std::string what = "write the checkpoint " + name.text;
    const std::string path = path_of(name);
    const SecretPtr data_key = Secret::random();
    StreamHead stream{};
    PieceWriter pieces(*data_key, stream);
    std::string made;
    const Fd file = make_beside(path, made);
    if (!file.is_open()) {
        throw_errno(errno, what);
    }
    try {
        write_all(
            file.get(),
            seal_head(name, keys_.current(name.scope, name.country), *data_key, stream),
            what
        );
        pieces.write(
            file.get(), {reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}, what
        );
        pieces.finish(file.get(), what);
        sync_file(file.get(), what);
        if (::rename(made.c_str(), path.c_str()) != 0) {
            throw_errno(errno, what);
        }
    } catch (const sdk::TaskFailure&) {
        ::unlink(made.c_str());
        throw;
    }
    // The rename may be lost with the power: then the one before is there, which is as true.
}

void CheckpointFiles::remove(const sdk::TaskIdentity& whose) {
    const ObjectKey name = checkpoint_key(whose);
    if (::unlink(path_of(name).c_str()) != 0 && errno != ENOENT) {
        throw_errno(errno, "remove the checkpoint " + name.text);
    }
}

void CheckpointFiles::sweep_at_times() {
    {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        if (now < next_sweep_) {
            return;
        }
        next_sweep_ = now + std::chrono::hours(1);
    }
    try {
        sweep(folder_);
    } catch (const fs::filesystem_error&) {
        // What cannot be listed now is swept the next time; whether the folder can be written is
        // about to be seen.
    }
}

}  // namespace kontor::objects
