// A dead task instance goes back to work, and what stands behind it is judged anew.
#include <algorithm>

#include "core/run/run.hpp"

namespace kontor::core::run {

Result<void> Run::redrive(Index index, Instant now, const World& world, Changes& changes) {
    if (instance(index).state != TaskState::Dead) {
        return conflict("redrive", "the task instance is " + std::string(to_string(instance(index).state)) + ", not dead");
    }
    if (!is_open(state_) && state_ != RunState::Failed) {
        return conflict("redrive", "the run is " + std::string(to_string(state_)) + ": submit a new one");
    }
    if (!cancel_reason_.empty()) {
        return conflict("redrive", "the run is being cancelled: submit a new one");
    }
    Instance& mine = instance(index);
    const int task = mine.task;
    const int cell = mine.cell;
    reopen(task, cell);
    count(mine, -1);
    reopen_run(now, changes);
    const bool died_opening = mine.attempt == 0 && mine.item.empty() && cell_of(task, cell).count == 1;
    if (died_opening) {
        // It died of an expression before it was one of the cell's own instances: judge the cell anew.
        mine.cell = orphaned;
        mine.state = TaskState::Ready;
        cell_of(task, cell) = Cell{};
        for (const int child : children_[static_cast<std::size_t>(task)]) {
            if (chained_parent(child) == task) {
                forget_blocked(child, cell);
            }
        }
    } else {
        mine.attempt = 0;
        mine.lost = 0;
        mine.stopping = false;
        mine.reason.clear();
        mine.finished_at.reset();
        mine.began_at.reset();
        mine.started_at.reset();
        mine.next_at.reset();
        mine.child_run.reset();
        make_ready(index, now, changes);
    }
    unblock();
    wait_again(now);
    resolve_partitions(now, world, changes);
    evaluate_all(now, world, changes);
    finish_if_done(now, changes);
    return {};
}

void Run::reopen_run(Instant now, Changes& changes) {
    if (is_open(state_)) {
        return;
    }
    state_ = RunState::Running;
    reason_.clear();
    finished_at_.reset();
    resumed_at_ = now;
    changes.run_changed = true;
    set_timers(changes);
}

void Run::forget_blocked(int task, int cell) {
    const Cell& seen = cell_of(task, cell);
    if (seen.state != CellState::Open) {
        return;
    }
    for (Index index = seen.first; index < seen.first + seen.count; ++index) {
        if (!instance(index).blocked) {
            return;
        }
    }
    reopen(task, cell);
    for (Index index = seen.first; index < seen.first + seen.count; ++index) {
        instance(index).blocked = false;
        instance(index).cell = orphaned;
    }
    cell_of(task, cell) = Cell{};
    for (const int child : children_[static_cast<std::size_t>(task)]) {
        if (chained_parent(child) == task) {
            forget_blocked(child, cell);
        }
    }
}

void Run::unblock() {
    for (int task = 0; task < static_cast<int>(columns_.size()); ++task) {
        for (int cell = 0; cell < static_cast<int>(column(task).cells.size()); ++cell) {
            if (cell_of(task, cell).state == CellState::Blocked) {
                reopen(task, cell);
                cell_of(task, cell) = Cell{};
            }
        }
    }
    for (Index index = 0; index < instance_count(); ++index) {
        Instance& each = instance(index);
        if (!each.blocked) {
            continue;
        }
        reopen(each.task, each.cell);
        count(each, -1);
        each.blocked = false;
        // Its chained parent may have gone bad for another reason: look again.
        const int above = chained_parent(each.task);
        const Cell& seen = column(above).cells[static_cast<std::size_t>(each.cell)];
        const Index parent = seen.first + (index - cell_of(each.task, each.cell).first);
        const TaskState state = instance(parent).state;
        if ((is_final(state) && state != TaskState::Succeeded) || instance(parent).blocked) {
            each.blocked = true;
            count(each, 1);
            const Cell& mine = cell_of(each.task, each.cell);
            if (mine.succeeded + mine.skipped + mine.bad == mine.count) {
                close(each.task, each.cell);
            }
        }
    }
    if (partition_ == Partition::Blocked) {
        partition_ = Partition::Unresolved;
        partition_fault_.clear();
        ++open_cells_;
    }
}

// What was opened because all before it had settled, and has not begun, waits for what is redriven. It has no row, so a
// restart would make the same of it.
void Run::wait_again(Instant now) {
    for (int task = 0; task < static_cast<int>(columns_.size()); ++task) {
        for (int cell = 0; cell < static_cast<int>(column(task).cells.size()); ++cell) {
            if (cell_of(task, cell).state != CellState::Open || has_rows(task, cell)) {
                continue;
            }
            if (const Judgement seen = judge(task, cell, now); seen.pending || seen.bad) {
                forget(task, cell);
            }
        }
    }
}

bool Run::has_rows(int task, int cell) const {
    const Cell& seen = cell_of(task, cell);
    for (Index index = seen.first; index < seen.first + seen.count; ++index) {
        if (has_row(instance(index))) {
            return true;
        }
    }
    // Rows of what continues its items tell that they were there.
    const std::vector<int>& below = children_[static_cast<std::size_t>(task)];
    return std::any_of(below.begin(), below.end(), [&](int child) {
        return chained_parent(child) == task && cell_of(child, cell).state == CellState::Open && has_rows(child, cell);
    });
}

void Run::forget(int task, int cell) {
    reopen(task, cell);
    const Cell& seen = cell_of(task, cell);
    for (Index index = seen.first; index < seen.first + seen.count; ++index) {
        instance(index).state = TaskState::Waiting;
        instance(index).blocked = false;
        instance(index).cell = orphaned;
    }
    cell_of(task, cell) = Cell{};
}

}  // namespace kontor::core::run
