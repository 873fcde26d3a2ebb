// Files that others drop into a folder become objects of the scope `inbox`. A file is taken once it has stopped changing, and
// removed once what came of it is recorded; whoever dies in between, the same file gives the same identity again.
// Thread: one at a time. Owner: app.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "ports/object_store.hpp"

namespace kontor::objects {

// A file that was written to later than this is still being written.
inline constexpr Duration inbox_settle = std::chrono::seconds(2);
// Taken in one scan; the rest waits for the next.
inline constexpr std::size_t inbox_files_max = 100;
inline constexpr int inbox_depth_max = 8;

struct ArrivedFile {
    std::string path;
    std::string name;      // below the folder, with '/' between
    std::string country;   // the first part of the name if that is one; otherwise "all"
    std::string identity;  // of this very delivery: name, file and time
    sdk::ObjectRef object;
    std::vector<sdk::Effect> effects;
};

// What tells one delivery from another: whatever is hashed here comes to the same again for the same delivery.
std::string delivery_identity(std::string_view delivery);
// A session that writes what is delivered: objects of the day's `arrived`, by the role `receiver`. Errors: TaskFailure.
std::unique_ptr<ports::ObjectSession> receiving(ports::ObjectStore& objects, std::string_view identity, const std::string& country, Instant now);

class Inbox {
 public:
    // Names that begin with '.' or end in .part or .tmp, and everything that is no plain file, are left alone.
    Inbox(ports::ObjectStore& objects, std::string folder) : objects_(objects), folder_(std::move(folder)) {}

    // Stores every file that has not changed since the last scan. What could not be stored is told in `faults` and stays.
    // Errors: Unavailable: the folder cannot be read.
    Result<std::vector<ArrivedFile>> scan(Instant now, std::vector<std::string>& faults);
    // Removes the file, unless it has changed meanwhile: then it is a new one.
    Result<void> remove(const ArrivedFile& file);

    const std::string& folder() const { return folder_; }

 private:
    // What tells one state of a file from another.
    struct Stamp {
        std::uint64_t inode = 0;
        std::int64_t bytes = 0;
        std::int64_t changed_ns = 0;
        bool operator==(const Stamp&) const = default;
    };
    static Result<Stamp> stamp_of(const std::string& path);
    Result<ArrivedFile> store(const std::string& path, const std::string& name, const Stamp& stamp, Instant now);

    ports::ObjectStore& objects_;
    const std::string folder_;
    std::map<std::string, Stamp> seen_;     // by name, in the last scan
    std::map<std::string, Stamp> pending_;  // stored and not yet removed, by path
};

}  // namespace kontor::objects
