// A run as text: two runs that go on alike have the same picture.
#include <algorithm>

#include "core/run/run.hpp"

namespace kontor::core::run {
namespace {

std::string time_text(const std::optional<Instant>& at) { return at ? to_iso(*at) : "-"; }

std::string instance_picture(const Instance& each, Instant now) {
    // Where the backoff is over, being ready needs no further step.
    const bool due = each.state == TaskState::Retrying && each.next_at && *each.next_at <= now;
    std::string text = " [" + each.item + "] " + std::string(to_string(due ? TaskState::Ready : each.state));
    text += each.blocked ? " blocked" : "";
    const bool ended = is_final(each.state);  // then what it waited for is over
    text += each.stopping && !ended ? " stopping" : "";
    if (each.state == TaskState::Waiting || (each.state == TaskState::Ready && each.stored == Stored::Nowhere)) {
        return text;  // no row: what it was before a redrive means nothing
    }
    text += " id=" + std::to_string(each.id) + " attempt=" + std::to_string(each.attempt);
    text += ended ? "" : " lost=" + std::to_string(each.lost) + " next=" + time_text(each.next_at);
    text += " started=" + time_text(each.started_at);
    text += " child=" + std::to_string(each.child_run.value_or(0)) + " input=" + to_text(each.input);
    return text + " outputs=" + to_text(each.outputs) + " reason=" + each.reason;
}

}  // namespace

// Of a run that is being cancelled nothing begins any more: whether a cell was opened before makes no difference.
bool Run::is_shut(const Cell& cell) const {
    bool shut = cell.closed && !cancel_reason_.empty();
    for (Index index = cell.first; shut && cell.state == CellState::Open && index < cell.first + cell.count; ++index) {
        shut = instance(index).blocked;
    }
    return shut;
}

std::string Run::picture(Instant now) const {
    std::string text = std::string(to_string(state_)) + " started=" + time_text(started_at_) + " resumed=" + (cancel_reason_.empty() ? time_text(resumed_at_) : "-") +
                       " cancel=" + cancel_reason_ + " partition=" + std::to_string(static_cast<int>(partition_)) +
                       " open_cells=" + std::to_string(open_cells_);
    for (const Pause& each : pauses_) {
        text += "\npaused [" + each.part.country + "] [" + each.part.task + "] by " + each.by + " at " + to_iso(each.at) + ": " + each.reason;
    }
    for (const Edit& each : edits_) {
        text += "\nedited [" + each.part.country + "] [" + each.part.task + "] [" + each.part.item + "] " + to_text(each.with);
    }
    for (std::size_t task = 0; task < columns_.size(); ++task) {
        const Column& column = columns_[task];
        text += "\n" + workflow_->tasks[task].name + " ok=" + std::to_string(column.ok) + " skipped=" + std::to_string(column.skipped) +
                " bad=" + std::to_string(column.bad);
        for (std::size_t cell = 0; cell < column.cells.size(); ++cell) {
            const Cell& seen = column.cells[cell];
            text += "\n  " + cell_country(static_cast<int>(task), static_cast<int>(cell)) + " ";
            if (is_shut(seen)) {
                text += "shut";
                continue;
            }
            text += std::to_string(static_cast<int>(seen.state)) + (seen.closed ? " closed" : "") + " " +
                    std::to_string(seen.succeeded) + "+" + std::to_string(seen.skipped) + "+" + std::to_string(seen.bad);
            for (Index index = seen.first; seen.state == CellState::Open && index < seen.first + seen.count; ++index) {
                text += "\n   " + instance_picture(instance(index), now);
            }
        }
    }
    return text;
}

}  // namespace kontor::core::run
