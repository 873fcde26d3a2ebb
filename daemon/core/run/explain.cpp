// Why each part of a run is where it is, in a sentence. Changes nothing.
#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "core/run/control.hpp"

namespace kontor::core::run {
namespace {

std::string counted(int count, const std::string& what) { return std::to_string(count) + " " + what + (count == 1 ? "" : "s"); }

std::string because(const std::string& reason) { return reason.empty() ? "" : ": " + reason; }

std::string paused_sentence(const Pause& pause) {
    return "is paused" + (pause.by.empty() ? std::string() : " by " + pause.by) + " since " + to_iso(pause.at) + because(pause.reason) +
           (pause.part.whole() ? "" : " (the pause of " + place_text(pause.part) + ")");
}

}  // namespace

class Explanation {
 public:
    Explanation(const Run& run, Instant now) : run_(run), now_(now) {}

    std::vector<Account> accounts(const Scope& part) const;

 private:

    std::string of_cell(int task, int cell) const;
    std::string of_instance(Index index) const;
    std::string partition() const;
    // What a cell still waits for at one parent; empty when it does not.
    std::string missing(int task, int cell, int parent) const;
    std::string at_join(const dag::TaskNode& child, int parent) const;
    std::string at_cell(int task, int parent, int cell) const;
    // Which of the parents went wrong.
    std::string blocked_by(int task, int cell) const;
    std::string bad_of(int parent, int only_cell) const;
    std::string running(const Instance& mine) const;
    std::string awaiting(const Instance& mine) const;

