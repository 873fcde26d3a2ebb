// What the conductor does for backfills: starts, turns and ends them, and begins their periods. No state of its own: it works on the
// conductor's desk and batch. Owner and thread: the conductor's, for one call.
#pragma once

#include <memory>
#include <string>

#include "engine/conductor.hpp"

namespace kontor::engine {

class Backfills {
 public:
    explicit Backfills(Conductor& conductor) : conductor_(conductor), desk_(conductor.backfills_) {}

    void start(BackfillInput input, Instant now);
    void turn(BackfillOrderInput input, Instant now);
    // Begins periods that may begin. Returns whether one did.
    bool advance(Instant now);
    // A run has ended, perhaps one of a backfill.
    void settle_period(const ports::RunRow& run, Instant now);
    void recover(const ports::Snapshot& snapshot);

 private:
    void begin_period(OpenBackfill& open, std::size_t which, Instant now);
    // If nothing of it waits or runs.
    void finish(OpenBackfill& open, Instant now);
    static Result<void> fits_period(
        const std::shared_ptr<const core::dag::Workflow>& workflow, const Json& params, const std::string& period, Instant now
    );

    Conductor& conductor_;
    BackfillDesk& desk_;
};

}  // namespace kontor::engine
