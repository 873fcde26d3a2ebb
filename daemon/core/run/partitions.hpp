// What a run makes of its partitions: which period it works for, and how far each country is. Pure; reads a Run, changes nothing.
// Thread: the conductor's. Owner: nobody; functions on a Run.
#pragma once

#include <string>
#include <string_view>

#include "core/run/run.hpp"

namespace kontor::core::run {

enum class PartitionEnd {
    Running,    // something of it has not settled
    Succeeded,  // nothing of it went wrong, and what makes it was made
    Failed,
    Cancelled,
    Skipped,    // nothing went wrong, and nothing was made: what makes it was skipped
};
std::string_view to_string(PartitionEnd end);

struct PartitionName {
    bool counts = true;  // the run is its partitions' work
    std::string period;
    std::string fault;   // why it cannot be said; then it does not count
};

struct PartitionFact {
    PartitionEnd end = PartitionEnd::Running;
    Instant at;          // the same whenever it is asked: of the last thing that settled, or of the run's (re)start
    Index culprit = -1;  // the first instance that failed; -1: none of this country or before it
    std::string reason;
};

class Partitions {
 public:
    static PartitionName name(const Run& run);
    // Requires: the run's countries are known, and `country` is the number of one of them.
    static PartitionFact of(const Run& run, int country);

 private:
    struct Seen;
    static void look(const Run& run, const Run::Cell& cell, Seen& seen);
};

}  // namespace kontor::core::run
