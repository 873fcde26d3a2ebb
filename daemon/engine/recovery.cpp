// Starting again: runs are rebuilt from their rows and simply go on. Ended runs come back the same way for a redrive.
#include <algorithm>

#include "engine/conductor.hpp"

namespace kontor::engine {
namespace {

using core::run::RunState;
using core::run::StoredInstance;
using core::run::TaskState;

// What stands behind a prefix, if the text has it.
std::optional<std::string> behind(std::string_view prefix, const std::string& text) {
    return text.starts_with(prefix) ? std::optional(text.substr(prefix.size())) : std::nullopt;
}

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

core::run::Former former(const ports::RunRow& row) {
    core::run::Former was{row.started_at.value_or(row.created_at), std::nullopt, ""};
    was.cancel_reason = behind(cancelling_prefix, row.reason).value_or("");
    if (const std::optional<std::string> resumed = behind(resumed_prefix, row.reason)) {
        if (const Result<Instant> at = instant_from_iso(*resumed)) {
            was.resumed_at = *at;
        }
    }
    return was;
}

}  // namespace

void Conductor::recover(ports::Snapshot snapshot, ports::Leadership leadership, Instant now) {
    epoch_ = leadership.epoch;
    seq_ = leadership.seq;
    last_id_ = snapshot.last_id;
    for (const ports::WinnerRow& winner : snapshot.winners) {
        winners_[winner.country] = winner.details;
    }
    for (ports::IdempotencyRow& row : snapshot.idempotency) {
        std::string key = row.key;
        idempotency_[std::move(key)] = std::move(row);
    }
    recover_definitions(snapshot, now);
    // Runs that end while they are rebuilt may cause events: what waits must stand before them, and starts only behind them.
    const std::vector<core::trigger::Group> ready = recover_waiting(snapshot);
    recover_runs(snapshot, now);
    for (const core::trigger::Group& group : ready) {
        start_group(group, now);
    }
    for (const ports::EventRow& event : snapshot.undelivered) {
        route(event, {}, now);
    }
}

void Conductor::recover_definitions(const ports::Snapshot& snapshot, Instant now) {
    std::map<std::pair<std::string, std::string>, const ports::ScheduleRow*> rows;
    for (const ports::ScheduleRow& row : snapshot.schedules) {
        rows[{row.workflow, row.trigger}] = &row;
    }
    for (const ports::DefinitionRow& row : snapshot.definitions) {
        Parsed parsed = settings_.parse(row.source);
        if (parsed.workflow == nullptr) {
            actions_.log.push_back("definition " + row.hash + " of " + row.workflow + " is not valid any more: " + describe(parsed.error));
            continue;
        }
        by_hash_[row.hash] = parsed.workflow;
        if (std::find(snapshot.deployed.begin(), snapshot.deployed.end(), row.hash) == snapshot.deployed.end()) {
            pinned_.push_back(parsed.workflow);
            continue;
        }
        for (const core::dag::Trigger& trigger : parsed.workflow->triggers) {
            const auto known = rows.find({parsed.workflow->name, trigger.name});
            if (trigger.cron && known != rows.end() && known->second->text == trigger.cron->text) {
                schedules_[known->first].row = *known->second;
            }
        }
        install(parsed.workflow, now, nullptr, false);
    }
}

// All runs are rebuilt before any of them goes on: what one does (ending as cancelled, say) touches others, be it the
// parent that waits for it or the next in its concurrency group.
void Conductor::recover_runs(const ports::Snapshot& snapshot, Instant now) {
    std::map<ports::RunId, std::vector<StoredInstance>> instances;
    std::map<ports::RunId, std::vector<const ports::LiveTaskRow*>> live;
    for (const ports::LiveTaskRow& row : snapshot.live) {
        instances[row.run].push_back(stored(row));
        live[row.run].push_back(&row);
    }
    for (const ports::DoneTaskRow& row : snapshot.done) {
        instances[row.run].push_back(stored(row));
    }
    std::vector<Rebuilt> rebuilt;
    std::vector<std::pair<const ports::RunRow*, std::string>> unrestorable;
    for (const ports::RunRow& row : snapshot.runs) {
        std::string fault = rebuild(row, std::move(instances[row.id]), now, rebuilt);
        if (!fault.empty()) {
            unrestorable.emplace_back(&row, std::move(fault));
        }
    }
    pinned_.clear();  // the runs hold theirs
    for (Rebuilt& each : rebuilt) {
        ActiveRun& active = *find(each.run);
        for (core::run::Index index = 0; index < active.run.instance_count(); ++index) {
            if (active.run.instance(index).state == TaskState::Running) {
                active.run.attempt_lost(index, now, world(), each.changes);
            }
        }
        absorb(active, std::move(each.changes), now);
    }
    for (const auto& [row, fault] : unrestorable) {
        end_unrestorable(*row, fault, live[row->id], now);
    }
    for (const auto& [id, active] : runs_) {
        if (active->run.state() == RunState::Queued) {
            if (const std::string& group = active->run.workflow().concurrency.group; group.empty()) {
                start_run(*active, now);
            } else {
                freed_groups_.push_back(group);
            }
        }
    }
    start_queued(now);
}

std::string Conductor::rebuild(
    const ports::RunRow& row, std::vector<StoredInstance> rows, Instant now, std::vector<Rebuilt>& rebuilt
) {
    const auto known = by_hash_.find(row.hash);
    std::shared_ptr<const core::dag::Workflow> workflow = known == by_hash_.end() ? nullptr : known->second.lock();
    if (workflow == nullptr) {
        return "its definition " + row.hash + " is gone or not valid any more";
    }
    ActiveRun& active = keep(core::run::Run(workflow, {row.id, row.params, row.correlation, row.created_at}), row, true);
    if (row.state == to_string(RunState::Queued)) {
        return "";
    }
    Rebuilt made{row.id, {}};
    const Result<void> restored = active.run.restore(std::move(rows), former(row), now, world(), made.changes);
    if (!restored) {
        runs_.erase(row.id);
        return restored.error().message;
    }
    for (core::run::Index index = 0; index < active.run.instance_count(); ++index) {
        const core::run::Instance& instance = active.run.instance(index);
        if (instance.state == TaskState::Awaiting && instance.child_run) {
            awaiting_children_[instance.id] = {row.id, index};
        }
    }
    rebuilt.push_back(std::move(made));
    return "";
}

void Conductor::end_unrestorable(
    const ports::RunRow& row, const std::string& fault, const std::vector<const ports::LiveTaskRow*>& live, Instant now
) {
    ports::RunRow ended = row;
    ended.state = to_string(RunState::Failed);
    ended.started_at = row.started_at.value_or(now);
    ended.finished_at = now;
    ended.reason = "it cannot be taken up again: " + fault;
    actions_.log.push_back("run " + std::to_string(row.id) + " " + ended.reason);
    for (const ports::LiveTaskRow* task : live) {
        batch_.live_deleted.push_back(task->id);
        batch_.done_inserted.push_back(
            {task->id, row.id, task->task, task->country, task->item, task->siblings, std::string(to_string(TaskState::Cancelled)), task->attempt,
             task->started_at, now, task->input, Json(), "its run " + ended.reason, task->child_run}
        );
        if (task->child_run) {
            cancel_run(*task->child_run, "the run that waited for it " + ended.reason, now);
        }
    }
    if (row.parent_task) {
        settle_parent(ended, JsonObject{}, now);
    }
    batch_.runs_updated.push_back(std::move(ended));
}

Result<ActiveRun*> Conductor::adopt(
    const ports::EndedRun& ended, bool newest_definition, Instant now, core::run::Changes& changes
) {
    std::shared_ptr<const core::dag::Workflow> workflow;
    if (newest_definition) {
        const auto known = deployed_.find(ended.run.workflow);
        workflow = known == deployed_.end() ? nullptr : known->second;
    } else {
        workflow = settings_.parse(ended.definition.source).workflow;
    }
    if (workflow == nullptr) {
        return conflict("redrive", "its definition is not deployed or not valid any more");
    }
    by_hash_[workflow->hash] = workflow;
    core::run::Run run(workflow, {ended.run.id, ended.run.params, ended.run.correlation, ended.run.created_at});
    std::vector<StoredInstance> rows;
    for (const ports::LiveTaskRow& row : ended.live) {
        rows.push_back(stored(row));
    }
    for (const ports::DoneTaskRow& row : ended.done) {
        rows.push_back(stored(row));
    }
    core::run::Former was{ended.run.started_at.value_or(ended.run.created_at), std::nullopt, ""};
    if (Result<void> restored = run.restore(std::move(rows), std::move(was), now, world(), changes); !restored) {
        return conflict("redrive", "the run cannot be taken up again: " + restored.error().message);
    }
    ports::RunRow row = ended.run;
    row.hash = workflow->hash;
    return &keep(std::move(run), std::move(row), true);
}

}  // namespace kontor::engine
