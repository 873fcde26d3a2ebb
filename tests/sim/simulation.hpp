// One simulated life of the engine: virtual time, a store with faults, an executor whose outcomes come late, twice or never,
// commands at any moment, and crashes between any two steps. Everything follows from the seed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/cycle.hpp"
#include "sim/random_workflow.hpp"
#include "sim/sim_store.hpp"

namespace kontor::sim {

class SimExecutor : public ports::Executor {
 public:
    struct Running {
        ports::Dispatch dispatch;
        bool cancelled = false;
    };
    void start(std::vector<ports::Dispatch> dispatches) override;
    void cancel(ports::AttemptKey key) override;
    std::vector<ports::AttemptKey> stop(Duration grace) override;

    std::vector<Running> running;
    std::vector<ports::Dispatch> started;  // since the checker looked last
};

class Simulation {
 public:
    explicit Simulation(std::uint64_t seed);

    // Runs with faults for `steps`, then without until everything has ended.
    // Returns what went wrong first; empty when nothing did.
    std::string run(int steps);

 private:
    void boot();
    void one_step();
    void finish_one(std::size_t which);
    sdk::Outcome outcome_of(const SimExecutor::Running& running);
    void command();
    void cycle();
    std::string settle();
    void check();
    void check_start(const ports::Dispatch& dispatch);
    void check_siblings();
    void fault(const std::string& what);

    std::uint64_t seed_;
    Prng prng_;
    std::map<std::string, std::shared_ptr<const core::dag::Workflow>> workflows_;
    sdk::TaskRegistry registry_;
    SimStore store_;
    std::unique_ptr<SimExecutor> executor_;
    std::unique_ptr<engine::Conductor> conductor_;
    std::unique_ptr<engine::Cycle> cycle_;
    Instant now_;
    bool feeds_ahead_ = seed_ % 2 == 0;  // then the executor's own queue keeps the budget
    bool calm_ = false;  // faults have stopped
    int step_ = 0;
    int submitted_ = 0;
    std::string wrong_;
};

}  // namespace kontor::sim
