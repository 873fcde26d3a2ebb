// Files that somebody sends for a country: each becomes an encrypted object and an event that triggers hear (`file`), as if it had
// been put into the inbox folder. Adapter: app/file_desk.hpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/caller.hpp"
#include "base/result.hpp"

namespace kontor::ports {

struct FileSender {
    Caller by;
    std::string route;  // for the record
    std::string resource;
    std::string reason;
    std::string country;
    std::string name;         // below the country's folder, with '/' between: see is_file_name
    std::string reply_key;    // empty: no Idempotency-Key
    std::string fingerprint;  // of the request without its body
    bool dry_run = false;     // say who would hear of it, and keep nothing
};
struct FileReply {
    int status = 202;
    std::string body;  // what became of the event, as POST /v1/events answers it
    bool replayed = false;
    bool on_record = false;
};

// Up to 200 bytes of letters, digits, '.', '_', '-' and '/', where no part is empty or begins with a dot.
inline bool is_file_name(std::string_view name) {
    constexpr std::size_t bytes_max = 200;
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/";
    return !name.empty() && name.size() <= bytes_max && name.find_first_not_of(allowed) == std::string_view::npos && name.front() != '/' &&
           name.front() != '.' && name.back() != '/' && name.find("//") == std::string_view::npos && name.find("/.") == std::string_view::npos;
}

// One request's body. Destroyed before finish(), nothing was there.
// Thread: one call at a time, any thread; calls wait for the disk and the database.
class FileStream {
 public:
    virtual ~FileStream() = default;
    // Errors: Unavailable. The stream is over then.
    virtual Result<void> take(std::string_view bytes) = 0;
    // Ensures: the object is whole, and it, the event and its runs are committed.
    virtual Result<FileReply> finish() = 0;
};

class FileDesk {
 public:
    virtual ~FileDesk() = default;
    // Thread: any; does not block. Errors: Unavailable.
    virtual Result<std::unique_ptr<FileStream>> open(FileSender sender) = 0;
};

}  // namespace kontor::ports
