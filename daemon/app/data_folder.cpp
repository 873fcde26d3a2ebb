#include "app/data_folder.hpp"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace kontor::app {
namespace {

constexpr std::size_t token_bytes = 32;

std::string why() { return std::strerror(errno); }

}  // namespace

Result<DataFolder> DataFolder::open(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) {
        return invalid("data folder", "cannot make " + path + ": " + error.message() + "; choose another with --data or KONTOR_DATA");
    }
    const std::string file = path + "/lock";
    const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        return invalid("data folder", "cannot write to " + path + ": " + why() + "; choose another with --data or KONTOR_DATA");
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        close(lock);
        return conflict("data folder", "another kontor is running on " + path + "; stop it, or choose another folder with --data");
    }
    return DataFolder(path, lock);
}

DataFolder::DataFolder(DataFolder&& other) noexcept : path_(std::move(other.path_)), lock_(other.lock_) { other.lock_ = -1; }

DataFolder::~DataFolder() {
    if (lock_ >= 0) {
        close(lock_);
    }
}

Result<std::string> DataFolder::token() const {
    const std::string file = path("token");
    if (std::ifstream known(file); known) {
        std::string token;
        std::getline(known, token);
        if (token.size() < token_bytes) {
            return invalid("token", file + " holds no token; remove it and start again to get a new one");
        }
        return token;
    }
    std::array<unsigned char, token_bytes> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        return internal("token", "no random numbers could be had");
    }
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string token = "kontor_";
    for (const unsigned char byte : random) {
        token += digits[byte >> 4U];
        token += digits[byte & 0xFU];
    }
    const std::string temporary = file + ".new";
    const int out = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const std::string line = token + "\n";
    const bool written = out >= 0 && write(out, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(out) == 0;
    const std::string fault = written ? "" : why();
    if (out >= 0) {
        close(out);
    }
    if (!written || rename(temporary.c_str(), file.c_str()) != 0) {
        return invalid("token", "cannot write " + file + ": " + (fault.empty() ? why() : fault));
    }
    return token;
}

}  // namespace kontor::app
