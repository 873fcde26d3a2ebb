// Rows of partitions: what has become of a country (and period) of a workflow, across runs. Part of ports/store.hpp.
#pragma once

#include <string>

#include "base/time.hpp"
#include "ports/ids.hpp"

namespace kontor::ports {

// One fact about a partition: a run began to work for it, or is done with it. The store merges facts by their times, so that one
// that comes again, or after a later one, changes nothing.
struct PartitionRow {
    std::string workflow;
    std::string country;
    std::string period;   // empty: the workflow has none
    RunId run = 0;        // whose fact it is
    std::string outcome;  // running succeeded failed cancelled skipped
    Instant at;
    TaskId task = 0;      // failed: the instance that failed; 0: what failed has none in this country
    std::string reason;   // why it is not succeeded
    RunId running = 0;    // the newest run that works for it now; 0: none
};

struct RunningPartition {
    std::string workflow;
    std::string country;
    std::string period;
    RunId run = 0;
};

}  // namespace kontor::ports
