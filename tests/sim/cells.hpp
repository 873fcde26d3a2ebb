// The stored task instances of every run, cell by cell, kept up with each batch: what the checkers judge starts by.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "core/dag/workflow.hpp"
#include "ports/executor.hpp"
#include "ports/store.hpp"

namespace kontor::sim {

class Cells {
 public:
    struct Stored {
        std::string item;
        std::string state;
        int siblings = 1;
    };
    using Cell = std::map<ports::TaskId, Stored>;
    using Key = std::tuple<ports::RunId, std::string, std::string>;  // run, task, country

    // Returns what the batch must not have done: give one task, country and item two instances.
    std::string apply(const ports::Batch& batch);
    // Why this attempt must not start yet, by what stands before its task; empty when it may. What began before a redrive of
    // what stands before it may go on.
    std::string too_early(const core::dag::Workflow& workflow, const ports::RunRow& run, const ports::Dispatch& dispatch, Instant latest) const;

    const Cell& cell(ports::RunId run, const std::string& task, const std::string& country) const;

 private:
    struct Seen {  // of one parent, as a gate counts it
        int total = 0;
        int ok = 0;
        int skipped = 0;
        bool over = false;  // nothing of it is live, and nothing will begin any more
    };
    Seen look(
        const core::dag::Workflow& workflow, const core::dag::TaskNode& above, const core::dag::TaskNode& child, const ports::RunRow& run,
        const std::string& country
    ) const;
    bool is_over(
        const core::dag::Workflow& workflow, const core::dag::TaskNode& task, const ports::RunRow& run, const std::string& country
    ) const;
    bool rules_out(
        const core::dag::Workflow& workflow, const core::dag::TaskNode& above, const core::dag::TaskNode& child, const ports::RunRow& run,
        const std::string& country
    ) const;
    void erase(ports::TaskId id, bool comes_again);
    std::string insert(ports::TaskId id, Key key, Stored row);

    std::map<Key, Cell> cells_;
    std::map<Key, ports::Seq> begun_;  // the batch in which the cell got its first row
    ports::Seq seq_ = 0;               // of the last batch
    std::map<ports::TaskId, Key> where_;
};

}  // namespace kontor::sim
