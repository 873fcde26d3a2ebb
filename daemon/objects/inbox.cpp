#include "objects/inbox.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/json.hpp"
#include "base/sha256.hpp"
#include "objects/files.hpp"
#include "objects/object_key.hpp"

namespace kontor::objects {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t identity_digits = 32;

bool is_finished_name(const std::string& name) {
    return !name.starts_with('.') && !name.ends_with(".part") && !name.ends_with(".tmp");
}

// What a key can hold of a file's name.
std::string key_name(const std::string& name) {
    std::string plain = fs::path(name).filename().string();
    plain = plain.substr(plain.size() > name_bytes_max ? plain.size() - name_bytes_max : 0);
    std::replace_if(
        plain.begin(), plain.end(),
        [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '_' && c != '-'; }, '_'
    );
    return plain.starts_with('.') ? "_" + plain.substr(1) : plain;
}

std::int64_t day_number(Instant now) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(now));
    return static_cast<int>(date.year()) * 10'000LL + static_cast<unsigned>(date.month()) * 100LL + static_cast<unsigned>(date.day());
}

}  // namespace

std::string delivery_identity(std::string_view delivery) { return sha256_hex(delivery).substr(0, identity_digits); }

std::unique_ptr<ports::ObjectSession> receiving(ports::ObjectStore& objects, std::string_view identity, const std::string& country, Instant now) {
    sdk::TaskIdentity who;
    who.workflow = "arrived";
    who.run = day_number(now);
    who.task = identity.substr(0, identity_digits / 2);
    who.country = country == "all" ? "" : country;
    who.attempt = 1;
    return objects.session(who, "receiver");
}

Result<Inbox::Stamp> Inbox::stamp_of(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        return unavailable("inbox", path + ": " + std::strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return invalid("inbox", path + " is no plain file");
    }
    return Stamp{
        static_cast<std::uint64_t>(status.st_ino), static_cast<std::int64_t>(status.st_size),
        status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec
    };
}

Result<std::vector<ArrivedFile>> Inbox::scan(Instant now, std::vector<std::string>& faults) {
    std::vector<ArrivedFile> arrived;
    std::map<std::string, Stamp> seen;
    std::error_code error;
    fs::recursive_directory_iterator at(folder_, fs::directory_options::skip_permission_denied, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
        const std::string path = at->path().string();
        const std::string name = at->path().lexically_relative(folder_).generic_string();
        if (!is_finished_name(at->path().filename().string()) || at.depth() >= inbox_depth_max) {
            at.disable_recursion_pending();
            continue;
        }
        const Result<Stamp> stamp = stamp_of(path);
        if (!stamp || !is_valid_utf8(name)) {
            continue;
        }
        seen.emplace(name, *stamp);
        const auto before = seen_.find(name);
        const Instant changed{std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(stamp->changed_ns))};
        const bool settled = before != seen_.end() && before->second == *stamp && now - changed >= inbox_settle;
        if (!settled || arrived.size() >= inbox_files_max) {
            continue;
        }
        Result<ArrivedFile> stored = store(path, name, *stamp, now);
        if (stored) {
            arrived.push_back(std::move(*stored));
        } else {
            faults.push_back(stored.error().message);
        }
    }
    if (error) {
        return unavailable("inbox", "the inbox " + folder_ + " cannot be read: " + error.message());
    }
    seen_ = std::move(seen);
    return arrived;
}

Result<ArrivedFile> Inbox::store(const std::string& path, const std::string& name, const Stamp& stamp, Instant now) {
    ArrivedFile file;
    file.path = path;
    file.name = name;
    const std::string first = name.substr(0, name.find('/'));
    file.country = first != name && first != "all" && is_country(first) ? first : "all";
    file.identity = delivery_identity(
        name + "\n" + std::to_string(stamp.inode) + "\n" + std::to_string(stamp.bytes) + "\n" + std::to_string(stamp.changed_ns)
    );
    const Fd source(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!source.is_open()) {
        return unavailable("inbox", "the file " + path + " in the inbox cannot be read: " + std::strerror(errno));
    }
    try {
        const auto session = receiving(objects_, file.identity, file.country, now);
        const auto writer = session->create("inbox", file.country, key_name(name));
        std::array<unsigned char, 64 * 1024> buffer{};
        while (const std::size_t bytes = read_full(source.get(), buffer, "read " + path)) {
            writer->write(std::as_bytes(std::span(buffer.data(), bytes)));
        }
        file.object = writer->commit();
        file.effects = session->take_effects();
    } catch (const sdk::TaskFailure& failure) {
        return unavailable("inbox", "the file " + path + " in the inbox could not be stored: " + failure.reason());
    }
    const Result<Stamp> after = stamp_of(path);
    if (!after || !(*after == stamp)) {
        return unavailable("inbox", "the file " + path + " in the inbox changed while it was read; it is looked at again");
    }
    pending_[path] = stamp;
    return file;
}

Result<void> Inbox::remove(const ArrivedFile& file) {
    const auto taken = pending_.find(file.path);
    const Result<Stamp> now = stamp_of(file.path);
    const bool same = taken != pending_.end() && now && *now == taken->second;
    pending_.erase(file.path);
    if (!same) {
        return {};
    }
    if (::unlink(file.path.c_str()) != 0) {
        return unavailable("inbox", "the file " + file.path + " was taken and cannot be removed: " + std::strerror(errno));
    }
    return {};
}

}  // namespace kontor::objects
