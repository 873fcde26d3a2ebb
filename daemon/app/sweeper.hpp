// The thread that drops history and objects that are older than the policy keeps: a step a second while there is
// something to do, then a longer pause, so that it is never what keeps the database busy.
// Owner: Daemon. Thread: its own; stops and joins at destruction.
#pragma once

#include "app/collector.hpp"
#include "app/rounds.hpp"
#include "engine/engine.hpp"
#include "ports/retention.hpp"

#include <string>

namespace kontor::app {

class Sweeper {
  public:
    static constexpr auto every = std::chrono::seconds(1);
    static constexpr auto rest = std::chrono::minutes(10);  // once a step found nothing more to do

    Sweeper(engine::Engine& engine, ports::Retention& retention, objects::LocalObjects& objects);
    ~Sweeper() { collector_.stop(); }

  private:
    void look();
    // Whether there is more to do at once.
    Result<bool> step(Instant now);

    engine::Engine& engine_;
    ports::Retention& retention_;
    Collector collector_;
    ports::Swept swept_;  // and not told yet
    Instant resting_until_{};
    std::string told_;  // the last fault that was logged
    Rounds rounds_;     // last: its thread uses the others
};

}  // namespace kontor::app
