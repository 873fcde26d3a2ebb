// Those outside: they submit, cancel, redrive, post events, pause schedules, at any moment, and hold the engine to its answers.
#pragma once

#include <map>
#include <string>

#include "engine/cycle.hpp"
#include "sim/checkers.hpp"

namespace kontor::sim {

class Clients {
 public:
    Clients(const SimStore& store, Checkers& checkers, Prng& prng) : store_(store), checkers_(checkers), prng_(prng) {}

    // One of them asks something.
    void act(engine::Cycle& cycle);
    // Lifts every pause and leaves every pool room enough for one attempt, so that every run can end.
    void resume_all(engine::Cycle& cycle);
    // Somebody decides on everything that is asked.
    void decide_all(engine::Cycle& cycle);
    // The first answer that does not hold; empty while there is none.
    const std::string& wrong() const { return wrong_; }

 private:
    void submit(engine::Cycle& cycle);
    void cancel(engine::Cycle& cycle);
    void settle_letter(engine::Cycle& cycle);
    void start_job(engine::Cycle& cycle);
    void control(engine::Cycle& cycle);
    void decide(engine::Cycle& cycle, std::int64_t approval);
    void backfill(engine::Cycle& cycle);
    void set_pool(engine::Cycle& cycle, const std::string& name, std::optional<int> slots, int weight);
    void turn_pool(engine::Cycle& cycle);
    void post(engine::Cycle& cycle);
    void turn_schedule(engine::Cycle& cycle);
    void expect_same(const std::string& key, const engine::Reply& reply);
    void note(const std::string& what) { wrong_ = wrong_.empty() ? what : wrong_; }

    const SimStore& store_;
    Checkers& checkers_;  // told of what is asked
    Prng& prng_;
    int submitted_ = 0;
    int posted_ = 0;
    std::map<std::string, std::string> answers_;  // by Idempotency-Key
    std::string wrong_;
};

}  // namespace kontor::sim
