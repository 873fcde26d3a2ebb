// How cells open, close, and what their closing opens next.
#include <algorithm>

#include "base/check.hpp"
#include "base/limits.hpp"
#include "core/run/expression_scope.hpp"
#include "core/run/run.hpp"

namespace kontor::core::run {
namespace {

constexpr std::string_view parents_skipped = "what it comes after was skipped";

// Of "${{ a > 1 }}" the program's text has a space on either side.
std::string trimmed(std::string_view text) {
    const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
    return std::string(text.substr(first, text.find_last_not_of(' ') + 1 - first));
}

}  // namespace

void Run::make_cells() {
    for (std::size_t task = 0; task < columns_.size(); ++task) {
        if (!workflow_->tasks[task].per_country) {
            columns_[task].cells.resize(1);
            ++open_cells_;
        }
    }
    if (partition_ == Partition::Unresolved) {
        ++open_cells_;
    }
}

void Run::resolve_partitions(Instant now, const World& world, Changes& changes) {
    if (partition_ != Partition::Unresolved) {
        return;
    }
    for (const int need : workflow_->partition_needs) {
        const Verdict seen = cell_verdict(column(need).cells.front());
        if (seen == Verdict::Pending) {
            return;
        }
        if (seen == Verdict::Bad) {
            partition_ = Partition::Blocked;
            --open_cells_;
            return;
        }
    }
    const ExpressionScope scope(*this, world, -1, "", "");
    const Result<Json> list = expr::render(workflow_->partition_over, scope);
    std::string fault;
    if (!list) {
        fault = list.error().message;
    } else if (!list->is_array()) {
        fault = "partition.over must give a list of texts";
    } else {
        for (const Json& value : list->get_array()) {
            if (!value.is_string()) {
                fault = "partition.over must give a list of texts";
                break;
            }
            std::string country(value.get_string());
            if (country.empty()) {
                fault = "partition.over gives an empty text";
                break;
            }
            if (std::find(countries_.begin(), countries_.end(), country) == countries_.end()) {
                countries_.push_back(std::move(country));
            }
        }
    }
    if (fault.empty() && !identity_.allowed.is_all() && !identity_.allowed.contain_all_of(countries_)) {
        fault = "they reach beyond the countries that its starter may work for (" + identity_.allowed.filter().value_or("") + ")";
    }
    --open_cells_;
    if (!fault.empty()) {
        partition_ = Partition::Blocked;
        partition_fault_ = std::move(fault);
        countries_.clear();
        return;
    }
    partition_ = Partition::Resolved;
    moved_.assign(countries_.size(), ++closings_);
    for (std::size_t task = 0; task < columns_.size(); ++task) {
        if (workflow_->tasks[task].per_country) {
            columns_[task].cells.resize(countries_.size());
            open_cells_ += static_cast<int>(countries_.size());
        }
    }
    if (!cancel_reason_.empty() && !restoring_) {
        block_pending();  // a cancel came first: nothing of these partitions will run
        return;
    }
    evaluate_all(now, world, changes);
}

void Run::evaluate_all(Instant now, const World& world, Changes& changes) {
    for (int task = 0; task < static_cast<int>(columns_.size()); ++task) {
        for (int cell = 0; cell < static_cast<int>(column(task).cells.size()); ++cell) {
            evaluate(task, cell, now, world, changes);
        }
    }
}

void Run::evaluate(int task, int cell, Instant now, const World& world, Changes& changes) {
    Cell& mine = cell_of(task, cell);
    if (restoring_ || !cancel_reason_.empty()) {
        return;
    }
    if (mine.state != CellState::Pending) {
        skip_unbegun(task, cell, now, world, changes);
        return;
    }
    const dag::TaskNode& self = node(task);
    const Judgement judged = judge(task, cell, now);
    if (judged.bad) {
        mine.state = CellState::Blocked;
        close(task, cell);
        propagate(task, cell, now, world, changes);
        return;
    }
    if (judged.pending) {
        return;
    }
    if (self.when == dag::When::Expression) {
        const ExpressionScope scope(*this, world, task, cell_country(task, cell), "");
        const Result<Json> value = expr::evaluate(self.when_expr, scope);
        if (!value || !value->is_bool()) {
            end_cell(task, cell, TaskState::Dead, "when: " + (value ? "must be true or false" : value.error().message), now, changes);
            settled(mine.first, now, world, changes);
            return;
        }
        if (!value->get_bool()) {
            end_cell(task, cell, TaskState::Skipped, "when: " + trimmed(self.when_expr.text()) + " is false", now, changes);
            settled(mine.first, now, world, changes);
            return;
        }
    } else if (judged.skipped) {
        end_cell(task, cell, TaskState::Skipped, std::string(parents_skipped), now, changes);
        settled(mine.first, now, world, changes);
        return;
    }
    open(task, cell, now, world, changes);
}

// A gate whose time is over has opened before all before it had ended. A ready instance has no row: it must be what its parents' rows
// make of it after a restart, too, so when all of them come to be skipped, so is what has not begun.
void Run::skip_unbegun(int task, int cell, Instant now, const World& world, Changes& changes) {
    const dag::TaskNode& self = node(task);
    const Cell& mine = cell_of(task, cell);
    if (mine.state != CellState::Open || mine.closed || !self.gate.within || self.when == dag::When::Expression) {
        return;
    }
    const Index first = mine.first;
    const int count = mine.count;
    for (Index index = first; index < first + count; ++index) {
        if (instance(index).state != TaskState::Ready || instance(index).stored != Stored::Nowhere) {
            return;
        }
    }
    if (!judge(task, cell, now).skipped) {
        return;
    }
    for (Index index = first; index < first + count; ++index) {
        instance(index).reason = parents_skipped;
        instance(index).finished_at = now;
        change(index, TaskState::Skipped, changes);
        settled(index, now, world, changes);
    }
}

const std::string& Run::cell_country(int task, int cell) const {
    static const std::string none;
    return node(task).per_country ? countries_[static_cast<std::size_t>(cell)] : none;
}

Result<std::vector<std::string>> Run::fan_items(int task, int cell, const World& world) const {
    std::vector<std::string> items;
    const ExpressionScope scope(*this, world, task, cell_country(task, cell), "");
    const Result<Json> over = expr::render(node(task).fan->over, scope);
    if (!over) {
        return over.error();
    }
    const std::string what = "fan_out." + node(task).fan->name;
    if (over->is_int64() && over->get_int64() >= 0 && over->get_int64() <= static_cast<std::int64_t>(limits::run_instances_max)) {
        for (std::int64_t i = 0; i < over->get_int64(); ++i) {
            items.push_back(std::to_string(i));
        }
    } else if (const auto* list = over->if_array()) {
        for (const Json& value : *list) {
            std::string item = value.is_string() ? std::string(value.get_string()) : to_text(value);
            if (item.empty()) {
                return invalid(what, "an item of the list is an empty text");
            }
            if (std::find(items.begin(), items.end(), item) != items.end()) {
                return invalid(what, "the item '" + item + "' stands twice in the list");
            }
            items.push_back(std::move(item));
        }
    } else {
        return invalid(
            what, "must give a count from 0 to " + std::to_string(limits::run_instances_max) + " or a list, not " + to_text(*over)
        );
    }
    if (instances_.size() + items.size() > limits::run_instances_max) {
        return invalid(
            what, "the run would have more than " + std::to_string(limits::run_instances_max) + " task instances: split it into several runs"
        );
    }
    return items;
}

Index Run::add_instance(int task, int cell, std::string item) {
    Instance instance;
    instance.task = task;
    instance.cell = cell;
    instance.item = std::move(item);
    instances_.push_back(std::move(instance));
    return static_cast<Index>(instances_.size() - 1);
}

void Run::open(int task, int cell, Instant now, const World& world, Changes& changes) {
    const int chained = chained_parent(task);
    std::vector<std::string> items;
    if (chained >= 0) {
        const Cell& above = column(chained).cells[static_cast<std::size_t>(cell)];
        for (Index i = above.first; i < above.first + above.count; ++i) {
            items.push_back(instance(i).item);
        }
    } else if (node(task).fan) {
        Result<std::vector<std::string>> found = fan_items(task, cell, world);
        if (!found) {
            end_cell(task, cell, TaskState::Dead, describe(found.error()), now, changes);
            settled(cell_of(task, cell).first, now, world, changes);
            return;
        }
        items = std::move(*found);
        if (items.empty()) {
            end_cell(task, cell, TaskState::Skipped, "its fan-out is empty", now, changes);
            settled(cell_of(task, cell).first, now, world, changes);
            return;
        }
    } else {
        items.emplace_back();
    }
    Cell& mine = cell_of(task, cell);
    mine.state = CellState::Open;
    mine.first = static_cast<Index>(instances_.size());
    mine.count = static_cast<int>(items.size());
    for (std::string& item : items) {
        add_instance(task, cell, std::move(item));
    }
    const Index first = mine.first;
    const int count = mine.count;
    for (Index i = first; i < first + count; ++i) {
        if (chained < 0) {
            make_ready(i, now, changes);
        } else {
            follow_chain(i, column(chained).cells[static_cast<std::size_t>(cell)].first + (i - first), now, world, changes);
        }
    }
    for (const int child : children_[static_cast<std::size_t>(task)]) {
        // A gate whose time is over waits for nothing but that there is something behind which it stands.
        if (chained_parent(child) == task || node(child).gate.within) {
            evaluate_below(task, cell, child, now, world, changes);
        }
    }
}

void Run::follow_chain(Index index, Index above, Instant now, const World& world, Changes& changes) {
    Instance& mine = instance(index);
    if (mine.state != TaskState::Waiting || mine.blocked) {
        return;
    }
    const TaskState seen = instance(above).state;
    if (seen == TaskState::Succeeded) {
        make_ready(index, now, changes);
    } else if (seen == TaskState::Skipped) {
        mine.reason = parents_skipped;
        change(index, TaskState::Skipped, changes);
        mine.finished_at = now;
        settled(index, now, world, changes);
    } else if (is_final(seen) || instance(above).blocked) {
        mine.blocked = true;
        settled(index, now, world, changes);
    }
}

void Run::end_cell(int task, int cell, TaskState state, std::string reason, Instant now, Changes& changes) {
    const Index index = add_instance(task, cell, "");
    Cell& mine = cell_of(task, cell);
    mine.state = CellState::Open;
    mine.first = index;
    mine.count = 1;
    Instance& only = instance(index);
    only.reason = reason;
    only.finished_at = now;
    change(index, state, changes);
    if (state == TaskState::Dead) {
        changes.dead.push_back({index, sdk::FailureClass::Config, std::move(reason)});
    }
}

void Run::count(const Instance& instance, int by) {
    Cell& mine = cell_of(instance.task, instance.cell);
    if (instance.state == TaskState::Succeeded) {
        mine.succeeded += by;
    } else if (instance.state == TaskState::Skipped) {
        mine.skipped += by;
    } else {
        mine.bad += by;
    }
}

void Run::close(int task, int cell) {
    Cell& mine = cell_of(task, cell);
    KONTOR_CHECK(!mine.closed);
    mine.closed = true;
    --open_cells_;
    moved(task, cell);
    const Verdict seen = cell_verdict(mine);
    Column& all = column(task);
    (seen == Verdict::Ok ? all.ok : seen == Verdict::Skipped ? all.skipped : all.bad) += 1;
}

void Run::reopen(int task, int cell) {
    Cell& mine = cell_of(task, cell);
    if (!mine.closed) {
        return;
    }
    const Verdict seen = cell_verdict(mine);
    Column& all = column(task);
    (seen == Verdict::Ok ? all.ok : seen == Verdict::Skipped ? all.skipped : all.bad) -= 1;
    mine.closed = false;
    ++open_cells_;
    moved(task, cell);
}

void Run::moved(int task, int cell) {
    ++closings_;
    (node(task).per_country ? moved_[static_cast<std::size_t>(cell)] : moved_all_) = closings_;
}

void Run::settled(Index index, Instant now, const World& world, Changes& changes) {
    const Instance& ended = instance(index);
    const int task = ended.task;
    const int cell = ended.cell;
    count(ended, 1);
    Cell& mine = cell_of(task, cell);
    if (mine.succeeded + mine.skipped + mine.bad == mine.count) {
        close(task, cell);
    }
    const Index offset = index - mine.first;
    for (const int child : children_[static_cast<std::size_t>(task)]) {
        if (chained_parent(child) != task) {
            continue;
        }
        const Cell& below = cell_of(child, cell);
        if (below.state == CellState::Open && offset < below.count && below.count == mine.count) {
            follow_chain(below.first + offset, index, now, world, changes);
        }
    }
    propagate(task, cell, now, world, changes);
}

void Run::evaluate_below(int task, int cell, int child, Instant now, const World& world, Changes& changes) {
    if (!node(child).per_country) {
        evaluate(child, 0, now, world, changes);
    } else if (node(task).per_country) {
        evaluate(child, cell, now, world, changes);
    } else {
        for (int each = 0; each < static_cast<int>(column(child).cells.size()); ++each) {
            evaluate(child, each, now, world, changes);
        }
    }
}

void Run::propagate(int task, int cell, Instant now, const World& world, Changes& changes) {
    for (const int child : children_[static_cast<std::size_t>(task)]) {
        evaluate_below(task, cell, child, now, world, changes);
    }
    if (partition_ == Partition::Unresolved && cell_of(task, cell).closed) {
        resolve_partitions(now, world, changes);
        if (partition_ == Partition::Blocked) {
            evaluate_all(now, world, changes);
        }
    }
}

void Run::finish_if_done(Instant now, Changes& changes) {
    if (!is_open(state_) || open_cells_ > 0) {
        return;
    }
    const bool bad = partition_ == Partition::Blocked ||
                     std::any_of(columns_.begin(), columns_.end(), [](const Column& c) { return c.bad > 0; });
    if (!cancel_reason_.empty()) {
        state_ = RunState::Cancelled;
        reason_ = cancel_reason_;
    } else if (bad) {
        state_ = RunState::Failed;
        reason_ = failure_sentence();
    } else {
        state_ = RunState::Succeeded;
    }
    finished_at_ = now;
    pauses_.clear();
    changes.run_changed = true;
}

std::string Run::failure_sentence() const {
    if (!partition_fault_.empty()) {
        return "its partitions cannot be found: " + partition_fault_;
    }
    constexpr int named_max = 3;
    int count_bad = 0;
    std::string names;
    for (const Instance& each : instances_) {
        if (each.state != TaskState::Dead && each.state != TaskState::Failed && each.state != TaskState::Cancelled) {
            continue;
        }
        if (++count_bad <= named_max) {
            names += (names.empty() ? "" : ", ") + node(each).name;
            const std::string& where = country(each);
            names += where.empty() ? "" : "/" + where;
            names += each.item.empty() ? "" : "/" + each.item;
        }
    }
    return std::to_string(count_bad) + " task instance" + (count_bad == 1 ? "" : "s") + " did not succeed: " + names +
           (count_bad > named_max ? ", ..." : "");
}

}  // namespace kontor::core::run
