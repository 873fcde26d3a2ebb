// Rebuilding a run from its rows: rows are placed, then the ordinary evaluation goes on from there.
#include <algorithm>
#include <map>

#include "core/run/run.hpp"

namespace kontor::core::run {

void Run::fill(Index index, const StoredInstance& row, Changes& changes) {
    Instance& mine = instance(index);
    mine.id = row.id;
    mine.state = row.state;
    mine.stored = is_final(row.state) ? Stored::Done : Stored::Live;
    mine.attempt = row.attempt;
    mine.lost = row.lost;
    // Handed back in its second attempt it counts one, and started_at is the second's: ended attempts know better.
    mine.began_at = row.began_at || row.attempt != 1 ? row.began_at : row.started_at;
    mine.started_at = row.started_at;
    mine.next_at = row.next_at;
    mine.finished_at = row.finished_at;
    mine.child_run = row.child_run;
    mine.input = row.input;
    mine.outputs = row.outputs;
    mine.reason = row.reason;
    mine.stopping = row.stopping;
    if (mine.state == TaskState::Retrying || mine.state == TaskState::Awaiting) {
        if (mine.next_at) {
            sleepers_.emplace(*mine.next_at, index);
            changes.timers.push_back(*mine.next_at);
        }
    }
}

Result<void> Run::place(
    const std::vector<const StoredInstance*>& rows, int task, int cell, Instant now, const World& world, Changes& changes
) {
    const dag::TaskNode& self = node(task);
    const bool ended_unopened =
        rows.size() == 1 && rows.front()->item.empty() && is_final(rows.front()->state) && rows.front()->attempt == 0;
    const int chained = chained_parent(task);
    std::vector<std::string> items;
    if (!self.fan || ended_unopened) {
        items.emplace_back();
    } else if (chained >= 0) {
        if (cell_of(chained, cell).state != CellState::Open) {
            // Cancelled behind items of which none had begun: they have no rows, but they were there.
            if (Result<void> placed = place({}, chained, cell, now, world, changes); !placed) {
                return placed;
            }
            close_settled(chained);
        }
        const Cell& above = column(chained).cells[static_cast<std::size_t>(cell)];
        for (Index i = above.first; i < above.first + above.count; ++i) {
            items.push_back(instance(i).item);
        }
    } else {
        Result<std::vector<std::string>> found = fan_items(task, cell, world);
        if (!found) {
            return found.error();
        }
        items = std::move(*found);
    }
    Cell& mine = cell_of(task, cell);
    mine.state = CellState::Open;
    mine.first = static_cast<Index>(instances_.size());
    mine.count = static_cast<int>(items.size());
    std::map<std::string_view, const StoredInstance*> by_item;
    for (const StoredInstance* row : rows) {
        by_item[row->item] = row;
    }
    const Index first = mine.first;
    for (std::string& item : items) {
        const auto found = by_item.find(item);
        const Index index = add_instance(task, cell, std::move(item));
        if (found != by_item.end()) {
            fill(index, *found->second, changes);
        } else if (chained < 0) {
            make_ready(index, now, changes);
        } else {
            follow_placed(index, column(chained).cells[static_cast<std::size_t>(cell)].first + (index - first), now, changes);
        }
    }
    if (by_item.size() > items.size()) {
        return invalid(
            "restore", "task " + self.name + " has rows for items that its fan-out does not give"
        );
    }
    return {};
}

void Run::follow_placed(Index index, Index above, Instant now, Changes& changes) {
    const TaskState seen = instance(above).state;
    if (seen == TaskState::Succeeded) {
        make_ready(index, now, changes);
    } else if (seen == TaskState::Skipped) {
        instance(index).reason = "what it comes after was skipped";
        instance(index).finished_at = now;
        change(index, TaskState::Skipped, changes);
    } else if (is_final(seen) || instance(above).blocked) {
        instance(index).blocked = true;
    }
}

void Run::close_settled(int task) {
    for (int cell = 0; cell < static_cast<int>(column(task).cells.size()); ++cell) {
        Cell& mine = cell_of(task, cell);
        if (mine.state != CellState::Open || mine.closed) {
            continue;
        }
        recount(mine);
        if (mine.succeeded + mine.skipped + mine.bad == mine.count) {
            close(task, cell);
        }
    }
}

std::vector<bool> Run::before_partition() const {
    std::vector<bool> needed(columns_.size(), false);
    for (const int need : workflow_->partition_needs) {
        needed[static_cast<std::size_t>(need)] = true;
    }
    for (std::size_t task = needed.size(); task-- > 0;) {
        if (needed[task]) {
            for (const int parent : workflow_->tasks[task].after) {
                needed[static_cast<std::size_t>(parent)] = true;
            }
        }
    }
    return needed;
}

Result<void> Run::place_task(
    int task, const std::map<std::string_view, std::vector<const StoredInstance*>>& by_country, Instant now, const World& world,
    Changes& changes
) {
    for (const auto& [country, rows] : by_country) {
        int cell = 0;
        if (node(task).per_country) {
            const auto found = std::find(countries_.begin(), countries_.end(), country);
            if (found == countries_.end()) {
                return invalid("restore", "the run has no partition " + std::string(country));
            }
            cell = static_cast<int>(found - countries_.begin());
        }
        if (Result<void> placed = place(rows, task, cell, now, world, changes); !placed) {
            return placed;
        }
    }
    close_settled(task);
    return {};
}

Result<void> Run::restore(
    std::vector<StoredInstance> rows, Former former, Instant now, const World& world, Changes& changes
) {
    state_ = RunState::Running;
    started_at_ = former.started_at;
    resumed_at_ = former.resumed_at;
    pauses_ = std::move(former.pauses);
    edits_ = std::move(former.edits);
    if (std::any_of(pauses_.begin(), pauses_.end(), [](const Pause& each) { return each.part.whole(); })) {
        state_ = RunState::Paused;
    }
    make_cells();
    std::vector<std::map<std::string_view, std::vector<const StoredInstance*>>> by_task(columns_.size());
    for (const StoredInstance& row : rows) {
        const int task = workflow_->task_index(row.task);
        if (task < 0) {
            return invalid("restore", "the definition has no task " + row.task);
        }
        const bool per_country = node(task).per_country;
        if (per_country == row.country.empty()) {
            return invalid("restore", "task " + row.task + (per_country ? " is per country now" : " is not per country any more"));
        }
        by_task[static_cast<std::size_t>(task)][row.country].push_back(&row);
    }
    // Parents first, and what the partition is found from before anything else: fans read the outputs of what stands
    // before them. While rows are placed nothing is opened.
    restoring_ = true;
    const std::vector<bool> needed = before_partition();
    for (const bool first_pass : {true, false}) {
        for (std::size_t task = 0; task < by_task.size(); ++task) {
            if (needed[task] != first_pass) {
                continue;
            }
            if (Result<void> placed = place_task(static_cast<int>(task), by_task[task], now, world, changes); !placed) {
                return placed;
            }
        }
        if (first_pass) {
            resolve_partitions(now, world, changes);
        }
    }
    restoring_ = false;
    cancel_reason_ = std::move(former.cancel_reason);
    set_timers(changes);
    evaluate_all(now, world, changes);
    if (!cancel_reason_.empty()) {
        block_pending();
    }
    finish_if_done(now, changes);
    return {};
}

void Run::block_pending() {
    for (int task = 0; task < static_cast<int>(columns_.size()); ++task) {
        for (int cell = 0; cell < static_cast<int>(column(task).cells.size()); ++cell) {
            if (cell_of(task, cell).state == CellState::Pending) {
                cell_of(task, cell).state = CellState::Blocked;
                close(task, cell);
            }
        }
    }
    if (partition_ == Partition::Unresolved) {
        partition_ = Partition::Blocked;
        --open_cells_;
    }
}

}  // namespace kontor::core::run
