// What an operator asks of a run: pause, resume, retry now, skip, mark done.
#include "core/run/control.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/limits.hpp"

namespace kontor::core::run {

bool covers(const Scope& outer, std::string_view task, std::string_view country) {
    return (outer.task.empty() || outer.task == task) && (outer.country.empty() || outer.country == country);
}
std::string place_text(const Scope& part) {
    if (part.whole()) {
        return "the run";
    }
    std::string text = part.task;
    text += part.country.empty() ? "" : (text.empty() ? "" : "/") + part.country;
    return text + (part.item.empty() ? "" : "/" + part.item);
}

namespace {

bool covers(const Scope& outer, const Scope& inner) { return covers(outer, inner.task, inner.country); }

}  // namespace

const Pause* pause_over(const std::vector<Pause>& pauses, std::string_view task, std::string_view country) {
    const auto found = std::find_if(pauses.begin(), pauses.end(), [&](const Pause& each) { return covers(each.part, task, country); });
    return found == pauses.end() ? nullptr : &*found;
}

bool Run::may_begin(Index index) const {
    const Instance& mine = instance(index);
    // Who was too late and is redriven leaves a place in the queue behind that is nobody's.
    return mine.state == TaskState::Ready && mine.cell != orphaned && (pauses_.empty() || pause_over(pauses_, node(mine).name, country(mine)) == nullptr);
}

Result<void> Control::fits(const Scope& part) const {
    const int task = part.task.empty() ? -1 : run_.workflow_->task_index(part.task);
    if (!part.task.empty() && task < 0) {
        return not_found("control", "workflow " + run_.workflow_->name + " has no task '" + part.task + "'");
    }
    if (!run_.cancel_reason_.empty()) {
        return conflict("control", "the run is being cancelled: " + run_.cancel_reason_);
    }
    if (part.country.empty()) {
        return {};
    }
    if (task >= 0 && !run_.node(task).per_country) {
        return conflict("control", "task '" + part.task + "' is not per country: leave the country out");
    }
    const bool there = std::find(run_.countries_.begin(), run_.countries_.end(), part.country) != run_.countries_.end();
    if (!there && run_.partition_ == Run::Partition::Resolved) {
        return not_found("control", "the run does not work for " + part.country);
    }
    return {};
}

void Control::remember() {
    for (const Instance& each : run_.instances_) {
        before_.emplace_back(each.state, each.cell);
    }
    countries_before_ = run_.countries_;
}

std::vector<Move> Control::moves() const {
    std::map<std::tuple<int, std::string, std::string>, std::size_t> known;  // of a cell that was reset: what it was
    std::vector<Move> moves;
    const std::string none;
    for (std::size_t at = 0; at < run_.instances_.size(); ++at) {
        const Instance& each = run_.instances_[at];
        const bool placed = each.cell != Run::orphaned;
        const int cell = at < before_.size() ? before_[at].second : Run::orphaned;
        const bool was_there = cell != Run::orphaned;
        if (!placed && !was_there) {
            continue;
        }
        const std::string_view from = was_there ? to_string(before_[at].first) : to_string(TaskState::Waiting);
        const std::string_view to = placed ? to_string(each.state) : to_string(TaskState::Waiting);
        if (from == to && was_there == placed) {
            continue;
        }
        const std::string& of_cell = run_.node(each).per_country && was_there ? countries_before_[static_cast<std::size_t>(cell)] : none;
        const std::string& country = placed ? run_.country(each) : of_cell;
        const std::tuple<int, std::string, std::string> name{each.task, country, each.item};
        if (const auto found = known.find(name); found != known.end()) {
            moves[found->second].to = to;
            continue;
        }
        known[name] = moves.size();
        moves.push_back({run_.node(each).name, country, each.item, std::string(from), std::string(to)});
    }
    return moves;
}

void Control::each_cell(const Scope& part, const std::function<void(int, int)>& visit) const {
    for (int task = static_cast<int>(run_.columns_.size()) - 1; task >= 0; --task) {
        for (int cell = 0; cell < static_cast<int>(run_.column(task).cells.size()); ++cell) {
            if (covers(part, run_.node(task).name, run_.cell_country(task, cell))) {
                visit(task, cell);
            }
        }
    }
}

Scope Control::name_of(int task, int cell, Index index) const {
    return {run_.cell_country(task, cell), run_.node(task).name, index < 0 ? "" : run_.instance(index).item};
}

std::string Control::states_there(const Scope& part) const {
    std::string text;
    std::size_t count = 0;
    each_cell(part, [&](int task, int cell) {
        const Run::Cell& seen = run_.cell_of(task, cell);
        if (seen.state != Run::CellState::Open) {
            text += ++count <= named_max ? (text.empty() ? "" : ", ") + place_text(name_of(task, cell)) + " is " +
                                               (seen.state == Run::CellState::Blocked ? "blocked" : "waiting")
                                         : "";
            return;
        }
        for (Index index = seen.first; index < seen.first + seen.count; ++index) {
            const Instance& each = run_.instance(index);
            if ((part.item.empty() || part.item == each.item) && ++count <= named_max) {
                text += (text.empty() ? "" : ", ") + place_text(name_of(task, cell, index)) + " is " + std::string(to_string(each.state));
            }
        }
    });
    return count == 0 ? "there is no such task instance" : text + (count > named_max ? " and so on" : "");
}

bool Control::end_instance(Index index, const End& end) {
    Instance& mine = run_.instance(index);
    const bool gone_wrong = mine.state == TaskState::Dead || mine.state == TaskState::Failed;
    if ((is_final(mine.state) && !gone_wrong) || mine.stopping) {
        return false;
    }
    if (gone_wrong || mine.blocked) {
        run_.reopen(mine.task, mine.cell);
        run_.count(mine, -1);
        mine.blocked = false;
    }
    mine.reason = end.reason;
    if (mine.state == TaskState::Running || mine.state == TaskState::Awaiting) {
        if (mine.state == TaskState::Running) {
            changes_.stop_running.push_back(index);
        }
        if (mine.child_run) {
            changes_.cancel_children.push_back(*mine.child_run);
        }
        run_.end_attempt(mine, index, "cancelled", "", now_, changes_);
    }
    mine.outputs = end.outputs;
    mine.finished_at = now_;
    run_.change(index, end.state, changes_);
    if (gone_wrong) {
        run_.unblock();  // what stood behind it is judged anew
    }
    run_.settled(index, now_, world_, changes_);
    return true;
}

bool Control::end_cell(const Scope& part, int task, int cell, const End& end) {
    const Run::Cell seen = run_.cell_of(task, cell);
    if (seen.state == Run::CellState::Open) {
        bool ended = false;
        for (Index index = seen.first; index < seen.first + seen.count; ++index) {
            if (part.item.empty() || part.item == run_.instance(index).item) {
                ended = end_instance(index, end) || ended;
            }
        }
        return ended;
    }
    if (!part.item.empty()) {
        return false;  // its items are not known yet
    }
    if (seen.state == Run::CellState::Blocked) {
        run_.reopen(task, cell);
        run_.cell_of(task, cell) = Run::Cell{};
    }
    run_.end_cell(task, cell, end.state, end.reason, now_, changes_);
    const Index index = run_.cell_of(task, cell).first;
    run_.instance(index).outputs = end.outputs;
    if (seen.state == Run::CellState::Blocked) {
        run_.unblock();
    }
    run_.settled(index, now_, world_, changes_);
    return true;
}

void Control::go_on() {
    run_.reopen_run(now_, changes_);
    run_.unblock();
    run_.wait_again(now_);
    run_.resolve_partitions(now_, world_, changes_);
    run_.evaluate_all(now_, world_, changes_);
    run_.finish_if_done(now_, changes_);
}

Control::Moves Control::end_part(const Scope& part, const End& end) {
    if (Result<void> fit = fits(part); !fit) {
        return fit.error();
    }
    if (run_.state_ == RunState::Queued) {
        return conflict("control", "the run is queued and has no tasks yet");
    }
    remember();
    bool ended = false;
    each_cell(part, [&](int task, int cell) { ended = end_cell(part, task, cell, end) || ended; });
    if (!ended) {
        return conflict("control", "nothing of " + place_text(part) + " is left to end: " + states_there(part));
    }
    go_on();
    return moves();
}

Control::Moves Control::skip(const Scope& part, const std::string& reason) { return end_part(part, {TaskState::Skipped, Json(), reason}); }

Control::Moves Control::mark_done(const Scope& part, const Json& outputs, const std::string& reason) {
    if (!outputs.is_object()) {
        return invalid("done", "outputs must be an object");
    }
    if (const std::size_t size = to_text(outputs).size(); size > limits::task_outputs_bytes_max) {
        return invalid(
            "done", "the outputs are " + std::to_string(size) + " bytes, more than " + std::to_string(limits::task_outputs_bytes_max)
        );
    }
    const int task = run_.workflow_->task_index(part.task);
    if (part.task.empty()) {
        return invalid("done", "say which task");
    }
    if (task >= 0 && run_.node(task).per_country && part.country.empty()) {
        return invalid("done", "task '" + part.task + "' is per country: say which country has these outputs");
    }
    if (task >= 0 && run_.node(task).fan && part.item.empty()) {
        return invalid("done", "task '" + part.task + "' is a fan-out: say which item has these outputs");
    }
    return end_part(part, {TaskState::Succeeded, outputs, reason});
}

Control::Moves Control::pause(const Pause& pause, bool kill) {
    if (Result<void> fit = fits(pause.part); !fit) {
        return fit.error();
    }
    if (is_final(run_.state_)) {
        return conflict("pause", "the run is " + std::string(to_string(run_.state_)));
    }
    std::vector<Pause>& pauses = run_.pauses_;
    const auto over = std::find_if(pauses.begin(), pauses.end(), [&](const Pause& each) { return covers(each.part, pause.part); });
    const bool fresh = over == pauses.end();
    std::vector<Move> moves;
    bool stopped = false;
    each_cell(pause.part, [&](int task, int cell) {
        const Run::Cell seen = run_.cell_of(task, cell);
        for (Index index = seen.first; seen.state == Run::CellState::Open && index < seen.first + seen.count; ++index) {
            const Instance& each = run_.instance(index);
            const bool runs = each.state == TaskState::Running && !each.stopping;
            const bool held = fresh && run_.may_begin(index);
            if (runs && kill) {
                changes_.stop_running.push_back(index);
                stopped = true;
            }
            if ((runs && (kill || fresh)) || held) {
                const std::string state(to_string(each.state));
                moves.push_back(
                    {run_.node(task).name, run_.cell_country(task, cell), each.item, state, held ? "paused" : kill ? "interrupted" : state}
                );
            }
        }
    });
    if (!fresh && !stopped) {
        return conflict("pause", place_text(over->part) + " is paused already, by " + over->by + " since " + to_iso(over->at));
    }
    if (fresh) {
        // A wider pause takes the narrower ones in.
        std::erase_if(pauses, [&](const Pause& each) { return covers(pause.part, each.part); });
        pauses.push_back(pause);
        run_.state_ = pause.part.whole() && run_.state_ == RunState::Running ? RunState::Paused : run_.state_;
        changes_.run_changed = true;
    }
    return moves;
}

Control::Moves Control::resume(const Scope& part) {
    if (Result<void> fit = fits(part); !fit) {
        return fit.error();
    }
    std::vector<Index> held;
    for (Index index = 0; index < run_.instance_count(); ++index) {
        const Instance& each = run_.instance(index);
        if (each.state == TaskState::Ready && each.cell != Run::orphaned && !run_.may_begin(index)) {
            held.push_back(index);
        }
    }
    std::vector<Pause>& pauses = run_.pauses_;
    if (std::erase_if(pauses, [&](const Pause& each) { return covers(part, each.part); }) == 0) {
        std::string what = pauses.empty() ? "; nothing of the run is paused" : "; paused are:";
        for (const Pause& each : pauses) {
            what += " " + place_text(each.part) + " (by " + each.by + " since " + to_iso(each.at) + ")";
        }
        return conflict(
            "resume", (part.whole() ? "the run is " + std::string(to_string(run_.state_)) : place_text(part) + " has no pause of its own") + what
        );
    }
    const bool whole = std::any_of(pauses.begin(), pauses.end(), [](const Pause& each) { return each.part.whole(); });
    run_.state_ = run_.state_ == RunState::Paused && !whole ? RunState::Running : run_.state_;
    changes_.run_changed = true;
    std::vector<Move> moves;
    for (const Index index : held) {
        if (run_.may_begin(index)) {
            run_.announce(index, now_, changes_);
            const Instance& each = run_.instance(index);
            moves.push_back({run_.node(each).name, run_.country(each), each.item, "paused", "ready"});
        }
    }
    return moves;
}

Control::Moves Control::retry_now(const Scope& part) {
    if (Result<void> fit = fits(part); !fit) {
        return fit.error();
    }
    remember();
    bool any = false;
    each_cell(part, [&](int task, int cell) {
        const Run::Cell seen = run_.cell_of(task, cell);
        for (Index index = seen.first; seen.state == Run::CellState::Open && index < seen.first + seen.count; ++index) {
            Instance& each = run_.instance(index);
            if (each.state == TaskState::Retrying && (part.item.empty() || part.item == each.item)) {
                any = true;
                each.next_at = now_;
                run_.change(index, TaskState::Ready, changes_);
                run_.announce(index, now_, changes_);
            }
        }
    });
    if (!any) {
        return conflict(
            "retry", "nothing of " + place_text(part) + " waits for its next attempt (" + states_there(part) +
                         "); what is dead is redriven or rerun"
        );
    }
    return moves();
}

}  // namespace kontor::core::run
