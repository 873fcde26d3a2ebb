// One turn of the engine: inputs -> conductor -> one commit -> actions. What the store has not confirmed is not carried out,
// and a batch whose fate is in doubt is asked about, never sent twice blindly. The simulator drives this same class.
//
// Owner: Engine (or a simulation). Thread: its owner's.
#pragma once

#include <deque>
#include <optional>

#include "engine/conductor.hpp"

namespace kontor::engine {

class Cycle {
 public:
    using Publish = std::function<void(std::shared_ptr<const Change>)>;
    using Log = std::function<void(const std::string&)>;

    Cycle(Conductor& conductor, ports::Store& store, ports::Executor& executor, Publish publish, Log log);

    void add(Input input) { backlog_.push_back(std::move(input)); }
    std::size_t backlog() const { return backlog_.size(); }

    // Handles what was added, then what is due, and commits.
    // Errors: Unavailable: call again later, nothing is lost and nothing was carried out. Conflict: another daemon leads;
    //         stop. Internal: the batch can never be stored; stop.
    Result<void> step(Instant now);

 private:
    Result<void> handle(Input& input, Instant now);
    Result<void> with_letter(Input& input, Instant now);
    // What a dead delivery was about.
    Result<std::vector<ports::EventRow>> events_of(const ports::DeadLetterRow& letter);
    Result<void> flush(Instant now);
    Result<void> send();
    void act();

    Conductor& conductor_;
    ports::Store& store_;
    ports::Executor& executor_;
    Publish publish_;
    Log log_;
    std::deque<Input> backlog_;
    std::optional<ports::Batch> pending_;  // built and not confirmed
    bool in_doubt_ = false;                // ... and it may have been committed
};

}  // namespace kontor::engine
