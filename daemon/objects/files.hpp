// The few file operations the store needs, each durable when it returns. Errors become TaskFailure with a sentence.
// Thread: any. Owner: none.
#pragma once

#include <cstddef>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "tasks/sdk/outcome.hpp"

namespace kontor::objects {

class Fd {
 public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Fd();
    int get() const { return fd_; }
    bool is_open() const { return fd_ >= 0; }

 private:
    int fd_ = -1;
};

// Full, quota and I/O errors are Transient; refused access is Config. `what` is "write the object raw/...".
[[noreturn]] void throw_errno(int error, const std::string& what);

void write_all(int fd, std::span<const unsigned char> bytes, const std::string& what);
// Fills `buffer` unless the file ends before; returns the number of bytes.
std::size_t read_full(int fd, std::span<unsigned char> buffer, const std::string& what);
void sync_file(int fd, const std::string& what);
void sync_folder(const std::string& folder, const std::string& what);

// Makes folders below a root, mode 0700, each durable in its parent. Thread: any.
class FolderMaker {
 public:
    explicit FolderMaker(std::string root) : root_(std::move(root)) {}
    // Ensures: `relative` and all above it would survive a loss of power, whoever made them.
    void make(const std::string& relative, const std::string& what);
    // What it knows may no longer be so.
    void forget();

 private:
    // errno of what failed; 0: nothing.
    int make_below(const std::string& relative);

    const std::string root_;
    std::mutex mutex_;
    std::set<std::string> durable_;  // known so far; forgotten when it grows past durable_folders_max
};
inline constexpr std::size_t durable_folders_max = 20'000;

// Writes beside `path`, syncs, renames over it, syncs the folder. Mode 0600. A failure leaves the old file.
void replace_file(const std::string& path, std::span<const unsigned char> bytes, const std::string& what);

}  // namespace kontor::objects
