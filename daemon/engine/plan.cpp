// What a deployment would change, and what it may not do unasked; what differs between two versions.
#include <algorithm>
#include <set>

#include "core/dag/differences.hpp"
#include "engine/conductor.hpp"
#include "engine/engine.hpp"
#include "engine/slots.hpp"
#include "spec/spec.hpp"

namespace kontor::engine {
namespace {

constexpr int ticks_shown = 3;

JsonArray next_ticks(const core::schedule::Schedule& schedule, Instant now) {
    JsonArray ticks;
    std::optional<Instant> at = now;
    while (ticks.size() < ticks_shown && (at = core::schedule::next_fire(schedule, *at))) {
        ticks.emplace_back(to_iso(*at));
    }
    return ticks;
}

const core::schedule::Schedule* schedule_named(const core::dag::Workflow* workflow, const std::string& trigger) {
    if (workflow == nullptr) {
        return nullptr;
    }
    const auto found = std::find_if(workflow->triggers.begin(), workflow->triggers.end(), [&](const core::dag::Trigger& each) {
        return each.name == trigger && each.cron;
    });
    return found == workflow->triggers.end() ? nullptr : &*found->cron;
}

JsonArray changes_between(const Json& before, const Json& after) {
    JsonArray changes;
    for (const core::dag::Difference& each : core::dag::differences(before, after)) {
        changes.push_back(JsonObject{
            {"path", each.path},
            {"kind", each.added ? "added" : each.removed ? "removed" : "changed"},
            {"before", each.before},
            {"after", each.after},
            {"sentence", sentence(each)}
        });
    }
    return changes;
}

}  // namespace

JsonArray Conductor::schedule_changes(const core::dag::Workflow* before, const core::dag::Workflow& after, Instant now) {
    std::set<std::string> names;
    for (const core::dag::Workflow* workflow : {before == nullptr ? &after : before, &after}) {
        for (const core::dag::Trigger& trigger : workflow->triggers) {
            names.insert(trigger.name);
        }
    }
    JsonArray changes;
    for (const std::string& name : names) {
        const core::schedule::Schedule* old = schedule_named(before, name);
        const core::schedule::Schedule* next = schedule_named(&after, name);
        JsonArray ticks_before = old == nullptr ? JsonArray() : next_ticks(*old, now);
        JsonArray ticks_after = next == nullptr ? JsonArray() : next_ticks(*next, now);
        if (ticks_before != ticks_after) {
            changes.push_back(JsonObject{{"trigger", name}, {"before", std::move(ticks_before)}, {"after", std::move(ticks_after)}});
        }
    }
    return changes;
}

std::string Conductor::lost_by(const core::dag::Workflow& next) const {
    for (const auto& [workflow, trigger] : desk_.waiting.triggers()) {
        const bool kept = workflow != next.name || std::any_of(next.triggers.begin(), next.triggers.end(), [&](const core::dag::Trigger& each) {
            return each.name == trigger && !each.event.empty();
        });
        if (!kept) {
            return std::to_string(desk_.waiting.count_of(workflow, trigger)) + " events wait to be gathered by trigger '" + trigger +
                   "', which the new definition does not have";
        }
    }
    for (const auto& [key, state] : schedules_) {
        if (key.first == next.name && state.row.waiting_tick && schedule_named(&next, key.second) == nullptr) {
            return "a tick of schedule '" + key.second + "', which the new definition does not have, waits for the run before it";
        }
    }
    return "";
}

Json Conductor::plan_of(const core::dag::Workflow& next, Instant now) const {
    const auto found = deployed_.find(next.name);
    const core::dag::Workflow* before = found == deployed_.end() ? nullptr : found->second.get();
    JsonArray pinned;
    for (const auto& [id, active] : runs_) {
        if (active->row.workflow == next.name && !active->finished && active->row.hash != next.hash) {
            pinned.push_back(JsonObject{{"id", id}, {"state", active->row.state}, {"hash", active->row.hash}});
        }
    }
    return JsonObject{
        {"name", next.name},
        {"hash", next.hash},
        {"hash_before", before == nullptr ? Json() : Json(before->hash)},
        {"change", before == nullptr ? "new" : before->hash == next.hash ? "none" : "changed"},
        {"schedules", schedule_changes(before, next, now)},
        {"runs", std::move(pinned)},
        {"loses", lost_by(next)},
        {"missing_pools", missing_pools(next, slots_.pools)},
    };
}

Result<Reply> Engine::with_changes(const Reply& plan, const std::string& yaml) {
    Result<Json> body = json_from_text(plan.body);
    if (!body) {
        return body.error();
    }
    const Result<std::string> stored = reads_.read("workflow_one", {text_member(*body, "name")});
    if (!stored) {
        return stored.error();
    }
    const Result<Json> current = json_from_text(*stored);
    const Result<Json> before = spec::document_of(current && !current->is_null() ? text_member(*current, "source") : "{}");
    const Result<Json> after = spec::document_of(yaml);
    body->get_object()["changes"] = before && after ? changes_between(*before, *after) : JsonArray();
    return Reply{plan.status, to_text(*body), plan.replayed, plan.on_record};
}

// 0 stands for the version in force, and for the one before the other.
Result<Reply> Engine::compare(const std::string& workflow, int from, int to) {
    if (to == 0) {
        const Result<std::string> stored = reads_.read("workflow_one", {workflow});
        const Result<Json> newest = stored ? json_from_text(*stored) : Result<Json>(stored.error());
        if (!newest) {
            return newest.error();
        }
        const Json* version = newest->is_null() ? nullptr : member(*newest, "version");
        if (version == nullptr || !version->is_number()) {
            return not_found("workflow", "there is no workflow '" + workflow + "'");
        }
        to = version->to_number<int>();
    }
    from = from == 0 ? std::max(to - 1, 1) : from;
    Json documents[2];
    const int versions[2]{from, to};
    for (int side = 0; side < 2; ++side) {
        const Result<std::string> stored = reads_.read("workflow_version", {workflow, std::to_string(versions[side])});
        if (!stored) {
            return stored.error();
        }
        const Result<Json> version = json_from_text(*stored);
        if (!version || version->is_null()) {
            return not_found("workflow", "workflow '" + workflow + "' has no version " + std::to_string(versions[side]));
        }
        const Result<Json> document = spec::document_of(text_member(*version, "source"));
        if (!document) {
            return document.error();
        }
        documents[side] = *document;
    }
    return Reply{200, to_text(JsonObject{{"name", workflow}, {"from", from}, {"to", to}, {"changes", changes_between(documents[0], documents[1])}})};
}

}  // namespace kontor::engine