    const Run& run_;
    Instant now_;
};

std::string Explanation::partition() const {
    if (run_.partition_ == Run::Partition::Blocked) {
        return "its countries cannot be found" + because(run_.partition_fault_);
    }
    std::string names;
    for (const int need : run_.workflow_->partition_needs) {
        if (!run_.column(need).cells.front().closed) {
            names += (names.empty() ? "" : " and ") + run_.node(need).name;
        }
    }
    return "waits until the countries are known: " + (names.empty() ? "they follow at once" : names + " must end first");
}

std::string Explanation::at_join(const dag::TaskNode& child, int parent) const {
    const Run::Column& seen = run_.column(parent);
    const int total = static_cast<int>(seen.cells.size());
    const int ended = seen.ok + seen.skipped + seen.bad;
    const std::string& name = run_.node(parent).name;
    const dag::Gate& gate = child.gate;
    std::string text = name + ", which has ended in " + std::to_string(ended) + " of " + std::to_string(total) + (total == 1 ? " country" : " countries");
    text += " (" + std::to_string(seen.ok) + " succeeded, " + std::to_string(seen.skipped) + " skipped, " + std::to_string(seen.bad) + " went wrong)";
    if (gate.any || gate.pass < 1 || !gate.must.empty() || gate.ended || gate.within) {
        const int counts = total - seen.skipped;
        const int needed = gate.any ? 1 : static_cast<int>(std::ceil(gate.pass * counts - 1e-9));
        text += "; its gate opens at " + std::to_string(needed) + " successes";
        for (const std::string& country : gate.must) {
            const auto found = std::find(run_.countries_.begin(), run_.countries_.end(), country);
            const bool ok = found != run_.countries_.end() &&
                            run_.cell_verdict(seen.cells[static_cast<std::size_t>(found - run_.countries_.begin())]) == Run::Verdict::Ok;
            text += ok ? "" : ", needs " + country;
        }
        text += gate.ended ? ", or once all have ended" : "";
        text += gate.within && run_.started_at_ ? ", or whatever has succeeded by " + to_iso(*run_.started_at_ + *gate.within) : "";
    }
    return text;
}

std::string Explanation::at_cell(int task, int parent, int cell) const {
    const int at = run_.node(parent).per_country ? cell : 0;
    const Run::Cell& seen = run_.column(parent).cells[static_cast<std::size_t>(at)];
    const std::string name = place_text({run_.cell_country(parent, at), run_.node(parent).name});
    if (seen.state != Run::CellState::Open) {
        return name + ", which has not begun";
    }
    if (seen.count == 1) {
        return name + ", which is " + std::string(to_string(run_.instance(seen.first).state));
    }
    const int ended = seen.succeeded + seen.skipped + seen.bad;
    const dag::Gate& gate = run_.node(task).gate;
    std::string text = name + ", of which " + std::to_string(ended) + " of " + std::to_string(seen.count) + " have ended";
    if (gate.any || gate.pass < 1) {
        const int needed = gate.any ? 1 : static_cast<int>(std::ceil(gate.pass * (seen.count - seen.skipped) - 1e-9));
        text += " (its gate opens at " + std::to_string(needed) + " successes, there are " + std::to_string(seen.succeeded) + ")";
    }
    return text;
}

std::string Explanation::missing(int task, int cell, int parent) const {
    const dag::TaskNode& self = run_.node(task);
    const bool chained = run_.chained_parent(task) == parent;
    if (run_.verdict(self, parent, chained, cell, now_) != Run::Verdict::Pending) {
        return "";
    }
    const dag::TaskNode& above = run_.node(parent);
    if (above.per_country && run_.partition_ != Run::Partition::Resolved) {
        return above.name + ", whose countries are not known yet";
    }
    return above.per_country && !self.per_country ? at_join(self, parent) : at_cell(task, parent, cell);
}

std::string Explanation::bad_of(int parent, int only_cell) const {
    std::string names;
    std::size_t count = 0;
    const Run::Column& seen = run_.column(parent);
    for (int cell = 0; cell < static_cast<int>(seen.cells.size()); ++cell) {
        if (only_cell >= 0 && cell != only_cell) {
            continue;
        }
        const Run::Cell& each = seen.cells[static_cast<std::size_t>(cell)];
        const std::string& country = run_.cell_country(parent, cell);
        if (each.state == Run::CellState::Blocked && ++count <= named_max) {
            names += (names.empty() ? "" : ", ") + place_text({country, run_.node(parent).name}) + " never ran";
        }
        for (Index index = each.first; each.state == Run::CellState::Open && index < each.first + each.count; ++index) {
            const Instance& one = run_.instance(index);
            const bool bad = one.blocked || (is_final(one.state) && one.state != TaskState::Succeeded && one.state != TaskState::Skipped);
            if (bad && ++count <= named_max) {
                names += (names.empty() ? "" : ", ") + place_text({country, run_.node(parent).name, one.item}) +
                         (one.blocked ? " never ran" : " is " + std::string(to_string(one.state)));
            }
        }
    }
    return names + (count > named_max ? " and " + std::to_string(count - named_max) + " more" : "");
}

std::string Explanation::blocked_by(int task, int cell) const {
    std::string names;
    for (const int parent : run_.node(task).after) {
        const bool all = run_.node(parent).per_country && !run_.node(task).per_country;
        const std::string bad = bad_of(parent, all ? -1 : run_.node(parent).per_country ? cell : 0);
        names += bad.empty() ? "" : (names.empty() ? "" : ", ") + bad;
    }
    if (names.empty() && !run_.cancel_reason_.empty()) {
        return "will not run: the run is being cancelled";
    }
    return "will not run: " + (names.empty() ? "what stands before it did not succeed" : names);
}

std::string Explanation::of_cell(int task, int cell) const {
    if (run_.column(task).cells[static_cast<std::size_t>(cell)].state == Run::CellState::Blocked) {
        return blocked_by(task, cell);
    }
    std::string text;
    for (const int parent : run_.node(task).after) {
        const std::string one = missing(task, cell, parent);
        text += one.empty() ? "" : (text.empty() ? "waits for " : "; and for ") + one;
    }
    text = text.empty() ? "waits to be judged" : text;
    if (const Pause* pause = pause_over(run_.pauses_, run_.node(task).name, run_.cell_country(task, cell))) {
        text += "; it " + paused_sentence(*pause);
    }
    return text;
}

std::string Explanation::running(const Instance& mine) const {
    if (mine.stopping) {
        return "is being stopped" + because(mine.reason);
    }
    return "runs since " + to_iso(mine.started_at.value_or(now_)) + ", attempt " + std::to_string(mine.attempt) + " of " +
           std::to_string(run_.node(mine).retry.attempts_max + mine.lost);
}

std::string Explanation::awaiting(const Instance& mine) const {
    if (mine.child_run) {
        return "waits for its child run " + std::to_string(*mine.child_run) + ", which has not ended";
    }
    return mine.next_at ? "sleeps until " + to_iso(*mine.next_at) : "waits";
}

std::string Explanation::of_instance(Index index) const {
    const Instance& mine = run_.instance(index);
    const std::string attempts = counted(mine.attempt, "attempt");
    const Pause* pause = pause_over(run_.pauses_, run_.node(mine).name, run_.country(mine));
    switch (mine.state) {
        case TaskState::Waiting: {
            const int above = run_.chained_parent(mine.task);
            const Run::Cell& seen = run_.column(above).cells[static_cast<std::size_t>(mine.cell)];
            const Index parent = seen.first + (index - run_.column(mine.task).cells[static_cast<std::size_t>(mine.cell)].first);
            const std::string name = place_text({run_.country(mine), run_.node(above).name, mine.item});
            if (mine.blocked) {
                return "will not run: " + name + (run_.instance(parent).blocked ? " never ran" : " is " + std::string(to_string(run_.instance(parent).state)));
            }
            return "waits for " + name + ", which is " + std::string(to_string(run_.instance(parent).state));
        }
        case TaskState::Ready: return pause == nullptr ? "" : paused_sentence(*pause);
        case TaskState::Running: return running(mine);
        case TaskState::Retrying:
            return "tries again at " + to_iso(mine.next_at.value_or(now_)) + ", attempt " + std::to_string(mine.attempt + 1) + " of " +
                   std::to_string(run_.node(mine).retry.attempts_max + mine.lost) + "; the last one failed" + because(mine.reason) +
                   (pause == nullptr ? "" : "; it " + paused_sentence(*pause));
        case TaskState::Awaiting: return awaiting(mine);
        case TaskState::Succeeded:
            return mine.reason.empty() ? "succeeded at " + to_iso(mine.finished_at.value_or(now_)) + " after " + attempts : mine.reason;
        case TaskState::Failed: return "was given up after " + attempts + because(mine.reason);
        case TaskState::Skipped: return "was skipped" + because(mine.reason);
        case TaskState::Cancelled: return "was cancelled" + because(mine.reason);
        case TaskState::Dead: return "is a dead letter after " + attempts + because(mine.reason) + "; redrive, skip or discard it";
    }
    KONTOR_UNREACHABLE();
}

std::vector<Account> Explanation::accounts(const Scope& part) const {
    std::vector<Account> accounts;
    for (int task = 0; task < static_cast<int>(run_.columns_.size()); ++task) {
        const std::string& name = run_.node(task).name;
        const Run::Column& column = run_.column(task);
        if (column.cells.empty() && covers(part, name, part.country) && run_.state_ != RunState::Queued && run_.partition_ != Run::Partition::Resolved) {
            accounts.push_back({name, part.country, "", "waiting", partition(), -1, run_.partition_ == Run::Partition::Blocked});
        }
        for (int cell = 0; cell < static_cast<int>(column.cells.size()); ++cell) {
            const std::string& country = run_.cell_country(task, cell);
            const Run::Cell& seen = column.cells[static_cast<std::size_t>(cell)];
            if (!covers(part, name, country)) {
                continue;
            }
            if (seen.state != Run::CellState::Open) {
                const bool blocked = seen.state == Run::CellState::Blocked;
                accounts.push_back({name, country, "", blocked ? "blocked" : "waiting", of_cell(task, cell), -1, blocked});
                continue;
            }
            for (Index index = seen.first; index < seen.first + seen.count; ++index) {
                const Instance& each = run_.instance(index);
                const std::string_view state = each.blocked ? "blocked" : to_string(each.state);
                accounts.push_back(
                    {name, country, each.item, std::string(state), of_instance(index), index, is_final(each.state) || each.blocked}
                );
            }
        }
    }
    return accounts;
}

std::vector<Account> accounts_of(const Run& run, const Scope& part, Instant now) { return Explanation(run, now).accounts(part); }

}  // namespace kontor::core::run
