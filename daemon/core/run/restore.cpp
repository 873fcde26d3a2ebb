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
    mine.started_at = row.started_at;
    mine.next_at = row.next_at;
    mine.finished_at = row.finished_at;
    mine.child_run = row.child_run;
    mine.input = row.input;
    mine.outputs = row.outputs;
    mine.reason = row.reason;
    if (mine.state == TaskState::Retrying || mine.state == TaskState::Awaiting) {
        if (mine.next_at) {
            sleepers_.emplace(*mine.next_at, index);
            changes.timers.push_back(*mine.next_at);
        }
    }
}

Result<void> Run::place(
    const std::vector<const StoredInstance*>& rows, int task, int cell, const World& world, Changes& changes
) {
    const dag::TaskNode& self = node(task);
    const StoredInstance& front = *rows.front();
    const bool ended_unopened = rows.size() == 1 && front.item.empty() && is_final(front.state) && front.attempt == 0;
    const int chained = chained_parent(task);
    std::vector<std::string> items;
    if (!self.fan || ended_unopened) {
        items.emplace_back();
    } else if (chained >= 0) {
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
    for (std::string& item : items) {
        const auto found = by_item.find(item);
        const Index index = add_instance(task, cell, std::move(item));
        if (found != by_item.end()) {
            fill(index, *found->second, changes);
        } else if (chained < 0) {
            make_ready(index, changes);
        }
    }
    if (by_item.size() > items.size()) {
        return invalid(
            "restore", "task " + self.name + " has rows for items that its fan-out does not give"
        );
    }
    return {};
}

void Run::close_settled() {
    for (int task = 0; task < static_cast<int>(columns_.size()); ++task) {
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
}

Result<void> Run::restore(
    std::vector<StoredInstance> rows, Instant started_at, std::string cancel_reason, Instant now, const World& world,
    Changes& changes
) {
    state_ = RunState::Running;
    started_at_ = started_at;
    make_cells();
    std::map<std::pair<int, std::string_view>, std::vector<const StoredInstance*>> by_cell;
    for (const StoredInstance& row : rows) {
        const int task = workflow_->task_index(row.task);
        if (task < 0) {
            return invalid("restore", "the definition has no task " + row.task);
        }
        by_cell[{task, row.country}].push_back(&row);
    }
    // While rows are placed nothing may be opened by evaluation: a cancelled run opens nothing.
    cancel_reason_ = "restoring";
    for (const bool per_country : {false, true}) {
        if (per_country && partition_ == Partition::Unresolved) {
            close_settled();
            resolve_partitions(now, world, changes);
        }
        for (const auto& [key, cell_rows] : by_cell) {
            if (node(key.first).per_country != per_country) {
                continue;
            }
            int cell = 0;
            if (per_country) {
                const auto found = std::find(countries_.begin(), countries_.end(), key.second);
                if (found == countries_.end()) {
                    return invalid("restore", "the run has no partition " + std::string(key.second));
                }
                cell = static_cast<int>(found - countries_.begin());
            }
            if (Result<void> placed = place(cell_rows, key.first, cell, world, changes); !placed) {
                return placed.error();
            }
        }
    }
    close_settled();
    cancel_reason_ = std::move(cancel_reason);
    for (Index index = 0; index < instance_count(); ++index) {
        const int above = instance(index).state == TaskState::Waiting ? chained_parent(instance(index).task) : -1;
        if (above >= 0) {
            const Index offset = index - cell_of(instance(index).task, instance(index).cell).first;
            const Index parent = column(above).cells[static_cast<std::size_t>(instance(index).cell)].first + offset;
            follow_chain(index, parent, now, world, changes);
        }
    }
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
