// What the conductor tells of partitions: facts about a run's countries. No state of its own: it works on the conductor's desk and
// batch. Owner and thread: the conductor's, for one call.
#pragma once

#include <string>

#include "engine/conductor.hpp"

namespace kontor::engine {

class PartitionTelling {
 public:
    explicit PartitionTelling(Conductor& conductor) : conductor_(conductor) {}

    // What is new of the run's countries goes into the batch.
    void tell(ActiveRun& active);
    // Requires: the runs are recovered.
    void recover(const ports::Snapshot& snapshot, Instant now);

 private:
    void tell_one(ActiveRun& active, const std::string& country, const core::run::PartitionFact& fact);

    Conductor& conductor_;
};

}  // namespace kontor::engine
