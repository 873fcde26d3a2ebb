// Holds what a conductor has in mind against what a restart would make of the stored rows: recovery is the ordinary path only
// as long as the two are the same. For the simulation, which does it at any moment.
#pragma once

#include "engine/conductor.hpp"

namespace kontor::engine {

class RestoreCheck {
 public:
    explicit RestoreCheck(const Conductor& conductor) : conductor_(conductor) {}

    // The first difference as a sentence, empty when there is none.
    // Requires: everything that was handled is stored, and nothing else; the conductor has done what was due at `now`, and
    // `latest` is the latest time that it was ever told: after the clock was set back it is not the same.
    std::string difference(const ports::Snapshot& snapshot, Instant now, Instant latest) const;

 private:
    std::string of_run(const ports::RunRow& row, std::vector<core::run::StoredInstance> rows, Instant now, Instant latest) const;
    std::string of_runs(const ports::Snapshot& snapshot, Instant now, Instant latest) const;
    std::string of_children() const;
    std::string of_approvals(const ports::Snapshot& snapshot) const;
    std::string of_backfills(const ports::Snapshot& snapshot) const;
    std::string of_partitions(const ports::Snapshot& snapshot) const;
    std::string of_alarms(const ports::Snapshot& snapshot) const;
    std::string of_cache(const ports::Snapshot& snapshot) const;
    std::string of_schedules(const ports::Snapshot& snapshot) const;

    const Conductor& conductor_;
};

}  // namespace kontor::engine
