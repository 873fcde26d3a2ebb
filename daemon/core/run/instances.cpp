// How one task instance changes: attempts, retries, time, cancel, redrive.
#include <algorithm>

#include "base/check.hpp"
#include "base/limits.hpp"
#include "base/prng.hpp"
#include "core/retry/retry.hpp"
#include "core/run/expression_scope.hpp"
#include "core/run/run.hpp"

namespace kontor::core::run {
namespace {

std::string shortened(std::string reason) {
    if (reason.size() > limits::reason_bytes_max) {
        reason.resize(limits::reason_bytes_max);
    }
    return storable(reason);
}

std::optional<Instant> out_of_time_at(const dag::TaskNode& node, const Instance& mine) {
    return node.total_timeout && mine.began_at ? std::optional(*mine.began_at + *node.total_timeout) : std::nullopt;
}

// Behind what the last attempt ended with.
std::string no_time_left(Duration total) { return "; no time is left of the " + to_text(total) + " for all its attempts (timeout.total)"; }

}  // namespace

void Run::touch(Index index, Changes& changes) {
    Instance& mine = instance(index);
    if (!mine.dirty) {
        mine.dirty = true;
        changes.touched.push_back(index);
    }
}

void Run::change(Index index, TaskState to, Changes& changes) {
    Instance& mine = instance(index);
    KONTOR_CHECK(may_change(mine.state, to));
    mine.state = to;
    touch(index, changes);
}

void Run::make_ready(Index index, Instant now, Changes& changes) {
    // Ready is derived from the parents' rows, so it needs no row of its own.
    instance(index).state = TaskState::Ready;
    announce(index, now, changes);
}

void Run::announce(Index index, Instant now, Changes& changes) {
    if (!may_begin(index)) {
        return;
    }
    changes.ready.push_back(index);
    Instance& mine = instance(index);
    mine.late_at = out_of_time_at(node(mine), mine);
    if (const std::optional<Duration>& start = node(mine).start_timeout) {
        mine.late_at = std::min(mine.late_at.value_or(Instant::max()), now + *start);
    }
    if (mine.late_at) {
        sleepers_.emplace(*mine.late_at, index);
        changes.timers.push_back(*mine.late_at);
    }
}

void Run::end_attempt(
    Instance& mine, Index index, std::string_view outcome, std::string_view kind, Instant now, Changes& changes
) {
    changes.attempts.push_back(
        {index, mine.attempt, mine.started_at.value_or(now), now, std::string(outcome), std::string(kind), mine.reason}
    );
}

Result<Instance*> Run::open_attempt(Index index, Instant now, const World& world, Changes& changes) {
    KONTOR_CHECK(instance(index).state == TaskState::Ready);
    if (instance(index).late_at && now >= *instance(index).late_at) {  // a slot came free before its timer was looked at
        too_late(index, now, world, changes);
        finish_if_done(now, changes);
        return invalid("run", instance(index).reason);
    }
    Result<Json> input = render_input(index, world);
    if (!input) {
        make_dead(index, sdk::FailureClass::Config, "with: " + input.error().message, now, world, changes);
        finish_if_done(now, changes);
        return input.error();
    }
    Instance& mine = instance(index);
    mine.input = std::move(*input);
    ++mine.attempt;
    mine.started_at = now;
    mine.began_at = mine.attempt == 1 ? now : mine.began_at;
    mine.next_at.reset();
    return &mine;
}

Result<const Instance*> Run::begin_attempt(Index index, Instant now, const World& world, Changes& changes) {
    const Result<Instance*> opened = open_attempt(index, now, world, changes);
    if (!opened) {
        return opened.error();
    }
    change(index, TaskState::Running, changes);
    return *opened;
}

Result<const Instance*> Run::begin_awaiting(
    Index index, std::optional<Instant> until, Instant now, const World& world, Changes& changes
) {
    const Result<Instance*> opened = open_attempt(index, now, world, changes);
    if (!opened) {
        return opened.error();
    }
    (*opened)->next_at = until;
    if (until) {
        sleepers_.emplace(*until, index);
        changes.timers.push_back(*until);
    }
    change(index, TaskState::Awaiting, changes);
    return *opened;
}

void Run::set_child(Index index, std::int64_t child_run) { instance(index).child_run = child_run; }

void Run::make_dead(
    Index index, sdk::FailureClass kind, std::string reason, Instant now, const World& world, Changes& changes
) {
    Instance& mine = instance(index);
    mine.reason = shortened(std::move(reason));
    mine.finished_at = now;
    change(index, TaskState::Dead, changes);
    changes.dead.push_back({index, kind, mine.reason});
    settled(index, now, world, changes);
}

void Run::retry_later(Index index, const sdk::Failed& failure, Instant now, const World& world, Changes& changes) {
    Instance& mine = instance(index);
    const std::uint64_t seed =
        stable_hash(mine.item, stable_hash(node(mine).name)) ^ static_cast<std::uint64_t>(identity_.id * 64 + mine.attempt);
    const Instant next = now + retry::delay(retry::policy_of(node(mine), failure.kind), mine.attempt - mine.lost, seed, failure.retry_after);
    if (const std::optional<Instant> end = out_of_time_at(node(mine), mine); end && next >= *end) {
        make_dead(index, failure.kind, mine.reason + no_time_left(*node(mine).total_timeout), now, world, changes);
        return;
    }
    mine.next_at = next;
    sleepers_.emplace(*mine.next_at, index);
    changes.timers.push_back(*mine.next_at);
    change(index, TaskState::Retrying, changes);
}

void Run::fail(Index index, const sdk::Failed& failure, Instant now, const World& world, Changes& changes) {
    const Instance& mine = instance(index);
    if (mine.state == TaskState::Running && retry::may_retry(node(mine), mine.attempt - mine.lost, failure.kind)) {
        retry_later(index, failure, now, world, changes);
        return;
    }
    make_dead(index, failure.kind, mine.reason, now, world, changes);
}

bool Run::attempt_ended(
    Index index, int attempt, sdk::Outcome outcome, Instant now, const World& world, Changes& changes
) {
    Instance& mine = instance(index);
    if (mine.state != TaskState::Running || mine.attempt != attempt) {
        return false;
    }
    if (auto* done = std::get_if<sdk::Succeeded>(&outcome)) {
        if (const auto* object = done->outputs.if_object(); object == nullptr || object->size() > 0) {
            const std::string text = to_text(done->outputs);
            if (text.size() > limits::task_outputs_bytes_max) {
                outcome = sdk::Failed{
                    sdk::FailureClass::Config,
                    "its outputs are " + std::to_string(text.size()) + " bytes, more than " +
                        std::to_string(limits::task_outputs_bytes_max) + ": write them to an object and return its reference"
                };
            }
        }
    }
    if (auto* done = std::get_if<sdk::Succeeded>(&outcome)) {
        mine.outputs = std::move(done->outputs);
        mine.reason.clear();
        mine.finished_at = now;
        end_attempt(mine, index, "succeeded", "", now, changes);
        change(index, TaskState::Succeeded, changes);
        settled(index, now, world, changes);
    } else if (mine.stopping) {
        mine.finished_at = now;
        end_attempt(mine, index, "cancelled", "", now, changes);
        change(index, TaskState::Cancelled, changes);
        settled(index, now, world, changes);
    } else if (const auto* failure = std::get_if<sdk::Failed>(&outcome)) {
        mine.reason = shortened(failure->reason);
        end_attempt(mine, index, "failed", sdk::to_string(failure->kind), now, changes);
        fail(index, *failure, now, world, changes);
    } else {
        // The worker was stopped, the task did nothing wrong: handed back, not counted.
        changes.attempts.push_back(
            {index, mine.attempt, mine.started_at.value_or(now), now, "interrupted", "", "its worker was stopped"}
        );
        --mine.attempt;
        mine.began_at = mine.attempt == 0 ? std::nullopt : mine.began_at;
        mine.next_at = now;
        change(index, TaskState::Ready, changes);
        announce(index, now, changes);
    }
    finish_if_done(now, changes);
    return true;
}

bool Run::cut_off(
    Index index, std::string_view outcome, const sdk::Failed& how, Instant now, const World& world, Changes& changes
) {
    Instance& mine = instance(index);
    KONTOR_CHECK(mine.state == TaskState::Running);
    const bool cancelled = mine.stopping || !cancel_reason_.empty();
    std::string because = mine.stopping ? mine.reason : cancel_reason_;
    mine.reason = shortened(how.reason);
    end_attempt(mine, index, outcome, sdk::to_string(how.kind), now, changes);
    if (cancelled) {
        mine.reason = shortened(std::move(because));
        mine.finished_at = now;
        change(index, TaskState::Cancelled, changes);
        settled(index, now, world, changes);
    }
    return cancelled;
}

void Run::attempt_lost(Index index, Instant now, const World& world, Changes& changes) {
    ++instance(index).lost;
    if (!cut_off(index, "lost", {sdk::FailureClass::Transient, "the daemon died while it ran"}, now, world, changes)) {
        Instance& mine = instance(index);
        if (const std::optional<Instant> end = out_of_time_at(node(mine), mine); end && now >= *end) {
            make_dead(index, sdk::FailureClass::Transient, mine.reason + no_time_left(*node(mine).total_timeout), now, world, changes);
        } else if (mine.lost <= retry::attempts_lost_max) {
            // No backoff: what failed was this process, not the world outside.
            mine.next_at = now;
            sleepers_.emplace(now, index);
            changes.timers.push_back(now);
            change(index, TaskState::Retrying, changes);
        } else {
            const std::string reason = "the daemon died " + std::to_string(mine.lost) +
                                       " times while it ran, and nothing tells of what: does it use up the machine's memory?";
            make_dead(index, sdk::FailureClass::Resource, reason, now, world, changes);
        }
    }
    finish_if_done(now, changes);
}

void Run::attempt_crashed(Index index, const std::string& how, Instant now, const World& world, Changes& changes) {
    const sdk::Failed failure{sdk::FailureClass::Bug, "it took the whole daemon down with it: " + how};
    if (!cut_off(index, "failed", failure, now, world, changes)) {
        const Instance& mine = instance(index);
        if (retry::may_retry_crash(node(mine), mine.attempt - mine.lost)) {
            retry_later(index, failure, now, world, changes);
        } else {
            make_dead(index, failure.kind, mine.reason, now, world, changes);
        }
    }
    finish_if_done(now, changes);
}

void Run::settle_without_attempt(
    Index index, sdk::Outcome outcome, Instant now, const World& world, Changes& changes
) {
    Instance& mine = instance(index);
    if (mine.state != TaskState::Ready && mine.state != TaskState::Awaiting) {
        return;
    }
    if (mine.state == TaskState::Ready) {
        mine.started_at = now;
        mine.attempt = 1;
    }
    if (auto* done = std::get_if<sdk::Succeeded>(&outcome)) {
        mine.outputs = std::move(done->outputs);
        mine.reason.clear();
        mine.finished_at = now;
        end_attempt(mine, index, "succeeded", "", now, changes);
        change(index, TaskState::Succeeded, changes);
        settled(index, now, world, changes);
    } else if (const auto* failure = std::get_if<sdk::Failed>(&outcome)) {
        mine.reason = shortened(failure->reason);
        end_attempt(mine, index, "failed", sdk::to_string(failure->kind), now, changes);
        make_dead(index, failure->kind, mine.reason, now, world, changes);
    }
    finish_if_done(now, changes);
}

void Run::settle_cached(Index index, Json outputs, std::string reason, Instant now, const World& world, Changes& changes) {
    KONTOR_CHECK(instance(index).state == TaskState::Ready && instance(index).attempt == 0);
    Instance& mine = instance(index);
    mine.outputs = std::move(outputs);
    mine.reason = std::move(reason);
    mine.finished_at = now;
    change(index, TaskState::Succeeded, changes);
    settled(index, now, world, changes);
    finish_if_done(now, changes);
}

void Run::too_late(Index index, Instant now, const World& world, Changes& changes) {
    const Instance& mine = instance(index);
    const dag::TaskNode& self = node(mine);
    std::string reason = "it waited " + to_text(self.start_timeout.value_or(Duration{})) + " for a slot and has not begun (timeout.start)";
    if (const std::optional<Instant> end = out_of_time_at(node(mine), mine); end && now >= *end) {
        reason = mine.reason + no_time_left(*self.total_timeout);
    }
    make_dead(index, sdk::FailureClass::Transient, std::move(reason), now, world, changes);
}

void Run::on_time(Instant now, const World& world, Changes& changes) {
    if (!is_open(state_)) {
        return;
    }
    while (!sleepers_.empty() && sleepers_.begin()->first <= now) {
        const auto [at, index] = *sleepers_.begin();
        sleepers_.erase(sleepers_.begin());
        Instance& mine = instance(index);
        if (may_begin(index) && mine.late_at == at) {
            too_late(index, now, world, changes);
            continue;
        }
        if (mine.next_at != at) {
            continue;  // it was ended or rescheduled meanwhile
        }
        if (mine.state == TaskState::Retrying) {
            make_ready(index, now, changes);
        } else if (mine.state == TaskState::Awaiting && mine.child_run) {
            changes.cancel_children.push_back(*mine.child_run);
            const std::string reason = "child run " + std::to_string(*mine.child_run) + " timed out after " + to_text(node(mine).timeout);
            settle_without_attempt(index, sdk::Failed{sdk::FailureClass::Transient, reason}, now, world, changes);
        } else if (mine.state == TaskState::Awaiting) {
            settle_without_attempt(index, sdk::Succeeded{}, now, world, changes);
        }
    }
    for (std::size_t task = 0; task < columns_.size(); ++task) {
        if (workflow_->tasks[task].gate.within) {
            for (int cell = 0; cell < static_cast<int>(columns_[task].cells.size()); ++cell) {
                evaluate(static_cast<int>(task), cell, now, world, changes);
            }
        }
    }
    if (const std::optional<Instant> due = due_at(); due && now >= *due && cancel_reason_.empty()) {
        cancel({}, "its deadline of " + to_text(*workflow_->deadline) + " has passed", now, world, changes);
    }
    finish_if_done(now, changes);
}

int Run::cancel(const Scope& scope, std::string reason, Instant now, const World& world, Changes& changes) {
    if (!is_open(state_)) {
        return 0;
    }
    int ended = 0;
    const bool whole = scope.country.empty() && scope.task.empty();
    if (whole) {
        if (!cancel_reason_.empty()) {
            return 0;
        }
        cancel_reason_ = reason;
        changes.run_changed = true;
    }
    // Children first: a parent that ends as cancelled must not start a `when: always` child of the same scope.
    for (int task = static_cast<int>(columns_.size()) - 1; task >= 0; --task) {
        if (!scope.task.empty() && node(task).name != scope.task) {
            continue;
        }
        for (int cell = 0; cell < static_cast<int>(column(task).cells.size()); ++cell) {
            if (!scope.country.empty() && cell_country(task, cell) != scope.country) {
                continue;
            }
            ended += cancel_cell(task, cell, reason, now, world, changes);
        }
    }
    finish_if_done(now, changes);
    return ended;
}

int Run::cancel_cell(
    int task, int cell, const std::string& reason, Instant now, const World& world, Changes& changes
) {
    if (cell_of(task, cell).state == CellState::Blocked) {
        return 0;
    }
    if (cell_of(task, cell).state == CellState::Pending) {
        end_cell(task, cell, TaskState::Cancelled, shortened(reason), now, changes);
        settled(cell_of(task, cell).first, now, world, changes);
        return 1;
    }
    int ended = 0;
    const Index first = cell_of(task, cell).first;
    const int count = cell_of(task, cell).count;
    for (Index index = first; index < first + count; ++index) {
        Instance& mine = instance(index);
        if (is_final(mine.state) || mine.blocked || mine.stopping) {
            continue;
        }
        ++ended;
        mine.reason = shortened(reason);
        if (mine.state == TaskState::Running) {
            mine.stopping = true;
            changes.stop_running.push_back(index);
            touch(index, changes);
            continue;
        }
        if (mine.child_run) {
            changes.cancel_children.push_back(*mine.child_run);
        }
        if (mine.state == TaskState::Awaiting) {
            end_attempt(mine, index, "cancelled", "", now, changes);
        }
        mine.finished_at = now;
        change(index, TaskState::Cancelled, changes);
        settled(index, now, world, changes);
    }
    return ended;
}

void Run::cancel_queued(std::string reason, Instant now, Changes& changes) {
    KONTOR_CHECK(state_ == RunState::Queued);
    state_ = RunState::Cancelled;
    reason_ = std::move(reason);
    finished_at_ = now;
    changes.run_changed = true;
}

Result<void> Run::give_up(Index index, std::string reason, Instant now, Changes& changes) {
    Instance& mine = instance(index);
    if (mine.state != TaskState::Dead) {
        return conflict("discard", "the task instance is " + std::string(to_string(mine.state)) + ", not dead");
    }
    mine.reason = shortened(mine.reason + " (given up: " + reason + ")");
    mine.finished_at = now;
    change(index, TaskState::Failed, changes);
    return {};
}

}  // namespace kontor::core::run
