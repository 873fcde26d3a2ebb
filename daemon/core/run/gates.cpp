// What a cell may make of those before it: verdicts on parents, gates, and what they come to together.
#include <algorithm>
#include <cmath>

#include "core/run/run.hpp"

namespace kontor::core::run {

Run::Verdict Run::cell_verdict(const Cell& cell) const {
    if (!cell.closed) {
        return Verdict::Pending;
    }
    if (cell.state == CellState::Blocked || cell.bad > 0) {
        return Verdict::Bad;
    }
    return cell.succeeded == 0 ? Verdict::Skipped : Verdict::Ok;
}

bool Run::must_have(const dag::Gate& gate, int parent) const {
    return std::all_of(gate.must.begin(), gate.must.end(), [&](const std::string& country) {
        const auto found = std::find(countries_.begin(), countries_.end(), country);
        return found != countries_.end() &&
               cell_verdict(column(parent).cells[static_cast<std::size_t>(found - countries_.begin())]) == Verdict::Ok;
    });
}

bool Run::gate_open(const dag::Gate& gate, int total, int ok, bool closed, Instant now) const {
    if (gate.ended && closed) {
        return true;
    }
    // Once all have settled there is nothing left to wait for.
    if (gate.within && (closed || (started_at_ && now >= *started_at_ + *gate.within))) {
        return true;
    }
    const int needed = gate.any ? 1 : static_cast<int>(std::ceil(gate.pass * total - 1e-9));
    return ok >= needed;
}

int Run::chained_parent(int task) const {
    if (!node(task).fan) {
        return -1;
    }
    int last = -1;
    for (const int parent : node(task).after) {
        if (node(parent).fan && node(parent).fan->name == node(task).fan->name &&
            node(parent).per_country == node(task).per_country) {
            last = std::max(last, parent);
        }
    }
    return last;
}

Run::Verdict Run::verdict(const dag::TaskNode& child, int parent, bool chained, int cell, Instant now) const {
    const dag::TaskNode& above = node(parent);
    if (above.per_country && partition_ != Partition::Resolved) {
        return partition_ == Partition::Blocked ? Verdict::Bad : Verdict::Pending;
    }
    int total = 0;
    int ok = 0;
    int skipped = 0;
    bool closed = false;
    bool must = true;
    if (above.per_country && !child.per_country) {
        const Column& seen = column(parent);
        total = static_cast<int>(seen.cells.size());
        ok = seen.ok;
        skipped = seen.skipped;
        closed = ok + skipped + seen.bad == total;
        must = must_have(child.gate, parent);
    } else {
        const Cell& seen = column(parent).cells[static_cast<std::size_t>(above.per_country ? cell : 0)];
        if (chained && seen.state == CellState::Open && seen.count > 0) {
            return seen.skipped == seen.count ? Verdict::Skipped : Verdict::Ok;
        }
        if (seen.state != CellState::Open) {
            return seen.state == CellState::Blocked ? Verdict::Bad : Verdict::Pending;
        }
        total = seen.count;
        ok = seen.succeeded;
        skipped = seen.skipped;
        closed = seen.closed;
    }
    if (closed && total == skipped) {
        return Verdict::Skipped;
    }
    const bool open = gate_open(child.gate, total - skipped, ok, closed, now) && must;
    if (child.when == dag::When::Always) {
        return open || closed ? Verdict::Ok : Verdict::Pending;
    }
    if (open) {
        return Verdict::Ok;
    }
    return closed ? Verdict::Bad : Verdict::Pending;
}

Run::Judgement Run::judge(int task, int cell, Instant now) const {
    const dag::TaskNode& self = node(task);
    const bool always = self.when == dag::When::Always;
    const int chained = chained_parent(task);
    Judgement judged;
    std::size_t skipped = 0;
    for (const int parent : self.after) {
        const Verdict seen = verdict(self, parent, parent == chained, cell, now);
        judged.pending = judged.pending || seen == Verdict::Pending;
        // A chain that never opened has no items to continue with, not even for `when: always`.
        judged.bad = judged.bad || (seen == Verdict::Bad && (!always || parent == chained));
        skipped += seen == Verdict::Skipped ? 1 : 0;
    }
    judged.skipped = !always && !self.after.empty() && skipped == self.after.size();
    return judged;
}

}  // namespace kontor::core::run
