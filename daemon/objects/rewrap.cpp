#include "objects/rewrap.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "objects/envelope.hpp"
#include "objects/files.hpp"
#include "objects/local_session.hpp"

namespace kontor::objects {
namespace {

using sdk::FailureClass;
using sdk::TaskFailure;

constexpr std::size_t copied_at_once = 1024U * 1024;

UnopenedHead read_head(int fd, const std::string& key, const std::string& what) {
    std::vector<unsigned char> bytes(head_prefix_bytes);
    bytes.resize(read_full(fd, bytes, what));
    const std::optional<std::size_t> rest = head_rest(bytes);
    if (rest) {
        bytes.resize(head_prefix_bytes + *rest);
    }
    if (!rest || read_full(fd, std::span(bytes).subspan(head_prefix_bytes), what) != *rest) {
        throw TaskFailure(FailureClass::Data, "the object " + key + " is damaged: its head cannot be read");
    }
    return parse_head(std::move(bytes));
}

// A file of its own below the temporary folder, removed unless it was moved into place. Locked like a writer's, so that a
// daemon that starts now leaves it alone.
class Beside {
 public:
    Beside(const std::string& folder, const std::string& what) {
        std::array<unsigned char, 12> random{};
        std::array<char, 25> name{};
        randombytes_buf(random.data(), random.size());
        sodium_bin2hex(name.data(), name.size(), random.data(), random.size());
        path_ = folder + "/" + temporary_folder + "/" + name.data();
        file_ = Fd(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!file_.is_open() || ::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
            throw_errno(errno, what);
        }
    }
    ~Beside() {
        if (!moved_) {
            ::unlink(path_.c_str());
        }
    }
    Beside(const Beside&) = delete;
    Beside& operator=(const Beside&) = delete;
    int fd() const { return file_.get(); }
    void move_to(const std::string& path, const std::string& what) {
        if (::rename(path_.c_str(), path.c_str()) != 0) {
            throw_errno(errno, what);
        }
        moved_ = true;
        sync_folder(path.substr(0, path.rfind('/')), what);
    }

 private:
    std::string path_;
    Fd file_;
    bool moved_ = false;
};

bool still_there(int fd, const std::string& path) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(fd, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

}  // namespace

Rewrapped rewrap(const std::string& folder, const std::string& key, KeyRing& keys) {
    const ObjectKey object = parse_key(key);
    const std::string path = folder + "/" + key;
    const std::string what = "rewrap the object " + key;
    const Fd from(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!from.is_open()) {
        if (errno == ENOENT) {
            return Rewrapped::Gone;
        }
        throw_errno(errno, what);
    }
    const UnopenedHead head = read_head(from.get(), key, what);
    const WrappingKey newest = keys.current(object.scope, object.country);
    if (head.key_id == newest.id) {
        return Rewrapped::Current;
    }
    const bool own = head.key_id.starts_with(object.scope + "/" + object.country + "/");
    const std::optional<SecretPtr> wrapping = own ? keys.find(head.key_id) : std::nullopt;
    const std::optional<SecretPtr> data_key = wrapping ? open_head(object, head, **wrapping) : std::nullopt;
    if (!data_key) {
        throw TaskFailure(
            FailureClass::Data, "the object " + key + " cannot be rewrapped: " +
                                    (wrapping ? "its head was changed, or belongs to another object"
                                              : "the key '" + storable(head.key_id) + "' is not in the key file")
        );
    }
    Beside beside(folder, what);
    write_all(beside.fd(), seal_head(object, newest, **data_key, head.stream), what);
    std::vector<unsigned char> piece(copied_at_once);
    while (const std::size_t got = read_full(from.get(), piece, what)) {
        write_all(beside.fd(), std::span(piece).first(got), what);
    }
    sync_file(beside.fd(), what);
    if (!still_there(from.get(), path)) {
        return Rewrapped::Gone;  // its attempt came again and wrote it anew, under the current key
    }
    beside.move_to(path, what);
    return Rewrapped::Done;
}

}  // namespace kontor::objects
