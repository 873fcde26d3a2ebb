#include "objects/key_ring.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "base/json.hpp"
#include "objects/files.hpp"

namespace kontor::objects {
namespace {

using sdk::FailureClass;
using sdk::TaskFailure;

// 38 countries x 8 scopes x rotations is far below this.
constexpr std::size_t key_file_bytes_max = 16U * 1024 * 1024;
constexpr std::string_view format = "kontor-keys-1";
constexpr std::size_t base64_bytes = 45;  // of 32 bytes with padding, and the final zero

[[noreturn]] void damaged(const std::string& path, const std::string& why) {
    throw TaskFailure(FailureClass::Config, "the key file " + path + " is damaged (" + why + "): restore it from a backup");
}

void check_private(int fd, const std::string& path) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) {
        throw_errno(errno, "examine the key file " + path);
    }
    if (!S_ISREG(status.st_mode)) {
        throw TaskFailure(FailureClass::Config, "the key file " + path + " is not a file");
    }
    if (status.st_uid != ::geteuid()) {
        throw TaskFailure(
            FailureClass::Config, "the key file " + path + " belongs to another user: give it to the user that runs the daemon"
        );
    }
    if ((status.st_mode & 077U) != 0) {
        throw TaskFailure(
            FailureClass::Config, "the key file " + path + " may be read by others: run 'chmod 600 " + path +
                                      "', and think about who may have copied it"
        );
    }
}

// Wiped when it goes out of scope.
struct Text {
    ~Text() { sodium_memzero(bytes.data(), bytes.size()); }
    std::string bytes;
};

// Held while the file is read, extended and replaced.
class FileLock {
 public:
    explicit FileLock(const std::string& path) : fd_(::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
        while (fd_.is_open() && ::flock(fd_.get(), LOCK_EX) != 0) {
            if (errno != EINTR) {
                throw_errno(errno, "lock the key file " + path);
            }
        }
        if (!fd_.is_open()) {
            throw_errno(errno, "lock the key file " + path);
        }
    }

 private:
    Fd fd_;
};

}  // namespace

Result<std::unique_ptr<KeyRing>> KeyRing::open(std::string path, bool objects_exist) {
    try {
        std::unique_ptr<KeyRing> ring(new KeyRing(std::move(path)));
        const FileLock lock(ring->path_);
        struct stat status {};
        if (::lstat(ring->path_.c_str(), &status) == 0) {
            ring->load();
            return ring;
        }
        if (errno != ENOENT) {
            throw_errno(errno, "examine the key file " + ring->path_);
        }
        if (objects_exist) {
            return invalid(
                "objects.keys", "the key file " + ring->path_ +
                                    " is missing, but there are objects that only its keys can open: restore it from a backup, or move the "
                                    "objects away to start anew"
            );
        }
        ring->save();
        return ring;
    } catch (const TaskFailure& failure) {
        const bool may_pass = failure.kind() == FailureClass::Transient;
        return may_pass ? unavailable("objects.keys", failure.reason()) : invalid("objects.keys", failure.reason());
    }
}

void KeyRing::load() {
    const Fd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd.is_open()) {
        throw_errno(errno, "read the key file " + path_);
    }
    check_private(fd.get(), path_);
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0 || static_cast<std::size_t>(status.st_size) > key_file_bytes_max) {
        damaged(path_, "it is too large");
    }
    Text text;
    text.bytes.resize(static_cast<std::size_t>(status.st_size));
    const std::span<unsigned char> buffer(reinterpret_cast<unsigned char*>(text.bytes.data()), text.bytes.size());
    text.bytes.resize(read_full(fd.get(), buffer, "read the key file " + path_));

    const Result<Json> parsed = json_from_text(text.bytes);
    if (!parsed) {
        damaged(path_, parsed.error().message);
    }
    const Json* keys = member(parsed.value(), "keys");
    if (text_member(parsed.value(), "format") != format || keys == nullptr || !keys->is_object()) {
        damaged(path_, "it does not say \"format\": \"" + std::string(format) + "\" with an object of keys");
    }
    for (const auto& entry : keys->get_object()) {
        auto secret = std::make_shared<Secret>();
        std::size_t size = 0;
        const auto* value = entry.value().if_string();
        const char* end = nullptr;
        const bool good = value != nullptr &&
                          sodium_base642bin(
                              secret->data(), key_bytes, value->data(), value->size(), nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL
                          ) == 0 &&
                          size == key_bytes && end == value->data() + value->size();
        if (!good) {
            damaged(path_, "the key '" + std::string(entry.key()) + "' is not 32 bytes in base64");
        }
        keys_.insert_or_assign(std::string(entry.key()), std::move(secret));
    }
}

