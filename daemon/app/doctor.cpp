#include "app/doctor.hpp"

#include <filesystem>

namespace kontor::app {
namespace {

// A full disk takes the database down: there must be time to act.
constexpr double disk_warns = 0.15;
constexpr double disk_fails = 0.05;

JsonObject check(std::string name, std::string state, JsonArray found, std::string sentence, std::string remedy) {
    const auto count = static_cast<std::int64_t>(found.size());
    return {{"name", std::move(name)},   {"state", std::move(state)},       {"count", count},
            {"found", std::move(found)}, {"sentence", std::move(sentence)}, {"remedy", std::move(remedy)}};
}

}  // namespace

JsonObject disk_check(const std::string& folder, double warns, double fails) {
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(folder, error);
    if (error || space.capacity == 0) {
        return check("disk", "fail", {folder}, "the disk of the data folder cannot be looked at: " + error.message(), "See whether it is mounted.");
    }
    const double share = static_cast<double>(space.available) / static_cast<double>(space.capacity);
    const std::string state = share < fails ? "fail" : share < warns ? "warn" : "ok";
    JsonObject result = check(
        "disk", state, state == "ok" ? JsonArray{} : JsonArray{folder}, "little of the data folder's disk is free",
        "Shorten retention in the configuration, or make the disk larger: PostgreSQL stops on a full one."
    );
    result["free_bytes"] = static_cast<std::int64_t>(space.available);
    result["disk_bytes"] = static_cast<std::int64_t>(space.capacity);
    return result;
}

JsonObject keys_check(ports::Keys& keys) {
    const char* const name = "keys_rotation";
    const Result<Json> list = keys.list();
    if (!list) {
        return check(name, "fail", {describe(list.error())}, "the keys cannot be read", "See keys.json in the data folder.");
    }
    const Json* rotation = member(*list, "rotation");
    const Json* running = rotation == nullptr ? nullptr : member(*rotation, "running");
    const Json* failed = rotation == nullptr ? nullptr : member(*rotation, "failed");
    const bool unfinished = (running != nullptr && running->is_bool() && running->get_bool()) || (failed != nullptr && failed->is_int64() && failed->get_int64() > 0);
    return check(
        name, unfinished ? "warn" : "ok", unfinished ? JsonArray{*rotation} : JsonArray{},
        "a rotation of keys goes on, or could not seal every object anew", "kontor keys shows it; kontor keys rotate begins it again once it has ended."
    );
}

JsonObject workflows_check(const Json& told) {
    JsonArray found;
    if (const std::string fault = text_member(told, "fault"); !fault.empty()) {
        found.emplace_back(fault);
    }
    for (const Json& file : member(told, "files")->get_array()) {
        if (text_member(file, "state") == "refused") {
            found.emplace_back(text_member(file, "file"));
        }
    }
    const char* const state = found.empty() ? "ok" : "warn";
    return check(
        "workflows_folder", state, std::move(found), "files of the workflows folder are not deployed",
        "kontor folder says why; what was in force before stays in force."
    );
}

std::string state_of(const JsonArray& checks) {
    std::string state = "ok";
    for (const Json& each : checks) {
        const std::string one = text_member(each, "state");
        state = one == "fail" || state == "fail" ? "fail" : one == "warn" ? "warn" : state;
    }
    return state;
}

Result<Json> DaemonDoctor::look() {
    const Result<std::string> found = reads_.read("doctor", {});
    if (!found) {
        return found.error();
    }
    Result<Json> told = json_from_text(*found);
    if (!told) {
        return told;
    }
    JsonArray& checks = told->as_object()["checks"].as_array();
    checks.emplace_back(disk_check(folder_, disk_warns, disk_fails));
    checks.emplace_back(keys_check(keys_));
    if (workflows_ != nullptr) {
        checks.emplace_back(workflows_check(workflows_->told()));
    }
    told->as_object()["state"] = state_of(checks);
    return told;
}

}  // namespace kontor::app
