#include "objects/key_rotation.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>

#include "objects/files.hpp"
#include "objects/rewrap.hpp"

namespace kontor::objects {
namespace {

// "raw/DE/2" as scope, country and number.
struct KeyName {
    std::string scope;
    std::string country;
    int number = 0;
};

std::optional<KeyName> name_in(const std::string& id) {
    const std::size_t first = id.find('/');
    const std::size_t second = first == std::string::npos ? first : id.find('/', first + 1);
    if (second == std::string::npos || second + 1 == id.size() || id.find_first_not_of("0123456789", second + 1) != std::string::npos ||
        id.size() - second > 9) {
        return std::nullopt;
    }
    return KeyName{id.substr(0, first), id.substr(first + 1, second - first - 1), std::stoi(id.substr(second + 1))};
}

Error as_error(const sdk::TaskFailure& failure) {
    return failure.kind() == sdk::FailureClass::Transient ? unavailable("keys", failure.reason()) : invalid("keys", failure.reason());
}

// The newest number of each (scope, country).
std::map<std::pair<std::string, std::string>, int> newest_of(const std::vector<std::string>& ids) {
    std::map<std::pair<std::string, std::string>, int> newest;
    for (const std::string& id : ids) {
        if (const auto name = name_in(id)) {
            int& number = newest[{name->scope, name->country}];
            number = std::max(number, name->number);
        }
    }
    return newest;
}

}  // namespace

KeyRotation::KeyRotation(LocalObjects& objects) : objects_(objects) {}

KeyRotation::~KeyRotation() {
    stopping_ = true;
    wait();
}

void KeyRotation::wait() {
    const std::lock_guard lock(starting_);
    if (thread_.joinable()) {
        thread_.join();
    }
}

std::string KeyRotation::mark() const { return objects_.keys().path() + ".rotating"; }

Json KeyRotation::progress() const {
    if (keys_ == 0) {
        return nullptr;
    }
    return JsonObject{{"keys", keys_.load()}, {"rewrapped", rewrapped_.load()}, {"failed", failed_.load()}, {"running", running_.load()}};
}

Result<Json> KeyRotation::list() {
    try {
        const std::vector<std::string> ids = objects_.keys().ids();
        const auto newest = newest_of(ids);
        JsonArray items;
        for (const std::string& id : ids) {
            if (const auto name = name_in(id)) {
                items.push_back(JsonObject{
                    {"id", id},
                    {"scope", name->scope},
                    {"country", name->country},
                    {"current", newest.at({name->scope, name->country}) == name->number}
                });
            }
        }
        return JsonObject{{"items", std::move(items)}, {"next", nullptr}, {"rotation", progress()}};
    } catch (const sdk::TaskFailure& failure) {
        return as_error(failure);
    }
}

Result<Json> KeyRotation::rotate(const std::string& scope, const std::string& country) {
    const std::lock_guard lock(starting_);
    if (running_) {
        return conflict("keys", "a rotation is under way: look at it with 'kontor keys list', and come back when it is done");
    }
    try {
        std::set<std::string> targets;
        for (const auto& [of, number] : newest_of(objects_.keys().ids())) {
            if ((scope.empty() || scope == of.first) && (country.empty() || country == of.second)) {
                targets.insert(of.first + "/" + of.second + "/" + std::to_string(number + 1));
            }
        }
        if (targets.empty()) {
            return not_found("keys", "there is no key of that scope and country: nothing was ever encrypted for them");
        }
        // What an unfinished rotation has left to do is not forgotten.
        const Result<std::set<std::string>> left = marked();
        if (!left) {
            return left.error();
        }
        for (const std::string& id : *left) {
            const auto name = name_in(id);
            const bool again = (scope.empty() || scope == name->scope) && (country.empty() || country == name->country);
            if (!again) {
                targets.insert(id);
            }
        }
        std::string text;
        for (const std::string& id : targets) {
            text += id + "\n";
        }
        // First the mark: should the daemon die now, the next one makes these very keys and goes on.
        const std::span<const unsigned char> bytes(reinterpret_cast<const unsigned char*>(text.data()), text.size());
        replace_file(mark(), bytes, "write " + mark());
        begin(std::move(targets));
        return progress();
    } catch (const sdk::TaskFailure& failure) {
        return as_error(failure);
    }
}

Result<std::set<std::string>> KeyRotation::marked() const {
    std::ifstream in(mark());
    std::set<std::string> targets;
    for (std::string line; in && std::getline(in, line);) {
        if (!name_in(line)) {
            return invalid("keys", mark() + " names '" + storable(line) + "', which is no key: remove that line");
        }
        targets.insert(line);
    }
    return targets;
}

Result<void> KeyRotation::resume() {
    const std::lock_guard lock(starting_);
    Result<std::set<std::string>> targets = marked();
    if (!targets) {
        return targets.error();
    }
    if (targets->empty() || running_) {
        return {};
    }
    try {
        spdlog::info("going on with the rotation of {} keys", targets->size());
        begin(std::move(*targets));
        return {};
    } catch (const sdk::TaskFailure& failure) {
        return as_error(failure);
    }
}

void KeyRotation::begin(std::set<std::string> targets) {
    if (thread_.joinable()) {
        thread_.join();
    }
    for (const std::string& id : targets) {
        objects_.keys().ensure(id);
    }
    keys_ = static_cast<int>(targets.size());
    rewrapped_ = 0;
    failed_ = 0;
    running_ = true;
    thread_ = std::thread([this, all = std::move(targets)] { work(all); });
}

void KeyRotation::work(const std::set<std::string>& targets) {
    std::set<std::string> prefixes;
    for (const std::string& id : targets) {
        prefixes.insert(id.substr(0, id.rfind('/') + 1));
    }
    const auto wanted = [&](const ObjectKey& object) { return prefixes.contains(object.scope + "/" + object.country + "/"); };
    const Result<void> walked = objects_.for_each([&](const ObjectKey& object) {
        if (stopping_ || !wanted(object)) {
            return !stopping_;
        }
        try {
            rewrapped_ += rewrap(objects_.folder(), object.text, objects_.keys()) == Rewrapped::Done ? 1 : 0;
        } catch (const sdk::TaskFailure& failure) {
            ++failed_;
            spdlog::error("keys: {}", failure.reason());
        }
        return true;
    });
    if (!walked) {
        ++failed_;
        spdlog::error("keys: {}", describe(walked.error()));
    }
    if (!stopping_ && failed_ == 0) {
        ::unlink(mark().c_str());
        spdlog::info("keys: {} keys rotated, {} objects rewrapped", keys_.load(), rewrapped_.load());
    } else {
        spdlog::warn("keys: the rotation is not complete ({} objects failed); it goes on at the next start", failed_.load());
    }
    running_ = false;
}

}  // namespace kontor::objects
