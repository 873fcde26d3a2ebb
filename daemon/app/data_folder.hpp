// The daemon's data folder: made with 0700, locked against a second daemon, with the API's token in it.
// Owner: Daemon. The lock lasts as long as the object.
#pragma once

#include <string>

#include "base/result.hpp"

namespace kontor::app {

class DataFolder {
 public:
    // Errors: Invalid (not writable: which folder and why), Conflict (another daemon uses it).
    static Result<DataFolder> open(const std::string& path);
    DataFolder(DataFolder&& other) noexcept;
    DataFolder& operator=(DataFolder&&) = delete;
    ~DataFolder();

    std::string path(const std::string& name) const { return path_ + "/" + name; }
    // Made at first start, 0600. Errors: Invalid when it cannot be read or written.
    Result<std::string> token() const;

 private:
    DataFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
    std::string path_;
    int lock_ = -1;
};

}  // namespace kontor::app
