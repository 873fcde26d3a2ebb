// What must hold of every batch that the simulated store takes, of every start, and in the end. The checkers keep books of
// their own and use none of the engine's: they know what was told to it, and what it stored.
#pragma once

#include <map>
#include <set>
#include <string>

#include "sim/cells.hpp"
#include "sim/random_workflow.hpp"
#include "sim/sim_store.hpp"
#include "sim/ticks.hpp"

namespace kontor::sim {

class Checkers {
 public:
    Checkers(const Workflows& workflows, const SimStore& store);

    // A new process leads; it was told that these attempts took the last one down.
    void booted(const std::vector<ports::Crash>& crashes, Instant now);
    // What the clock shows when the process looks at it next.
    void time_is(Instant now) { ticks_.time_is(now); }
    // Everything that was asked so far is handled and stored.
    void all_stored() { ticks_.all_stored(); }
    // Somebody asks to pause or resume a schedule.
    void asked_of_schedule(const std::string& workflow, const std::string& trigger) { ticks_.asked({workflow, trigger}); }
    // An outcome was given to the engine; of several of one attempt the first counts.
    void told(const ports::Finished& finished);
    // The store has taken the batch.
    void committed(const ports::Batch& batch);
    void started(const ports::Dispatch& dispatch, Instant latest);
    // Everything has ended, and the engine has just handled what was due at `now`.
    void at_end(Instant now);

    // The first thing that went wrong; empty while nothing has.
    const std::string& wrong() const { return wrong_; }

 private:
    struct Book {  // of one task instance
        int paid = 0;  // failed attempts that its policy pays for
        int lost = 0;
        bool given_up = false;  // no further try was due
        Instant began{};        // its first attempt
    };
    void note(std::string what);
    static std::string check_timeout(
        const core::dag::TaskNode& node, const Book& book, const ports::DoneTaskRow& row, const core::dag::RetryPolicy& policy
    );
    void check_attempt(const ports::AttemptRow& row);
    void check_success(const ports::DoneTaskRow& row);
    void check_cached(const std::vector<ports::DoneTaskRow>& rows);
    void check_policy(const ports::AttemptRow& row);
    void check_groups(const ports::Batch& batch);
    void check_letters();
    void check_events();
    void check_approvals();
    void check_running_partitions(const ports::Batch& batch);
    void check_partitions();
    void check_places(const ports::Batch& batch);
    void check_backfills();
    void check_siblings();
    bool is_native(const core::dag::TaskNode& node) const;
    const core::dag::TaskNode* node_of(ports::RunId run, const std::string& task) const;
    const core::dag::TaskNode* node_of(ports::TaskId task) const;
    const std::string* state_of(ports::TaskId task) const;

    const Workflows& workflows_;
    const SimStore& store_;
    Cells cells_;
    TickLedger ticks_;
    std::map<std::pair<ports::TaskId, int>, sdk::Outcome> told_;  // to the present process
    std::set<std::pair<ports::TaskId, int>> crashed_;
    std::map<ports::TaskId, Book> books_;
    std::map<std::tuple<std::string, std::string, std::string, std::string>, std::set<std::string>> made_;  // by workflow, task, country, item
    std::map<std::string, std::set<ports::RunId>> running_;  // runs, by concurrency group
    std::set<ports::RunId> ended_;                           // ... that ended once, and go on by a redrive
    std::string wrong_;
};

// What an order event of the simulation must come to at the trigger of w2: "started", "filtered", "dead"; "" of another event.
std::string delivery_wanted(const ports::EventRow& event);

}  // namespace kontor::sim
