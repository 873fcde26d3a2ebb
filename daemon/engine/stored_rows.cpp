#include "engine/stored_rows.hpp"

#include <optional>
#include <string>
#include <unordered_map>

#include "engine/conductor_types.hpp"

namespace kontor::engine {

using core::run::StoredInstance;
using core::run::TaskState;

namespace {

// What stands behind a prefix, if the text has it.
std::optional<std::string> behind(std::string_view prefix, const std::string& text) {
    return text.starts_with(prefix) ? std::optional(text.substr(prefix.size())) : std::nullopt;
}

}  // namespace

StoredInstance stored(const ports::LiveTaskRow& row) {
    const TaskState state = core::run::task_state_from(row.state).value_or(TaskState::Retrying);
    const std::optional<std::string> cancel = state == TaskState::Running ? behind(cancelling_prefix, row.reason) : std::nullopt;
    return {row.id,      row.task,       row.country, row.item,     state,
            row.attempt, row.started_at, row.next_at, std::nullopt, row.child_run,
            row.input,   Json(),         cancel.value_or(row.reason), cancel.has_value()};
}

StoredInstance stored(const ports::DoneTaskRow& row) {
    return {row.id,       row.task,       row.country,  row.item,        core::run::task_state_from(row.state).value_or(TaskState::Failed),
            row.attempts, row.started_at, std::nullopt, row.finished_at, row.child_run,
            row.input,    row.outputs,    row.reason,   false};
}

std::map<ports::RunId, std::vector<StoredInstance>> stored_instances(const ports::Snapshot& snapshot) {
    std::map<ports::RunId, std::vector<StoredInstance>> instances;
    std::unordered_map<ports::TaskId, const ports::TriedRow*> tried;
    for (const ports::TriedRow& row : snapshot.tried) {
        tried[row.task] = &row;
    }
    for (const ports::LiveTaskRow& row : snapshot.live) {
        instances[row.run].push_back(stored(row));
        if (const auto found = tried.find(row.id); found != tried.end()) {
            instances[row.run].back().lost = found->second->lost;
            instances[row.run].back().began_at = found->second->began_at;
        }
    }
    for (const ports::DoneTaskRow& row : snapshot.done) {
        instances[row.run].push_back(stored(row));
    }
    return instances;
}

Json to_json(const Countries& countries) { return countries.is_all() ? Json() : json_list(countries.list()); }

Countries countries_from(const Json& list) {
    if (list.is_null()) {
        return Countries::all();
    }
    std::vector<std::string> countries;
    if (list.is_array()) {
        for (const Json& country : list.get_array()) {
            countries.emplace_back(country.is_string() ? std::string(country.get_string()) : "");
        }
    }
    return Countries::of(std::move(countries));
}

Countries countries_in(const Json& cause) {
    const Json* list = member(cause, "countries");
    return list == nullptr ? Countries::all() : countries_from(*list);
}

Json pauses_json(const std::vector<core::run::Pause>& pauses) {
    JsonArray list;
    for (const core::run::Pause& each : pauses) {
        list.push_back(JsonObject{
            {"country", each.part.country}, {"task", each.part.task}, {"by", each.by}, {"reason", each.reason}, {"at", to_iso(each.at)}
        });
    }
    return list.empty() ? Json() : Json(std::move(list));
}

std::vector<core::run::Pause> pauses_from(const Json& list) {
    std::vector<core::run::Pause> pauses;
    if (list.is_array()) {
        for (const Json& each : list.get_array()) {
            const Result<Instant> at = instant_from_iso(text_member(each, "at"));
            pauses.push_back(
                {{text_member(each, "country"), text_member(each, "task")}, text_member(each, "by"), text_member(each, "reason"),
                 at ? *at : Instant()}
            );
        }
    }
    return pauses;
}

Json edits_json(const std::vector<core::run::Edit>& edits) {
    JsonArray list;
    for (const core::run::Edit& each : edits) {
        list.push_back(JsonObject{
            {"country", each.part.country}, {"task", each.part.task}, {"item", each.part.item}, {"with", each.with},
            {"by", each.by}, {"at", to_iso(each.at)}
        });
    }
    return list.empty() ? Json() : Json(std::move(list));
}

std::vector<core::run::Edit> edits_from(const Json& list) {
    std::vector<core::run::Edit> edits;
    if (list.is_array()) {
        for (const Json& each : list.get_array()) {
            const Result<Instant> at = instant_from_iso(text_member(each, "at"));
            const Json* with = member(each, "with");
            edits.push_back(
                {{text_member(each, "country"), text_member(each, "task"), text_member(each, "item")},
                 with != nullptr && with->is_object() ? *with : Json(JsonObject{}), text_member(each, "by"), at ? *at : Instant()}
            );
        }
    }
    return edits;
}

core::run::Former former(const ports::RunRow& row) {
    core::run::Former was{row.started_at.value_or(row.created_at), std::nullopt, ""};
    was.cancel_reason = behind(cancelling_prefix, row.reason).value_or("");
    if (const std::optional<std::string> resumed = behind(resumed_prefix, row.reason)) {
        if (const Result<Instant> at = instant_from_iso(*resumed)) {
            was.resumed_at = *at;
        }
    }
    was.pauses = pauses_from(row.pauses);
    was.edits = edits_from(row.edits);
    return was;
}

}  // namespace kontor::engine
