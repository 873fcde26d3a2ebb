#include "app/folder_watch.hpp"

#include <spdlog/spdlog.h>

#include <fstream>
#include <sstream>

#include "base/limits.hpp"

namespace kontor::app {
namespace fs = std::filesystem;

FolderWatch::FolderWatch(std::string folder, engine::ParseWorkflow parse, Deploy deploy)
    : folder_(std::move(folder)), parse_(std::move(parse)), deploy_(std::move(deploy)) {}

Result<void> FolderWatch::look(Instant now, bool first) {
    list(now, first);
    for (auto& [name, file] : files_) {
        if (!file.settled || file.hash.empty() || now < file.offer_at) {
            continue;
        }
        file.offer_at = now + again;
        if (Result<void> offered = offer(name, file, now); !offered) {
            return offered;
        }
    }
    return {};
}

void FolderWatch::list(Instant now, bool first) {
    std::error_code error;
    std::map<std::string, Stamp> found;
    fs::directory_iterator entry(folder_, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
        const fs::path& path = entry->path();
        if (path.extension() != ".yaml" && path.extension() != ".yml") {
            continue;
        }
        std::error_code gone;  // since it was listed, or a link to nowhere: then it is no file
        Stamp stamp{fs::last_write_time(path, gone), 0};
        stamp.bytes = gone ? 0 : fs::file_size(path, gone);
        if (!gone && fs::is_regular_file(path, gone)) {
            found.emplace(path.filename().string(), stamp);
        }
    }
    const std::string fault = error ? "the folder " + folder_ + " cannot be read: " + error.message() : "";
    if (fault != fault_ && !fault.empty()) {
        spdlog::error("{}", fault);
    }
    const std::lock_guard lock(mutex_);
    fault_ = fault;
    if (error) {
        return;  // what it held a moment ago is the best that is known
    }
    std::erase_if(files_, [&](const auto& known) {
        const bool gone = !found.contains(known.first);
        if (gone) {
            spdlog::info("{} is gone from the workflows folder; what it deployed stays", known.first);
        }
        return gone;
    });
    for (const auto& [name, stamp] : found) {
        File& file = files_[name];
        const bool same = file.stamp == stamp && file.since != Instant{};
        if (!same) {
            file = File{stamp, false, "", "", "", "waits", "it has just been written", now, now};
        }
        if (!file.settled && (same || first)) {
            file.settled = true;
            read(name, file);
        }
    }
}

void FolderWatch::read(const std::string& name, File& file) {
    const auto refuse = [&](std::string sentence) { say(name, file, "refused", std::move(sentence), file.since); };
    if (file.stamp.bytes > limits::workflow_bytes_max) {
        refuse("it has " + std::to_string(file.stamp.bytes) + " bytes, and a workflow at most " + std::to_string(limits::workflow_bytes_max));
        return;
    }
    std::ifstream in(fs::path(folder_) / name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) {
        refuse("it cannot be read: see its permissions");
        return;
    }
    file.text = text.str();
    const engine::Parsed parsed = parse_(file.text);
    if (parsed.workflow == nullptr) {
        refuse(describe(parsed.error));
        return;
    }
    file.workflow = parsed.workflow->name;
    file.hash = parsed.workflow->hash;
}

Result<void> FolderWatch::offer(const std::string& name, File& file, Instant now) {
    for (const auto& [other_name, other] : files_) {
        if (other_name != name && other.workflow == file.workflow) {
            const std::lock_guard lock(mutex_);
            say(name, file, "refused", "workflow '" + file.workflow + "' is defined by " + other_name + " as well, and what is in force stays: remove one of them", now);
            return {};
        }
    }
    engine::DeployRequest wanted;
    wanted.by = Caller::house("folder");
    wanted.name = file.workflow;
    wanted.yaml = file.text;
    wanted.offered = file.hash;
    const Result<engine::Reply> reply = deploy_(std::move(wanted));
    const std::lock_guard lock(mutex_);
    if (reply) {
        const auto body = json_from_text(reply->body);
        const std::string in_force = body ? text_member(*body, "in_force") : "";
        if (in_force == file.hash) {
            say(name, file, "in_force", "", now);
        } else {
            const std::string since = in_force.empty() ? "it was retired" : "version " + in_force.substr(0, 12) + " was deployed";
            say(name, file, "superseded", since + " since this file was: deploy it by hand, or change it, to bring it back", now);
        }
        return {};
    }
    const ErrorKind kind = reply.error().kind;
    const bool its_own = kind == ErrorKind::Invalid || kind == ErrorKind::Conflict;
    say(name, file, its_own ? "refused" : "waits", describe(reply.error()), now);
    return its_own ? Result<void>() : Result<void>(reply.error());
}

void FolderWatch::say(const std::string& name, File& file, std::string state, std::string sentence, Instant now) {
    if (file.state == state && file.sentence == sentence) {
        return;
    }
    file.state = std::move(state);
    file.sentence = std::move(sentence);
    file.since = now;
    const std::string path = (fs::path(folder_) / name).string();
    if (file.state == "in_force") {
        spdlog::info("workflow {} of {} is in force", file.workflow, path);
    } else if (file.state == "refused") {
        spdlog::error("{} is not deployed: {}", path, file.sentence);
    } else {
        spdlog::warn("{}: {}", path, file.sentence);
    }
}

Json FolderWatch::told() const {
    const std::lock_guard lock(mutex_);
    JsonArray files;
    for (const auto& [name, file] : files_) {
        files.push_back(JsonObject{
            {"file", name}, {"workflow", file.workflow.empty() ? Json() : Json(file.workflow)}, {"state", file.state},
            {"sentence", file.sentence}, {"since", to_iso(file.since)}
        });
    }
    return JsonObject{{"folder", folder_}, {"fault", fault_.empty() ? Json() : Json(fault_)}, {"files", std::move(files)}};
}

}  // namespace kontor::app
