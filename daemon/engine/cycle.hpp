// The engine's turn: inputs -> conductor -> one commit -> actions. While a commit is under way the next inputs are handled
// already: the conductor's state runs one batch ahead of the database, and nothing of that batch is carried out before it is
// stored. The simulator drives this same class.
//
// Owner: Engine (or a simulation). Thread: its owner's.
#pragma once

#include <deque>

#include "engine/commit.hpp"
#include "engine/conductor.hpp"

namespace kontor::engine {

class Cycle {
 public:
    using Publish = std::function<void(std::shared_ptr<const Change>)>;
    using Log = std::function<void(const std::string&)>;

    Cycle(Conductor& conductor, ports::Store& store, ports::Executor& executor, Publish publish, Log log);

    void add(Input input) { backlog_.push_back(std::move(input)); }
    std::size_t backlog() const { return backlog_.size(); }

    // Handles what was added. Then looks after the commit under way or, when there is none, does what is due and begins one.
    // Errors: Unavailable: call again later, nothing is lost and nothing was carried out. Conflict: another daemon leads;
    //         stop. Internal: the batch can never be stored; stop.
    Result<void> step(Instant now);
    // Steps until nothing is under way any more. Errors: as step().
    Result<void> settle(Instant now);
    // There is more to do without any further input: step() again.
    bool busy() const { return commit_.under_way() || (ahead_ && !commit_.pending()); }
    // A commit is under way: the store takes no other call.
    bool committing() const { return commit_.under_way(); }
    // The conductor's last batch is not known to be in the database.
    bool pending() const { return commit_.pending(); }

 private:
    Result<void> handle(Input& input, Instant now);
    Result<void> with_letter(Input& input, Instant now);
    // Commands about a run that may have ended, or may touch dead letters.
    Result<void> with_run(Input& input, Instant now);
    // What a dead delivery was about.
    Result<std::vector<ports::EventRow>> events_of(const ports::DeadLetterRow& letter);
    Result<void> begin(Instant now);
    Result<void> advance(Duration wait_max);
    Result<void> flush(Instant now);
    void act(Actions actions);

    Conductor& conductor_;
    ports::Store& store_;
    ports::Executor& executor_;
    Publish publish_;
    Log log_;
    std::deque<Input> backlog_;
    Commit commit_;
    bool ahead_ = true;  // something was handled that no batch holds yet; at first it is what recovery changed
};

}  // namespace kontor::engine
