// Running a task and all behind it again: their cells are forgotten and judged anew. What stands before stays.
#include "core/run/control.hpp"

#include <algorithm>

namespace kontor::core::run {

Control::Marks Control::behind(const Scope& part) const {
    Marks marked(run_.columns_.size());
    for (std::size_t task = 0; task < marked.size(); ++task) {
        marked[task].resize(run_.columns_[task].cells.size(), false);
    }
    each_cell(part, [&](int task, int cell) { marked[static_cast<std::size_t>(task)][static_cast<std::size_t>(cell)] = true; });
    const std::vector<bool> finds_partition = run_.before_partition();
    bool refound = false;
    for (std::size_t task = 0; task < marked.size(); ++task) {
        const bool any = std::find(marked[task].begin(), marked[task].end(), true) != marked[task].end();
        if (any && finds_partition[task] && !refound) {
            // The countries themselves are found from it: all of theirs starts anew.
            refound = true;
            for (std::size_t other = 0; other < marked.size(); ++other) {
                if (run_.workflow_->tasks[other].per_country) {
                    marked[other].assign(marked[other].size(), true);
                }
            }
        }
    }
    for (std::size_t task = 0; task < marked.size(); ++task) {
        for (std::size_t cell = 0; cell < marked[task].size(); ++cell) {
            for (const int child : marked[task][cell] ? run_.children_[task] : std::vector<int>{}) {
                std::vector<bool>& below = marked[static_cast<std::size_t>(child)];
                if (!run_.node(child).per_country || run_.workflow_->tasks[task].per_country) {
                    below[run_.node(child).per_country ? cell : 0] = true;
                } else {
                    below.assign(below.size(), true);
                }
            }
        }
    }
    return marked;
}

Result<void> Control::may_reset(const Scope& part, const Marks& cells) const {
    bool begun = false;
    std::size_t running = 0;
    std::string names;
    for (std::size_t task = 0; task < cells.size(); ++task) {
        for (std::size_t cell = 0; cell < cells[task].size(); ++cell) {
            const Run::Cell& seen = run_.columns_[task].cells[cell];
            if (!cells[task][cell] || seen.state != Run::CellState::Open) {
                continue;
            }
            begun = true;
            for (Index index = seen.first; index < seen.first + seen.count; ++index) {
                if (run_.instance(index).state == TaskState::Running && ++running <= named_max) {
                    names += (names.empty() ? "" : ", ") + place_text(name_of(static_cast<int>(task), static_cast<int>(cell), index));
                }
            }
        }
    }
    if (!begun) {
        return conflict("rerun", "nothing of " + place_text(part) + " has begun: " + states_there(part));
    }
    if (running > 0) {
        return conflict(
            "rerun", "of what would start anew " + names + (running > named_max ? " and others are" : running > 1 ? " are" : " is") +
                         " running: pause it with mode kill first, or wait until it has ended"
        );
    }
    return {};
}

void Control::reset(int task, int cell) {
    Run::Cell& mine = run_.cell_of(task, cell);
    run_.reopen(task, cell);
    for (Index index = mine.first; mine.state == Run::CellState::Open && index < mine.first + mine.count; ++index) {
        Instance& each = run_.instance(index);
        if (each.state == TaskState::Awaiting && each.child_run) {
            changes_.cancel_children.push_back(*each.child_run);
        }
        if (each.stored != Stored::Nowhere) {
            changes_.dropped.push_back(index);
        }
        each.cell = Run::orphaned;
        each.state = TaskState::Waiting;
        each.blocked = false;
        each.next_at.reset();
        each.child_run.reset();
    }
    mine = Run::Cell{};
}

void Control::reset_partitions() {
    for (std::size_t task = 0; task < run_.columns_.size(); ++task) {
        if (run_.workflow_->tasks[task].per_country) {
            run_.open_cells_ -= static_cast<int>(run_.columns_[task].cells.size());
            run_.columns_[task] = Run::Column{};
        }
    }
    if (run_.partition_ != Run::Partition::Unresolved) {
        ++run_.open_cells_;
    }
    run_.partition_ = Run::Partition::Unresolved;
    run_.partition_fault_.clear();
    run_.countries_.clear();
}

Control::Moves Control::rerun(const Scope& part) {
    if (Result<void> fit = fits(part); !fit) {
        return fit.error();
    }
    if (run_.state_ == RunState::Queued) {
        return conflict("rerun", "the run is queued: it has not begun");
    }
    remember();
    const Marks cells = behind(part);
    if (Result<void> may = may_reset(part, cells); !may) {
        return may.error();
    }
    const std::vector<bool> finds_partition = run_.before_partition();
    bool refound = false;
    for (int task = static_cast<int>(cells.size()) - 1; task >= 0; --task) {
        const std::vector<bool>& marked = cells[static_cast<std::size_t>(task)];
        for (int cell = 0; cell < static_cast<int>(marked.size()); ++cell) {
            if (marked[static_cast<std::size_t>(cell)]) {
                reset(task, cell);
                refound = refound || finds_partition[static_cast<std::size_t>(task)];
            }
        }
    }
    if (refound) {
        reset_partitions();
    }
    go_on();
    return moves();
}

}  // namespace kontor::core::run
