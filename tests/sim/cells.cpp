#include "sim/cells.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/run/states.hpp"

namespace kontor::sim {
namespace {

using core::dag::TaskNode;

bool is_final_text(const std::string& state) { return core::run::is_final(*core::run::task_state_from(state)); }

bool continues(const TaskNode& child, const TaskNode& above) {
    return child.fan && above.fan && child.fan->name == above.fan->name && child.per_country == above.per_country;
}

// Of several parents with the same fan it is the last whose items are continued.
const TaskNode* chained_parent(const core::dag::Workflow& workflow, const TaskNode& child) {
    const TaskNode* chained = nullptr;
    for (const int parent : child.after) {
        const TaskNode& above = workflow.tasks[static_cast<std::size_t>(parent)];
        chained = continues(child, above) && (chained == nullptr || chained < &above) ? &above : chained;
    }
    return chained;
}

int needed_of(const core::dag::Gate& gate, int total) { return gate.any ? 1 : static_cast<int>(std::ceil(gate.pass * total - 1e-9)); }

const std::string nowhere;

std::set<std::string> countries_of(const ports::RunRow& run) {
    std::set<std::string> countries;
    if (const Json* list = member(run.params, "countries"); list != nullptr && list->is_array()) {
        for (const Json& each : list->get_array()) {
            countries.insert(std::string(each.get_string()));
        }
    }
    return countries;
}

}  // namespace

void Cells::erase(ports::TaskId id, bool comes_again) {
    const auto found = where_.find(id);
    if (found != where_.end()) {
        Cell& cell = cells_[found->second];
        cell.erase(id);
        if (cell.empty() && !comes_again) {
            begun_.erase(found->second);
        }
        where_.erase(found);
    }
}

std::string Cells::insert(ports::TaskId id, Key key, Stored row) {
    Cell& cell = cells_[key];
    for (const auto& [other, stored] : cell) {
        if (other != id && stored.item == row.item) {
            return "run " + std::to_string(std::get<0>(key)) + " has two instances of " + std::get<1>(key) + "/" + std::get<2>(key) + "/" +
                   row.item + ": " + std::to_string(other) + " and " + std::to_string(id);
        }
    }
    cell[id] = std::move(row);
    begun_.try_emplace(key, seq_);
    where_[id] = std::move(key);
    return "";
}

std::string Cells::apply(const ports::Batch& batch) {
    seq_ = batch.seq;
    std::string wrong;
    const auto note = [&](std::string what) { wrong = wrong.empty() ? std::move(what) : wrong; };
    std::set<ports::TaskId> done;
    for (const ports::DoneTaskRow& row : batch.done_inserted) {
        done.insert(row.id);
    }
    for (const ports::TaskId id : batch.done_deleted) {
        erase(id, done.contains(id));
    }
    for (const ports::TaskId id : batch.live_deleted) {
        erase(id, done.contains(id));
    }
    const std::set<ports::TaskId> gone(batch.live_deleted.begin(), batch.live_deleted.end());
    for (const auto* rows : {&batch.live_inserted, &batch.live_updated}) {
        for (const ports::LiveTaskRow& row : *rows) {
            if (!gone.contains(row.id)) {
                note(insert(row.id, {row.run, row.task, row.country}, {row.item, row.state, row.siblings}));
            }
        }
    }
    for (const ports::DoneTaskRow& row : batch.done_inserted) {
        note(insert(row.id, {row.run, row.task, row.country}, {row.item, row.state, row.siblings}));
    }
    return wrong;
}

const Cells::Cell& Cells::cell(ports::RunId run, const std::string& task, const std::string& country) const {
    static const Cell none;
    const auto found = cells_.find({run, task, country});
    return found == cells_.end() ? none : found->second;
}

Cells::Seen Cells::look(
    const core::dag::Workflow& workflow, const TaskNode& above, const TaskNode& child, const ports::RunRow& run, const std::string& country
) const {
    Seen seen;
    const auto count = [&](const Cell& rows, Seen& into) {
        for (const auto& [id, row] : rows) {
            into.ok += row.state == "succeeded" ? 1 : 0;
            into.skipped += row.state == "skipped" ? 1 : 0;
        }
        into.total = rows.empty() ? 0 : rows.begin()->second.siblings;
    };
    if (!above.per_country || child.per_country) {
        const std::string& place = above.per_country ? country : nowhere;
        count(cell(run.id, above.name, place), seen);
        seen.over = is_over(workflow, above, run, place);
        return seen;
    }
    // A join counts whole countries.
    seen.over = true;
    for (const std::string& each : countries_of(run)) {
        Seen one;
        count(cell(run.id, above.name, each), one);
        one.over = is_over(workflow, above, run, each);
        ++seen.total;
        const bool skipped = one.over && one.total > 0 && one.skipped == one.total;
        seen.skipped += skipped ? 1 : 0;
        seen.ok += one.over && one.total > 0 && !skipped && one.ok + one.skipped == one.total ? 1 : 0;
        seen.over = seen.over && one.over;
    }
    return seen;
}

// A row tells of what has begun. What never will has none: there is something before it that went wrong for good.
bool Cells::is_over(
    const core::dag::Workflow& workflow, const TaskNode& task, const ports::RunRow& run, const std::string& country
) const {
    const Cell& rows = cell(run.id, task.name, country);
    if (std::any_of(rows.begin(), rows.end(), [](const auto& row) { return !is_final_text(row.second.state); })) {
        return false;
    }
    if (!rows.empty() && static_cast<int>(rows.size()) == rows.begin()->second.siblings) {
        return true;
    }
    return std::any_of(task.after.begin(), task.after.end(), [&](int parent) {
        return rules_out(workflow, workflow.tasks[static_cast<std::size_t>(parent)], task, run, country);
    });
}

// Whether what became of `above` keeps what has not begun of `child` from ever beginning.
bool Cells::rules_out(
    const core::dag::Workflow& workflow, const TaskNode& above, const TaskNode& child, const ports::RunRow& run, const std::string& country
) const {
    const bool chained = &above == chained_parent(workflow, child);
    const Seen seen = look(workflow, above, child, run, country);
    if (!seen.over) {
        return false;
    }
    if (chained && seen.total > 0) {
        const Cell& mine = cell(run.id, child.name, country);
        const Cell& items = cell(run.id, above.name, country);
        return std::none_of(items.begin(), items.end(), [&](const auto& item) {
            const bool begun = std::any_of(mine.begin(), mine.end(), [&](const auto& row) { return row.second.item == item.second.item; });
            return item.second.state == "succeeded" && !begun;
        });
    }
    if (child.when == core::dag::When::Always && !chained) {
        return false;
    }
    if (seen.total == 0) {
        return true;  // it never began itself
    }
    return seen.skipped < seen.total && seen.ok < needed_of(child.gate, seen.total - seen.skipped) && !child.gate.within && !child.gate.ended;
}

std::string Cells::too_early(
    const core::dag::Workflow& workflow, const ports::RunRow& run, const ports::Dispatch& dispatch, Instant latest
) const {
    const TaskNode& child = workflow.tasks[static_cast<std::size_t>(workflow.task_index(dispatch.identity.task))];
    const TaskNode* chained = chained_parent(workflow, child);
    const auto wrong = [&](const TaskNode& above, const std::string& why) {
        return "run " + std::to_string(run.id) + " started " + child.name + "/" + dispatch.identity.country + "/" + dispatch.identity.item +
               " too early: " + why + " of " + above.name;
    };
    for (const int parent : child.after) {
        const TaskNode& above = workflow.tasks[static_cast<std::size_t>(parent)];
        if (&above == chained) {
            const Cell& rows = cell(run.id, above.name, above.per_country ? dispatch.identity.country : "");
            const bool done = std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
                return row.second.item == dispatch.identity.item && row.second.state == "succeeded";
            });
            if (!done) {
                return wrong(above, "the same item has not succeeded");
            }
            continue;
        }
        if (begun_.at({run.id, child.name, dispatch.identity.country}) != seq_) {
            continue;
        }
        const Seen seen = look(workflow, above, child, run, dispatch.identity.country);
        const bool in_time = child.gate.within && latest >= run.started_at.value_or(latest) + *child.gate.within;
        const bool enough = seen.total > 0 && seen.ok >= needed_of(child.gate, seen.total - seen.skipped);
        const bool whatever = child.gate.within || child.gate.ended || child.when == core::dag::When::Always;
        const bool open = enough || in_time || (seen.over && (whatever || seen.skipped == seen.total));
        if (!open) {
            return wrong(
                above, "only " + std::to_string(seen.ok) + " of " + std::to_string(seen.total) + " have succeeded, " +
                           std::to_string(seen.skipped) + " were skipped"
            );
        }
    }
    return "";
}

}  // namespace kontor::sim
