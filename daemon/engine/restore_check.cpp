#include "engine/restore_check.hpp"

#include <algorithm>

#include "engine/stored_rows.hpp"

namespace kontor::engine {
namespace {

// The clock was set back behind the time at which a gate opens: what it has opened stays open, and no row tells of it.
bool is_ambiguous(const core::run::Run& run, Instant now, Instant latest) {
    const auto& tasks = run.workflow().tasks;
    return std::any_of(tasks.begin(), tasks.end(), [&](const core::dag::TaskNode& task) {
        const std::optional<Instant> opens = task.gate.within ? std::optional(*run.started_at() + *task.gate.within) : std::nullopt;
        return opens && *opens > now && *opens <= latest;
    });
}

}  // namespace

using core::run::RunState;
using core::run::StoredInstance;
using core::run::TaskState;

std::string RestoreCheck::of_run(const ports::RunRow& row, std::vector<StoredInstance> rows, Instant now, Instant latest) const {
    const auto found = conductor_.runs_.find(row.id);
    if (found == conductor_.runs_.end()) {
        return "is stored as " + row.state + ", and not in mind";
    }
    const core::run::Run& mine = found->second->run;
    if (row.state != to_string(mine.state())) {
        return "is stored as " + row.state + " and in mind as " + std::string(to_string(mine.state()));
    }
    if (mine.state() == RunState::Queued || is_ambiguous(mine, now, latest)) {
        return "";
    }
    core::run::Run again(mine.workflow_ptr(), mine.identity());
    core::run::Changes changes;
    if (const Result<void> restored = again.restore(std::move(rows), former(row), now, conductor_.world(), changes); !restored) {
        return "cannot be restored: " + restored.error().message;
    }
    const std::string in_mind = mine.picture(latest);
    const std::string from_rows = again.picture(latest);
    return in_mind == from_rows ? "" : "is in mind\n" + in_mind + "\nand in its rows\n" + from_rows;
}

std::string RestoreCheck::of_runs(const ports::Snapshot& snapshot, Instant now, Instant latest) const {
    std::map<ports::RunId, std::vector<StoredInstance>> instances = stored_instances(snapshot);
    for (const ports::RunRow& row : snapshot.runs) {
        if (const std::string fault = of_run(row, std::move(instances[row.id]), now, latest); !fault.empty()) {
            return "run " + std::to_string(row.id) + " " + fault;
        }
    }
    return snapshot.runs.size() == conductor_.runs_.size() ? "" : "a run is in mind that has ended by its row";
}

std::string RestoreCheck::of_children() const {
    for (const auto& [id, active] : conductor_.runs_) {
        for (core::run::Index index = 0; index < active->run.instance_count(); ++index) {
            const core::run::Instance& instance = active->run.instance(index);
            const bool waits = instance.state == TaskState::Awaiting && instance.child_run;
            if (waits && !conductor_.awaiting_children_.contains(instance.id)) {
                return "instance " + std::to_string(instance.id) + " waits for a child run that would not tell it";
            }
        }
    }
    return "";
}

std::string RestoreCheck::of_approvals(const ports::Snapshot& snapshot) const {
    std::size_t waiting = 0;
    for (const auto& [id, active] : conductor_.runs_) {
        for (core::run::Index index = 0; index < active->run.instance_count(); ++index) {
            const core::run::Instance& instance = active->run.instance(index);
            if (instance.state != TaskState::Awaiting || active->run.node(instance).uses != core::approval::task_type) {
                continue;
            }
            ++waiting;
            const OpenApproval* open = conductor_.approvals_.of_task(instance.id);
            if (open == nullptr || open->index != index || open->row.run != id) {
                return "instance " + std::to_string(instance.id) + " waits for an approval that nobody can give";
            }
        }
    }
    for (const ports::ApprovalRow& row : snapshot.approvals) {
        const OpenApproval* open = conductor_.approvals_.of_task(row.task_id);
        const auto votes = std::count_if(snapshot.votes.begin(), snapshot.votes.end(), [&](const auto& each) { return each.approval == row.id; });
        if (open == nullptr || open->row.id != row.id || open->row.escalated_at != row.escalated_at || std::ssize(open->votes) != votes) {
            return "approval " + std::to_string(row.id) + " is not as its row says";
        }
    }
    const bool alike = snapshot.approvals.size() == waiting && conductor_.approvals_.open().size() == waiting;
    return alike ? "" : "an approval is open whose task does not wait";
}

std::string RestoreCheck::of_backfills(const ports::Snapshot& snapshot) const {
    for (const ports::BackfillRow& row : snapshot.backfills) {
        const auto known = conductor_.backfills_.open.find(row.id);
        if (known == conductor_.backfills_.open.end() || known->second.row.state != row.state || known->second.row.note != row.note) {
            return "backfill " + std::to_string(row.id) + " is not as its row says";
        }
        std::size_t at = 0;
        for (const ports::BackfillPeriodRow& period : snapshot.backfill_periods) {
            if (period.backfill != row.id) {
                continue;
            }
            const bool there = at < known->second.periods.size();
            const ports::BackfillPeriodRow mine = there ? known->second.periods[at++] : ports::BackfillPeriodRow{};
            if (mine.period != period.period || mine.state != period.state || mine.run != period.run) {
                return "period " + period.period + " of backfill " + std::to_string(row.id) + " is not as its row says";
            }
        }
        if (at != known->second.periods.size()) {
            return "backfill " + std::to_string(row.id) + " has more periods in mind than rows";
        }
    }
    return snapshot.backfills.size() == conductor_.backfills_.open.size() ? "" : "a backfill is in mind that has ended by its row";
}

std::string RestoreCheck::of_partitions(const ports::Snapshot& snapshot) const {
    for (const ports::RunningPartition& row : snapshot.partitions) {
        if (conductor_.partitions_.running({row.workflow, row.country, row.period}) != row.run) {
            return "partition " + row.workflow + "/" + row.country + "/" + row.period + " is not worked for as its row says";
        }
    }
    return snapshot.partitions.size() == conductor_.partitions_.all().size() ? "" : "a partition is worked for, and its row does not say so";
}

std::string RestoreCheck::of_cache(const ports::Snapshot& snapshot) const {
    const auto& mine = conductor_.cache_.results;
    for (const ports::CacheRow& row : snapshot.cached) {
        const auto known = mine.find(row.key);
        if (known == mine.end() || known->second.row.at != row.at || known->second.row.outputs != row.outputs) {
            return "a result of " + row.task + " that is kept is not as its row says";
        }
    }
    return snapshot.cached.size() == mine.size() ? "" : "a result is kept in mind that has no row";
}

std::string RestoreCheck::of_alarms(const ports::Snapshot& snapshot) const {
    const auto& mine = conductor_.alarms_.alarms;
    for (const ports::AlarmRow& row : snapshot.alarms) {
        const auto known = mine.find({row.country, row.name});
        if (known == mine.end() || known->second.state != row.state || known->second.raised_at != row.raised_at) {
            return "the alarm " + row.name + " of " + row.country + " is not as its row says";
        }
    }
    for (const ports::PastReading& row : snapshot.past_readings) {
        const auto known = conductor_.alarms_.past.find({row.country, row.metric});
        const bool kept = known != conductor_.alarms_.past.end() && known->second.contains(row.past.period);
        if (!kept || known->second.at(row.past.period) != row.past.value) {
            return "the reading " + row.metric + " of " + row.country + " in " + row.past.period + " is not as its row says";
        }
    }
    return snapshot.alarms.size() == mine.size() ? "" : "an alarm is in mind that has no row";
}

std::string RestoreCheck::of_schedules(const ports::Snapshot& snapshot) const {
    for (const ports::ScheduleRow& row : snapshot.schedules) {
        const auto known = conductor_.schedules_.find({row.workflow, row.trigger});
        if (known == conductor_.schedules_.end() || known->second.row.next_tick != row.next_tick ||
            known->second.row.last_tick != row.last_tick || known->second.row.paused != row.paused) {
            return "schedule " + row.workflow + "/" + row.trigger + " is not as its row says";
        }
    }
    return "";
}

std::string RestoreCheck::difference(const ports::Snapshot& snapshot, Instant now, Instant latest) const {
    std::string found = of_runs(snapshot, now, latest);
    found = found.empty() ? of_children() : found;
    found = found.empty() ? of_schedules(snapshot) : found;
    found = found.empty() ? of_approvals(snapshot) : found;
    found = found.empty() ? of_backfills(snapshot) : found;
    found = found.empty() ? of_partitions(snapshot) : found;
    found = found.empty() ? of_alarms(snapshot) : found;
    found = found.empty() ? of_cache(snapshot) : found;
    for (const ports::WinnerRow& row : snapshot.winners) {
        const auto known = conductor_.winners_.find(row.country);
        if (found.empty() && (known == conductor_.winners_.end() || known->second != row.details)) {
            found = "the winner of " + row.country + " is not as its row says";
        }
    }
    return found;
}

}  // namespace kontor::engine
