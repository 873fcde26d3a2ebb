// Starting again: runs are rebuilt from their rows and simply go on. Ended runs come back the same way for a redrive.
#include <algorithm>

#include "engine/alarms.hpp"
#include "engine/cache.hpp"
#include "engine/backfills.hpp"
#include "engine/partitions.hpp"
#include "engine/slots.hpp"
#include "engine/stored_rows.hpp"

namespace kontor::engine {

using core::run::RunState;
using core::run::StoredInstance;
using core::run::TaskState;

void Conductor::recover(
    ports::Snapshot snapshot, ports::Leadership leadership, Instant now, const std::vector<ports::Crash>& crashes
) {
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
    for (ports::TokenRow& row : snapshot.tokens) {
        const std::int64_t id = row.id;
        tokens_[id] = std::move(row);
    }
    for (const ports::LetterJobRow& row : snapshot.letter_jobs) {
        letter_jobs_.emplace(row.id, letter_job_from(row));
    }
    offered_.insert(snapshot.offers.begin(), snapshot.offers.end());
    Slots(*this).recover(snapshot);
    Alarms(*this).recover(snapshot);
    ResultCache(*this).recover(snapshot);
    recover_definitions(snapshot, now);
    // Runs that end while they are rebuilt may cause events: what waits must stand before them, and starts only behind them.
    const std::vector<core::trigger::Group> ready = recover_waiting(snapshot);
    recover_approvals(snapshot);
    Backfills(*this).recover(snapshot);
    recover_runs(snapshot, crashes, now);
    PartitionTelling(*this).recover(snapshot, now);
    std::vector<ports::TaskId> left;  // no instance waits for them
    for (const auto& [id, open] : approvals_.open()) {
        if (open.index < 0) {
            left.push_back(open.row.task_id);
        }
    }
    for (const ports::TaskId task : left) {
        withdraw_approval(task, "no task waits for it any more", now);
    }
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
void Conductor::recover_runs(const ports::Snapshot& snapshot, const std::vector<ports::Crash>& crashes, Instant now) {
    std::map<ports::RunId, std::vector<StoredInstance>> instances = stored_instances(snapshot);
    std::map<ports::RunId, std::vector<const ports::LiveTaskRow*>> live;
    for (const ports::LiveTaskRow& row : snapshot.live) {
        live[row.run].push_back(&row);
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
        end_running(*find(each.run), crashes, now, each.changes);
        absorb(*find(each.run), std::move(each.changes), now);
    }
    for (const auto& [row, fault] : unrestorable) {
        end_unrestorable(*row, fault, live[row->id], now);
    }
    for (const auto& [id, active] : runs_) {
        if (active->run.state() == RunState::Queued) {
            if (const std::string& group = active->run.workflow().concurrency.group; group.empty()) {
                if (!is_held(active->run)) {
                    start_run(*active, now);
                }
            } else {
                freed_groups_.push_back(group);
            }
        }
    }
    start_queued(now);
}

void Conductor::end_running(ActiveRun& active, const std::vector<ports::Crash>& crashes, Instant now, core::run::Changes& changes) {
    for (core::run::Index index = 0; index < active.run.instance_count(); ++index) {
        const core::run::Instance& instance = active.run.instance(index);
        if (instance.state != TaskState::Running) {
            continue;
        }
        const ports::AttemptKey key{instance.id, instance.attempt};
        const auto crash = std::find_if(crashes.begin(), crashes.end(), [&](const ports::Crash& each) { return each.key == key; });
        if (crash == crashes.end()) {
            active.run.attempt_lost(index, now, world(), changes);
        } else {
            actions_.log.push_back(
                "run " + std::to_string(active.row.id) + " " + active.run.node(instance).name + " attempt " +
                std::to_string(key.attempt) + " took the last daemon down: " + crash->how
            );
            active.run.attempt_crashed(index, crash->how, now, world(), changes);
        }
    }
}

std::string Conductor::rebuild(
    const ports::RunRow& row, std::vector<StoredInstance> rows, Instant now, std::vector<Rebuilt>& rebuilt
) {
    const auto known = by_hash_.find(row.hash);
    std::shared_ptr<const core::dag::Workflow> workflow = known == by_hash_.end() ? nullptr : known->second.lock();
    if (workflow == nullptr) {
        return "its definition " + row.hash + " is gone or not valid any more";
    }
    ActiveRun& active = keep(core::run::Run(workflow, {row.id, row.params, row.correlation, row.created_at, countries_in(row.cause)}), row, true);
    if (row.state == to_string(RunState::Queued)) {
        core::run::Changes told;  // by its row
        const core::run::World seen = world();
        for (const core::run::Pause& each : pauses_from(row.pauses)) {
            [[maybe_unused]] const auto kept = core::run::Control(active.run, now, seen, told).pause(each, false);
        }
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
        } else if (OpenApproval* open = instance.state == TaskState::Awaiting ? approvals_.of_task(instance.id) : nullptr) {
            open->index = index;
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
        withdraw_approval(task->id, "its run " + ended.reason, now);
        if (task->child_run) {
            cancel_run(*task->child_run, "the run that waited for it " + ended.reason, now);
        }
    }
    if (row.parent_task) {
        settle_parent(ended, JsonObject{}, now);
    }
    Backfills(*this).settle_period(ended, now);
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
    core::run::Run run(workflow, {ended.run.id, ended.run.params, ended.run.correlation, ended.run.created_at, countries_in(ended.run.cause)});
    std::vector<StoredInstance> rows;
    for (const ports::LiveTaskRow& row : ended.live) {
        rows.push_back(stored(row));
    }
    for (const ports::DoneTaskRow& row : ended.done) {
        rows.push_back(stored(row));
    }
    core::run::Former was{ended.run.started_at.value_or(ended.run.created_at), std::nullopt, ""};
    was.edits = edits_from(ended.run.edits);
    if (Result<void> restored = run.restore(std::move(rows), std::move(was), now, world(), changes); !restored) {
        return conflict("redrive", "the run cannot be taken up again: " + restored.error().message);
    }
    ports::RunRow row = ended.run;
    row.hash = workflow->hash;
    return &keep(std::move(run), std::move(row), true);
}

}  // namespace kontor::engine