void KeyRing::save() const {
    // Put together by hand: a JSON value would leave copies of the keys all over the heap.
    Text text;
    text.bytes.reserve(64 + keys_.size() * (key_id_bytes_max + 16 + base64_bytes));
    text.bytes += "{\n  \"format\": \"" + std::string(format) + "\",\n  \"keys\": {";
    bool first = true;
    for (const auto& [id, secret] : keys_) {
        std::array<char, base64_bytes> encoded{};
        sodium_bin2base64(encoded.data(), encoded.size(), secret->data(), key_bytes, sodium_base64_VARIANT_ORIGINAL);
        text.bytes += (first ? "\n    \"" : ",\n    \"") + id + "\": \"";
        text.bytes += encoded.data();
        text.bytes += "\"";
        sodium_memzero(encoded.data(), encoded.size());
        first = false;
    }
    text.bytes += "\n  }\n}\n";
    const std::span<const unsigned char> bytes(reinterpret_cast<const unsigned char*>(text.bytes.data()), text.bytes.size());
    replace_file(path_, bytes, "write the key file " + path_);
}

WrappingKey KeyRing::make(const std::string& id) {
    const FileLock lock(path_);
    // Another process may have made it meanwhile, and others beside it that must not be lost.
    load();
    if (const auto found = keys_.find(id); found != keys_.end()) {
        return {id, found->second};
    }
    const auto made = keys_.emplace(id, Secret::random()).first;
    try {
        save();
    } catch (...) {
        // A key that is not in the file must not be used: what it wraps could never be opened again.
        keys_.erase(made);
        throw;
    }
    return {id, made->second};
}

int KeyRing::newest(const std::string& prefix) const {
    int highest = 0;
    for (auto at = keys_.lower_bound(prefix); at != keys_.end() && at->first.starts_with(prefix); ++at) {
        int number = 0;
        const char* const first = at->first.data() + prefix.size();
        const char* const last = at->first.data() + at->first.size();
        if (const auto [end, error] = std::from_chars(first, last, number); error == std::errc{} && end == last) {
            highest = std::max(highest, number);
        }
    }
    return highest;
}

WrappingKey KeyRing::current(std::string_view scope, std::string_view country) {
    const std::string prefix = std::string(scope) + "/" + std::string(country) + "/";
    const std::lock_guard guard(mutex_);
    const std::string id = prefix + std::to_string(std::max(1, newest(prefix)));
    if (const auto found = keys_.find(id); found != keys_.end()) {
        return {id, found->second};
    }
    return make(id);
}

void KeyRing::ensure(const std::string& id) {
    const std::lock_guard guard(mutex_);
    if (!keys_.contains(id)) {
        make(id);
    }
}

std::vector<std::string> KeyRing::ids() {
    const std::lock_guard guard(mutex_);
    load();
    std::vector<std::string> found;
    for (const auto& [id, secret] : keys_) {
        found.push_back(id);
    }
    return found;
}

std::optional<SecretPtr> KeyRing::find(std::string_view id) {
    const std::lock_guard guard(mutex_);
    auto found = keys_.find(id);
    if (found == keys_.end()) {
        load();
        found = keys_.find(id);
    }
    return found == keys_.end() ? std::nullopt : std::optional<SecretPtr>(found->second);
}

bool KeyRing::holds(std::string_view base64) {
    Secret decoded;
    std::size_t size = 0;
    const char* end = nullptr;
    const bool good = sodium_base642bin(
                          decoded.data(), key_bytes, base64.data(), base64.size(), nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL
                      ) == 0 &&
                      size == key_bytes && end == base64.data() + base64.size();
    const std::lock_guard guard(mutex_);
    return good && std::any_of(keys_.begin(), keys_.end(), [&](const auto& key) {
        return sodium_memcmp(key.second->data(), decoded.data(), key_bytes) == 0;
    });
}

}  // namespace kontor::objects
