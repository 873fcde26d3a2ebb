#include "objects/local_objects.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "objects/local_session.hpp"

namespace kontor::objects {
namespace {

namespace fs = std::filesystem;

bool is_key(const std::string& text) {
    try {
        parse_key(text);
        return true;
    } catch (const sdk::TaskFailure&) {
        return false;
    }
}

// Calls `visit(key, path)` for every file that stands where an object may stand, until it returns false.
void for_each_object(const std::string& folder, const std::function<bool(const std::string&, const fs::path&)>& visit) {
    for (fs::recursive_directory_iterator at(folder), end; at != end; ++at) {
        if (at.depth() == 0 && at->path().filename().native().starts_with('.')) {
            at.disable_recursion_pending();
            continue;
        }
        if (!at->is_regular_file()) {
            continue;
        }
        const std::string key = at->path().lexically_relative(folder).generic_string();
        if (is_key(key) && !visit(key, at->path())) {
            return;
        }
    }
}

bool any_object(const std::string& folder) {
    bool any = false;
    for_each_object(folder, [&](const std::string&, const fs::path&) {
        any = true;
        return false;
    });
    return any;
}

// A writer holds a lock on its temporary file; one that nobody holds belongs to a process that died.
void remove_stale_temporaries(const std::string& temporary) {
    for (const fs::directory_entry& entry : fs::directory_iterator(temporary)) {
        const Fd fd(::open(entry.path().c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
        if (fd.is_open() && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
            fs::remove(entry.path());
        }
    }
}

}  // namespace

LocalObjects::LocalObjects(std::string folder, Grants grants, std::unique_ptr<KeyRing> keys)
    : folder_(std::move(folder)), grants_(std::move(grants)), keys_(std::move(keys)), folders_(folder_) {}

Result<std::unique_ptr<LocalObjects>> LocalObjects::open(const std::string& folder, const std::string& key_file, Grants grants) {
    if (sodium_init() < 0) {
        return internal("objects.open", "libsodium cannot be initialised: the system gives no random numbers");
    }
    try {
        const fs::path temporary = fs::path(folder) / temporary_folder;
        const fs::path key_folder = fs::path(key_file).parent_path();
        fs::create_directories(temporary);
        if (!key_folder.empty()) {
            fs::create_directories(key_folder);
        }
        fs::permissions(folder, fs::perms::owner_all);
        const std::string root = fs::canonical(folder).string();
        remove_stale_temporaries(root + "/" + temporary_folder);
        Result<std::unique_ptr<KeyRing>> keys = KeyRing::open(key_file, any_object(root));
        if (!keys) {
            return keys.error();
        }
        return std::unique_ptr<LocalObjects>(new LocalObjects(root, std::move(grants), std::move(keys.value())));
    } catch (const fs::filesystem_error& error) {
        return invalid("objects.open", "the folder for objects cannot be used: " + std::string(error.what()));
    }
}

std::unique_ptr<ports::ObjectSession> LocalObjects::session(const sdk::TaskIdentity& identity, const std::string& role) {
    return std::make_unique<LocalSession>(*this, identity, role);
}

Result<void> LocalObjects::for_each(const std::function<bool(const ObjectKey&)>& visit) const {
    try {
        for_each_object(folder_, [&](const std::string& key, const fs::path&) { return visit(parse_key(key)); });
        return {};
    } catch (const fs::filesystem_error& error) {
        return unavailable("objects.for_each", error.what());
    }
}

Result<void> LocalObjects::for_each_older(Instant written_before, const std::function<bool(std::string key)>& visit) const {
    try {
        for_each_object(folder_, [&](const std::string& key, const fs::path& path) {
            struct stat status {};
            const bool gone = ::lstat(path.c_str(), &status) != 0;
            const auto written = std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec);
            return gone || written >= written_before.time_since_epoch() || visit(key);
        });
        return {};
    } catch (const fs::filesystem_error& error) {
        return unavailable("objects.for_each_older", error.what());
    }
}

Result<void> LocalObjects::remove(const std::string& key) const {
    if (!is_key(key)) {
        return invalid("objects.remove", "'" + key + "' is no key of an object");
    }
    const std::string path = folder_ + "/" + key;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        return unavailable("objects.remove", "the object " + key + " cannot be removed: " + std::strerror(errno));
    }
    // A folder that is not empty stays, and a writer makes one that is missing.
    for (std::string folder = path.substr(0, path.rfind('/')), run = folder.substr(0, folder.rfind('/')); ::rmdir(folder.c_str()) == 0 && folder != run;) {
        folder = run;
    }
    return {};
}

}  // namespace kontor::objects
