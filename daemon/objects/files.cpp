#include "objects/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace kontor::objects {

using sdk::FailureClass;
using sdk::TaskFailure;

Fd::~Fd() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

void throw_errno(int error, const std::string& what) {
    const std::string reason = std::generic_category().message(error);
    if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
        throw TaskFailure(FailureClass::Transient, "storage full: cannot " + what + ": " + reason + "; free space in the data folder");
    }
    if (error == EACCES || error == EPERM || error == EROFS || error == ENOTDIR || error == ELOOP) {
        throw TaskFailure(FailureClass::Config, "cannot " + what + ": " + reason + "; give the daemon its data folder back");
    }
    throw TaskFailure(FailureClass::Transient, "cannot " + what + ": " + reason);
}

void write_all(int fd, std::span<const unsigned char> bytes, const std::string& what) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            throw_errno(errno, what);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

std::size_t read_full(int fd, std::span<unsigned char> buffer, const std::string& what) {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
        const ssize_t got = ::read(fd, buffer.data() + filled, buffer.size() - filled);
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            throw_errno(errno, what);
        }
        if (got == 0) {
            break;
        }
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

void sync_file(int fd, const std::string& what) {
    // A failed fsync is never tried again: the kernel may have dropped the pages, and a second call would succeed.
    if (::fsync(fd) != 0) {
        throw_errno(errno, what);
    }
}

namespace {

// errno of what failed; 0: nothing.
int folder_sync_error(const std::string& folder) {
    const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return fd.is_open() && ::fsync(fd.get()) == 0 ? 0 : errno;
}

}  // namespace

void sync_folder(const std::string& folder, const std::string& what) {
    if (const int error = folder_sync_error(folder); error != 0) {
        throw_errno(error, what);
    }
}

void FolderMaker::make(const std::string& relative, const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (durable_.size() > durable_folders_max) {
        durable_.clear();
    }
    int error = make_below(relative);
    if (error == ENOENT) {
        // A folder that was known went with the last object in it.
        durable_.clear();
        error = make_below(relative);
    }
    if (error != 0) {
        throw_errno(error, what);
    }
}

int FolderMaker::make_below(const std::string& relative) {
    std::string parent = root_;
    for (std::size_t from = 0; from < relative.size();) {
        const std::size_t slash = std::min(relative.find('/', from), relative.size());
        const std::string folder = parent + "/" + relative.substr(from, slash - from);
        if (!durable_.contains(folder)) {
            if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
                return errno;
            }
            // Also when it exists: whoever made it may not have lived to sync it.
            if (const int error = folder_sync_error(parent); error != 0) {
                return error;
            }
            durable_.insert(folder);
        }
        parent = folder;
        from = slash + 1;
    }
    return 0;
}

void FolderMaker::forget() {
    const std::lock_guard lock(mutex_);
    durable_.clear();
}

void replace_file(const std::string& path, std::span<const unsigned char> bytes, const std::string& what) {
    const std::string beside = path + ".new";
    {
        const Fd fd(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!fd.is_open()) {
            throw_errno(errno, what);
        }
        if (::fchmod(fd.get(), 0600) != 0) {
            throw_errno(errno, what);
        }
        write_all(fd.get(), bytes, what);
        sync_file(fd.get(), what);
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) {
        throw_errno(errno, what);
    }
    const std::size_t slash = path.rfind('/');
    sync_folder(slash == std::string::npos ? "." : path.substr(0, slash), what);
}

}  // namespace kontor::objects
