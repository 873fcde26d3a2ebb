// Key-encryption keys, one per (scope, country), in a file that only the daemon's user may read.
// Losing that file loses every object, so it is never made anew beside objects that exist.
// Thread: any. Several processes may share the file. Owner: LocalObjects.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "objects/secret.hpp"

namespace kontor::objects {

// scope (32), country (3), number.
inline constexpr std::size_t key_id_bytes_max = 64;

struct WrappingKey {
    std::string id;  // scope/COUNTRY/1
    SecretPtr secret;
};

class KeyRing {
 public:
    // Makes the file when it is missing and `objects_exist` is false.
    // Errors: Invalid (missing beside objects; readable by others; damaged), each with what to do; Unavailable (I/O).
    static Result<std::unique_ptr<KeyRing>> open(std::string path, bool objects_exist);

    // The newest key of (scope, country) that is known here. Made and durable in the file before it is returned.
    // Throws TaskFailure when the file cannot be read or written.
    WrappingKey current(std::string_view scope, std::string_view country);
    // Makes the key "scope/COUNTRY/number" unless it is there; the highest number is the current one. Older keys stay: what
    // they wrap is still to be opened. Throws as current().
    void ensure(const std::string& id);
    const std::string& path() const { return path_; }
    // Every key's id as the file has it now, in order.
    std::vector<std::string> ids();
    // Looks into the file again for an id it does not know: another process may have made it.
    std::optional<SecretPtr> find(std::string_view id);
    // Whether `base64` (44 characters, as the file has them) is a key that is known here: for whoever keeps keys out of a log.
    bool holds(std::string_view base64);

 private:
    explicit KeyRing(std::string path) : path_(std::move(path)) {}
    void load();
    void save() const;
    WrappingKey make(const std::string& id);
    // Number of the newest key of "scope/COUNTRY/"; 0 when there is none. Requires: mutex_ is held.
    int newest(const std::string& prefix) const;

    const std::string path_;
    std::mutex mutex_;
    std::map<std::string, SecretPtr, std::less<>> keys_;
};

}  // namespace kontor::objects
