#include "core/run/partitions.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "core/run/expression_scope.hpp"

namespace kontor::core::run {
namespace {

constexpr std::size_t period_bytes_max = 32;

// Periods stand in addresses and in cursors.
bool is_period(std::string_view text) {
    return text.size() <= period_bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

}  // namespace

std::string_view to_string(PartitionEnd end) {
    switch (end) {
        case PartitionEnd::Running: return "running";
        case PartitionEnd::Succeeded: return "succeeded";
        case PartitionEnd::Failed: return "failed";
        case PartitionEnd::Cancelled: return "cancelled";
        case PartitionEnd::Skipped: return "skipped";
    }
    KONTOR_UNREACHABLE();
}

PartitionName Partitions::name(const Run& run) {
    const dag::Workflow& workflow = run.workflow();
    const World nothing{[](std::string_view) -> const Json* { return nullptr; }};
    const ExpressionScope scope(run, nothing, -1, "", "");
    if (!workflow.partition_counts.empty()) {
        const Result<Json> counts = expr::render(workflow.partition_counts, scope);
        if (!counts || !counts->is_bool()) {
            return {false, "", "partition.counts: " + (counts ? "must be true or false" : counts.error().message)};
        }
        if (!counts->get_bool()) {
            return {false, "", ""};
        }
    }
    if (workflow.partition_period.empty()) {
        return {};
    }
    const Result<Json> period = expr::render(workflow.partition_period, scope);
    if (!period) {
        return {false, "", "partition.period: " + period.error().message};
    }
    if (!period->is_string() || !is_period(std::string_view(period->get_string()))) {
        return {false, "", "partition.period: must be a text of at most " + std::to_string(period_bytes_max) + " letters, digits, - and _"};
    }
    return {true, std::string(period->get_string()), ""};
}

struct Partitions::Seen {
    Instant at{};
    Index culprit = -1;    // dead or failed
    Index cancelled = -1;
    int succeeded = 0;
};

void Partitions::look(const Run& run, const Run::Cell& cell, Seen& seen) {
    for (Index index = cell.first; index < cell.first + cell.count; ++index) {
        const Instance& each = run.instance(index);
        seen.at = std::max(seen.at, each.finished_at.value_or(Instant{}));
        seen.succeeded += each.state == TaskState::Succeeded ? 1 : 0;
        if (each.state == TaskState::Dead || each.state == TaskState::Failed) {
            seen.culprit = seen.culprit < 0 ? index : seen.culprit;
        } else if (each.state == TaskState::Cancelled) {
            seen.cancelled = seen.cancelled < 0 ? index : seen.cancelled;
        }
    }
}

PartitionFact Partitions::of(const Run& run, int country) {
    const dag::Workflow& workflow = run.workflow();
    // The last task first: most often it is what is open, and nothing else needs to be looked at.
    for (int task = static_cast<int>(workflow.tasks.size()) - 1; task >= 0; --task) {
        if (run.node(task).per_country && !run.cell_of(task, country).closed) {
            return {PartitionEnd::Running, run.resumed_at().value_or(run.started_at().value_or(Instant{})), -1, ""};
        }
    }
    Seen seen;
    bool blocked = false;
    bool made = true;
    std::string skipped;
    for (int task = 0; task < static_cast<int>(workflow.tasks.size()); ++task) {
        if (!run.node(task).per_country) {
            continue;
        }
        const Run::Cell& cell = run.cell_of(task, country);
        blocked = blocked || cell.state == Run::CellState::Blocked || (cell.bad > 0 && seen.culprit < 0);
        look(run, cell, seen);
        if (task == workflow.partition_made_by && run.cell_verdict(cell) != Run::Verdict::Ok) {
            made = false;
            skipped = run.node(task).name + " was skipped" + (cell.count > 0 ? ": " + run.instance(cell.first).reason : "");
        }
    }
    if (seen.culprit < 0 && seen.cancelled < 0 && blocked) {
        // What it waited for went wrong elsewhere: in a task without country, or in another country that a join must have.
        for (std::size_t task = 0; task < workflow.tasks.size(); ++task) {
            for (const Run::Cell& cell : run.columns_[task].cells) {
                if (!workflow.tasks[task].per_country) {
                    look(run, cell, seen);
                }
            }
        }
        if (seen.culprit < 0 && seen.cancelled < 0) {
            const bool stopped = !run.cancel_reason().empty();
            return {
                stopped ? PartitionEnd::Cancelled : PartitionEnd::Failed, std::max(seen.at, run.started_at().value_or(Instant{})), -1,
                stopped ? run.cancel_reason() : "what it waits for did not succeed"
            };
        }
    }
    if (const Index bad = seen.culprit >= 0 ? seen.culprit : seen.cancelled; bad >= 0) {
        const Instance& each = run.instance(bad);
        const std::string what = run.node(each).name + (each.item.empty() ? "" : "/" + each.item) + ": " + each.reason;
        return {seen.culprit >= 0 ? PartitionEnd::Failed : PartitionEnd::Cancelled, seen.at, seen.culprit, what};
    }
    if (!made || seen.succeeded == 0) {
        return {PartitionEnd::Skipped, seen.at, -1, made ? "all of it was skipped" : skipped};
    }
    return {PartitionEnd::Succeeded, seen.at, -1, ""};
}

}  // namespace kontor::core::run
