// What changed, as rows: built once per batch, so an instance that changed twice is written once.
#include <algorithm>

#include "engine/conductor.hpp"
#include "engine/stored_rows.hpp"

namespace kontor::engine {
namespace {

using core::run::Instance;
using core::run::Stored;
using core::run::TaskState;

Json time_or_null(const std::optional<Instant>& time) { return time ? Json(to_iso(*time)) : Json(); }

// Where an instance's row belongs.
Stored home_of(const Instance& instance) {
    switch (instance.state) {
        case TaskState::Waiting: return Stored::Nowhere;
        // Handed back by a stop: its attempt count must survive. Otherwise being ready follows from the parents' rows.
        case TaskState::Ready: return instance.stored == Stored::Live ? Stored::Live : Stored::Nowhere;
        case TaskState::Running:
        case TaskState::Retrying:
        case TaskState::Awaiting: return Stored::Live;
        case TaskState::Succeeded:
        case TaskState::Failed:
        case TaskState::Skipped:
        case TaskState::Cancelled:
        case TaskState::Dead: return Stored::Done;
    }
    KONTOR_UNREACHABLE();
}

// An accepted cancel of a running instance must survive a crash: its reason stands in the row, marked.
std::string live_reason(const Instance& instance) {
    if (instance.stopping) {
        return std::string(cancelling_prefix) + instance.reason;
    }
    return instance.reason.starts_with(cancelling_prefix) ? "it said: " + instance.reason : instance.reason;
}

}  // namespace

Json json_list(const std::vector<std::string>& texts) {
    JsonArray list;
    for (const std::string& text : texts) {
        list.emplace_back(text);
    }
    return list;
}

Json to_json(const ports::RunRow& row) {
    return JsonObject{
        {"id", row.id},
        {"workflow", row.workflow},
        {"hash", row.hash},
        {"state", row.state},
        {"params", row.params},
        {"correlation", row.correlation},
        {"cause", row.cause},
        {"depth", row.depth},
        {"priority", row.priority},
        {"created_at", to_iso(row.created_at)},
        {"started_at", time_or_null(row.started_at)},
        {"finished_at", time_or_null(row.finished_at)},
        {"reason", row.reason},
        {"totals", row.totals},
        {"countries", row.countries},
        {"pauses", row.pauses},
        {"edits", row.edits}
    };
}

Json Conductor::run_change(const ActiveRun& active) const {
    return JsonObject{
        {"id", active.row.id},
        {"workflow", active.row.workflow},
        {"state", active.row.state},
        {"correlation", active.row.correlation},
        {"countries", active.row.countries}
    };
}

Json Conductor::task_change(const ActiveRun& active, const Instance& instance) const {
    return JsonObject{
        {"id", instance.id},
        {"run", active.row.id},
        {"workflow", active.row.workflow},
        {"task", active.run.node(instance).name},
        {"country", active.run.country(instance)},
        {"item", instance.item},
        {"siblings", active.run.siblings(instance)},
        {"state", core::run::to_string(instance.state)},
        {"attempt", instance.attempt},
        {"correlation", active.row.correlation},
        {"reason", instance.reason}
    };
}

void Conductor::write_instance(ActiveRun& active, core::run::Index index, Instant now) {
    Instance& instance = active.run.instance(index);
    instance.dirty = false;
    if (instance.state != TaskState::Awaiting && !approvals_.empty()) {
        withdraw_approval(instance.id, "its task is " + std::string(core::run::to_string(instance.state)) + (instance.reason.empty() ? "" : ": " + instance.reason), now);
    }
    const Stored home = home_of(instance);
    if (home == Stored::Nowhere && instance.stored == Stored::Nowhere) {
        return;
    }
    const std::int64_t id = id_of(active, index);
    const std::string& task = active.run.node(instance).name;
    const std::string& country = active.run.country(instance);
    if (home == Stored::Live) {
        ports::LiveTaskRow row{
            id, active.row.id, task, country, instance.item, active.run.siblings(instance),
            std::string(core::run::to_string(instance.state == TaskState::Ready ? TaskState::Retrying : instance.state)),
            instance.attempt, instance.started_at, instance.next_at, instance.child_run, instance.input, live_reason(instance)
        };
        (instance.stored == Stored::Live ? batch_.live_updated : batch_.live_inserted).push_back(std::move(row));
    } else if (home == Stored::Done) {
        if (instance.stored == Stored::Live) {
            batch_.live_deleted.push_back(id);
        } else if (instance.stored == Stored::Done) {
            batch_.done_deleted.push_back(id);
        }
        batch_.done_inserted.push_back(
            {id, active.row.id, task, country, instance.item, active.run.siblings(instance),
             std::string(core::run::to_string(instance.state)), instance.attempt, instance.started_at, instance.finished_at.value_or(now), instance.input, instance.outputs,
             instance.reason, instance.child_run}
        );
    }
    instance.stored = home;
    if (listening_) {
        actions_.change->data.get_object()["tasks"].get_array().push_back(task_change(active, instance));
    }
}

void Conductor::refresh_row(ActiveRun& active) const {
    active.row.state = core::run::to_string(active.run.state());
    active.row.started_at = active.run.started_at();
    active.row.finished_at = active.run.finished_at();
    active.row.reason = active.run.reason();
    if (!active.finished && !active.run.cancel_reason().empty()) {
        active.row.reason = std::string(cancelling_prefix) + active.run.cancel_reason();
    } else if (!active.finished && active.run.resumed_at()) {
        active.row.reason = std::string(resumed_prefix) + to_iso(*active.run.resumed_at());
    }
    active.row.pauses = pauses_json(active.run.pauses());
    active.row.edits = edits_json(active.run.edits());
    active.row.totals = active.finished ? active.run.totals() : Json();
    if (active.row.countries.is_null() && !active.run.countries().empty()) {
        active.row.countries = json_list(active.run.countries());
    }
}

void Conductor::write_rows(Instant now) {
    const bool visible = !touched_.empty() || !dirty_runs_.empty() || !progress_changes_.empty();
    if (listening_ && visible && actions_.change == nullptr) {
        actions_.change = std::make_shared<Change>();
        actions_.change->data = JsonObject{
            {"seq", 0}, {"at", to_iso(now)}, {"runs", JsonArray{}}, {"tasks", JsonArray{}},
            {"progress", std::move(progress_changes_)}
        };
    }
    progress_changes_ = {};
    for (const Place& place : touched_) {
        if (ActiveRun* active = find(place.run)) {
            write_instance(*active, place.index, now);
        }
    }
    touched_.clear();
    const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
    std::sort(batch_.live_inserted.begin(), batch_.live_inserted.end(), by_id);
    std::sort(batch_.done_inserted.begin(), batch_.done_inserted.end(), by_id);
    std::sort(batch_.live_deleted.begin(), batch_.live_deleted.end());
    for (const ports::RunId id : dirty_runs_) {
        ActiveRun* active = find(id);
        if (active == nullptr || !active->dirty) {
            continue;
        }
        active->dirty = false;
        refresh_row(*active);
        (active->inserted ? batch_.runs_updated : batch_.runs_inserted).push_back(active->row);
        active->inserted = true;
        if (listening_) {
            actions_.change->data.get_object()["runs"].get_array().push_back(run_change(*active));
        }
    }
    dirty_runs_.clear();
    for (const ports::RunId id : finished_runs_) {
        const auto found = runs_.find(id);
        if (found != runs_.end() && found->second->finished) {
            runs_.erase(found);
        }
    }
    finished_runs_.clear();
    backfills_.sweep();
}

}  // namespace kontor::engine
