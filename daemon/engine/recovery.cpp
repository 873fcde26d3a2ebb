// Starting again: runs are rebuilt from their rows and simply go on. Ended runs come back the same way for a redrive.
#include <algorithm>

#include "engine/conductor.hpp"

namespace kontor::engine {
namespace {

using core::run::RunState;
using core::run::StoredInstance;
using core::run::TaskState;

StoredInstance stored(const ports::LiveTaskRow& row) {
    return {row.id,         row.task,    row.country,  row.item,      core::run::task_state_from(row.state).value_or(TaskState::Retrying),
            row.attempt,    row.started_at, row.next_at, std::nullopt, row.child_run,
            row.input,      Json(),      row.reason};
}

StoredInstance stored(const ports::DoneTaskRow& row) {
    return {row.id,       row.task,       row.country,  row.item,        core::run::task_state_from(row.state).value_or(TaskState::Failed),
            row.attempts, row.started_at, std::nullopt, row.finished_at, row.child_run,
            row.input,    row.outputs,    row.reason};
}

}  // namespace

void Conductor::recover(ports::Snapshot snapshot, ports::Leadership leadership, Instant now) {
    epoch_ = leadership.epoch;
    seq_ = leadership.seq;
    last_id_ = snapshot.last_id;
    std::vector<std::shared_ptr<const core::dag::Workflow>> kept;  // by_hash_ holds weak references
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
        kept.push_back(parsed.workflow);
        if (std::find(snapshot.deployed.begin(), snapshot.deployed.end(), row.hash) == snapshot.deployed.end()) {
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
    for (const ports::WinnerRow& winner : snapshot.winners) {
        winners_[winner.country] = winner.details;
    }
    for (ports::IdempotencyRow& row : snapshot.idempotency) {
        std::string key = row.key;
        idempotency_[std::move(key)] = std::move(row);
    }
    std::map<ports::RunId, std::vector<StoredInstance>> instances;
    for (const ports::LiveTaskRow& row : snapshot.live) {
        instances[row.run].push_back(stored(row));
    }
    for (const ports::DoneTaskRow& row : snapshot.done) {
        instances[row.run].push_back(stored(row));
    }
    for (const ports::RunRow& row : snapshot.runs) {
        restore_run(row, std::move(instances[row.id]), now);
    }
    for (const ports::EventRow& event : snapshot.undelivered) {
        std::vector<ports::DeliveryRow> deliveries = route(event, now);
        batch_.deliveries.insert(batch_.deliveries.end(), deliveries.begin(), deliveries.end());
    }
}

void Conductor::restore_run(const ports::RunRow& row, std::vector<StoredInstance> rows, Instant now) {
    const auto known = by_hash_.find(row.hash);
    std::shared_ptr<const core::dag::Workflow> workflow = known == by_hash_.end() ? nullptr : known->second.lock();
    std::string fault = workflow == nullptr ? "its definition " + row.hash + " is gone or not valid any more" : "";
    if (workflow != nullptr) {
        core::run::Run run(workflow, {row.id, row.params, row.correlation, row.created_at});
        auto made = std::make_unique<ActiveRun>(ActiveRun{std::move(run), row, true, false, false});
        ActiveRun& active = *runs_.insert_or_assign(row.id, std::move(made)).first->second;
        if (row.state == to_string(RunState::Queued)) {
            if (group_has_room(workflow->concurrency)) {
                start_run(active, now);
            }
            return;
        }
        core::run::Changes changes;
        const std::string cancel_reason = row.reason.starts_with(cancelling_prefix) ? row.reason.substr(cancelling_prefix.size()) : "";
        const Result<void> restored =
            active.run.restore(std::move(rows), row.started_at.value_or(row.created_at), cancel_reason, now, world(), changes);
        if (restored) {
            for (core::run::Index index = 0; index < active.run.instance_count(); ++index) {
                const core::run::Instance& instance = active.run.instance(index);
                if (instance.state == TaskState::Running) {
                    active.run.attempt_lost(index, now, world(), changes);
                } else if (instance.state == TaskState::Awaiting && instance.child_run) {
                    awaiting_children_[instance.id] = {row.id, index};
                }
            }
            absorb(active, std::move(changes), now);
            return;
        }
        fault = restored.error().message;
        runs_.erase(row.id);
    }
    ports::RunRow ended = row;
    ended.state = to_string(RunState::Failed);
    ended.finished_at = now;
    ended.reason = "it cannot be taken up again: " + fault;
    actions_.log.push_back("run " + std::to_string(row.id) + " " + ended.reason);
    batch_.runs_updated.push_back(std::move(ended));
}

Result<Conductor::ActiveRun*> Conductor::adopt(
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
    auto active = std::make_unique<ActiveRun>(ActiveRun{std::move(run), ended.run, true, false, false});
    active->row.hash = workflow->hash;
    std::vector<StoredInstance> rows;
    for (const ports::LiveTaskRow& row : ended.live) {
        rows.push_back(stored(row));
    }
    for (const ports::DoneTaskRow& row : ended.done) {
        rows.push_back(stored(row));
    }
    const Instant started = ended.run.started_at.value_or(ended.run.created_at);
    if (Result<void> restored = active->run.restore(std::move(rows), started, "", now, world(), changes); !restored) {
        return conflict("redrive", "the run cannot be taken up again: " + restored.error().message);
    }
    return runs_.insert_or_assign(ended.run.id, std::move(active)).first->second.get();
}

}  // namespace kontor::engine
