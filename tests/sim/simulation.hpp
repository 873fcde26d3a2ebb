// One simulated life of the engine: virtual time that jumps and is set back, a store with faults, an executor whose outcomes
// come late, twice or never, clients at any moment, orderly stops, and crashes between any two steps with and without a
// culprit. Everything follows from the seed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/cycle.hpp"
#include "sim/checkers.hpp"
#include "sim/clients.hpp"

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
    std::function<void(const ports::Dispatch&)> begins{};  // called when one does, as the store stands then
};

class Simulation {
 public:
    explicit Simulation(std::uint64_t seed);

    // Runs with faults for `steps`, then without until everything has ended.
    // Returns what went wrong first; empty when nothing did.
    std::string run(int steps);
    // Prints what happens, step by step: for the replay of one seed.
    void tell_all();
    // What was stored, for comparing two lives.
    std::string story() const;

 private:
    void boot(const std::vector<ports::Crash>& crashes = {});
    void crash();
    void stop_in_order();
    void one_step();
    void move_clock();
    void finish_one(std::size_t which);
    void tell(std::vector<ports::Finished> finished);
    void report_progress();
    sdk::ReadingsTaken readings();
    sdk::Outcome outcome_of(const SimExecutor::Running& running);
    // Returns whether everything that was handled is stored.
    bool cycle();
    std::string settle();
    void check();
    void check_pools(const ports::Dispatch& started);
    std::vector<core::fair::Claim> claims_of(const ports::Dispatch& dispatch) const;
    void check_restore();
    void fault(const std::string& what);
    void say(const std::string& what) const;

    std::uint64_t seed_;
    Prng prng_;
    Workflows workflows_;
    sdk::TaskRegistry registry_;
    SimStore store_;
    Checkers checkers_;
    Clients clients_;
    std::unique_ptr<SimExecutor> executor_;
    std::unique_ptr<engine::Conductor> conductor_;
    std::unique_ptr<engine::Cycle> cycle_;
    Instant now_;
    Instant latest_;          // that the clock has shown
    Instant latest_of_life_;  // ... to the present process
    std::string slow_country_;
    bool feeds_ahead_ = seed_ % 2 == 0;  // then the executor's own queue keeps the budget
    bool calm_ = false;  // faults have stopped
    bool tells_ = false;
    int step_ = 0;
    int outcomes_ = 0;
    std::vector<ports::Crash> crashes_noted_;  // as the file keeps them from start to start
    std::string wrong_;
};

}  // namespace kontor::sim
