#include "core/run/run.hpp"

#include <algorithm>

#include "core/run/expression_scope.hpp"

namespace kontor::core::run {

Run::Run(std::shared_ptr<const dag::Workflow> workflow, Identity identity)
    : workflow_(std::move(workflow)),
      identity_(std::move(identity)),
      columns_(workflow_->tasks.size()),
      children_(workflow_->tasks.size()),
      depths_(workflow_->tasks.size()) {
    bool partitioned = false;
    for (std::size_t task = 0; task < workflow_->tasks.size(); ++task) {
        for (const int parent : workflow_->tasks[task].after) {
            children_[static_cast<std::size_t>(parent)].push_back(static_cast<int>(task));
            depths_[task] = std::max(depths_[task], depths_[static_cast<std::size_t>(parent)] + 1);
        }
        partitioned = partitioned || workflow_->tasks[task].per_country;
    }
    if (partitioned) {
        partition_ = Partition::Unresolved;
    }
}

void Run::start(Instant now, const World& world, Changes& changes) {
    KONTOR_CHECK(state_ == RunState::Queued);
    state_ = RunState::Running;
    started_at_ = now;
    changes.run_changed = true;
    make_cells();
    resolve_partitions(now, world, changes);
    evaluate_all(now, world, changes);
    set_timers(changes);
    finish_if_done(now, changes);
}

std::optional<Instant> Run::due_at() const {
    if (!workflow_->deadline || !started_at_) {
        return std::nullopt;
    }
    return resumed_at_.value_or(*started_at_) + *workflow_->deadline;
}

void Run::set_timers(Changes& changes) const {
    if (!is_open(state_)) {
        return;
    }
    if (const std::optional<Instant> due = due_at()) {
        changes.timers.push_back(*due);
    }
    for (const dag::TaskNode& task : workflow_->tasks) {
        if (task.gate.within) {
            changes.timers.push_back(*started_at_ + *task.gate.within);
        }
    }
}

const std::string& Run::country(const Instance& instance) const {
    static const std::string none;
    return instance.cell == orphaned ? none : cell_country(instance.task, instance.cell);
}

int Run::siblings(const Instance& instance) const {
    return instance.cell == orphaned ? 1 : column(instance.task).cells[static_cast<std::size_t>(instance.cell)].count;
}

Result<Json> Run::render_input(Index index, const World& world) const {
    const Instance& mine = instance(index);
    Json input = JsonObject{};
    if (!node(mine).with.empty()) {
        const ExpressionScope scope(*this, world, mine.task, country(mine), mine.item);
        Result<Json> rendered = expr::render(node(mine).with, scope);
        if (!rendered) {
            return rendered;
        }
        input = std::move(*rendered);
    }
    for (const Edit& each : edits_) {
        const bool here = each.part.task == node(mine).name && each.part.country == country(mine);
        if (here && (each.part.item.empty() || each.part.item == mine.item)) {
            merge_into(input, each.with);
        }
    }
    return input;
}

void Run::edit(Edit edit) {
    std::erase_if(edits_, [&](const Edit& each) {
        return each.part.task == edit.part.task && each.part.country == edit.part.country && each.part.item == edit.part.item;
    });
    edits_.push_back(std::move(edit));
}

void merge_into(Json& input, const Json& with) {
    if (!input.is_object()) {
        input = JsonObject{};
    }
    for (const auto& member : with.get_object()) {
        if (member.value().is_null()) {
            input.get_object().erase(member.key());
        } else if (member.value().is_object()) {
            merge_into(input.get_object()[member.key()], member.value());
        } else {
            input.get_object()[member.key()] = member.value();
        }
    }
}

Json Run::totals() const {
    std::map<std::string_view, std::int64_t> counts;
    for (const Instance& each : instances_) {
        if (each.cell != orphaned) {
            ++counts[to_string(each.state)];
        }
    }
    for (const Column& column : columns_) {
        for (const Cell& cell : column.cells) {
            counts["waiting"] += cell.state == CellState::Open ? 0 : 1;
        }
    }
    JsonObject totals;
    for (const auto& [state, count] : counts) {
        if (count > 0) {
            totals.emplace(state, count);
        }
    }
    return totals;
}

Json Run::outputs() const {
    JsonObject all;
    for (std::size_t task = 0; task < columns_.size(); ++task) {
        const dag::TaskNode& self = workflow_->tasks[task];
        if (self.fan) {
            continue;
        }
        JsonObject by_country;
        for (const Cell& cell : columns_[task].cells) {
            if (cell.state != CellState::Open || instance(cell.first).state != TaskState::Succeeded) {
                continue;
            }
            const Instance& only = instance(cell.first);
            if (self.per_country) {
                by_country.emplace(country(only), only.outputs);
            } else {
                all.emplace(self.name, only.outputs);
            }
        }
        if (self.per_country) {
            all.emplace(self.name, std::move(by_country));
        }
    }
    return all;
}

void Run::recount(Cell& cell) const {
    cell.succeeded = 0;
    cell.skipped = 0;
    cell.bad = 0;
    for (Index i = cell.first; i < cell.first + cell.count; ++i) {
        const Instance& each = instance(i);
        if (each.state == TaskState::Succeeded) {
            ++cell.succeeded;
        } else if (each.state == TaskState::Skipped) {
            ++cell.skipped;
        } else if (is_final(each.state) || each.blocked) {
            ++cell.bad;
        }
    }
}

std::string Run::check_invariants() const {
    int open_cells = partition_ == Partition::Unresolved ? 1 : 0;
    for (std::size_t task = 0; task < columns_.size(); ++task) {
        int ok = 0;
        int skipped = 0;
        int bad = 0;
        for (const Cell& cell : columns_[task].cells) {
            Cell counted = cell;
            recount(counted);
            const std::string name = workflow_->tasks[task].name;
            if (counted.succeeded != cell.succeeded || counted.skipped != cell.skipped || counted.bad != cell.bad) {
                return "the counts of a cell of " + name + " do not fit its instances";
            }
            const bool all = cell.state == CellState::Open && cell.count == counted.succeeded + counted.skipped + counted.bad;
            if (cell.closed != (all || cell.state == CellState::Blocked)) {
                return "a cell of " + name + " is closed without being done, or done without being closed";
            }
            const Verdict seen = cell_verdict(cell);
            ok += seen == Verdict::Ok ? 1 : 0;
            skipped += seen == Verdict::Skipped ? 1 : 0;
            bad += seen == Verdict::Bad ? 1 : 0;
            open_cells += cell.closed ? 0 : 1;
        }
        if (ok != columns_[task].ok || skipped != columns_[task].skipped || bad != columns_[task].bad) {
            return "the verdicts of " + workflow_->tasks[task].name + " are miscounted";
        }
    }
    if (state_ != RunState::Queued && open_cells != open_cells_ && !(state_ == RunState::Cancelled && !started_at_)) {
        return "open cells are miscounted";
    }
    if (is_final(state_) != finished_at_.has_value()) {
        return "a run has an end exactly when it has ended";
    }
    return "";
}

}  // namespace kontor::core::run
