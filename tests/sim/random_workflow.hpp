// Workflows by seed: every shape the core knows (chains, joins, fans of fans, gates, when, children, events, sleeps).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/prng.hpp"
#include "core/dag/workflow.hpp"

namespace kontor::sim {

using Workflows = std::map<std::string, std::shared_ptr<const core::dag::Workflow>>;

// Named w0, w1, ...: the first emits events that start the second, and runs the third as a child; the third takes orders
// (events with a filter and parameters); the fourth is started by clocks of several zones.
Workflows random_workflows(std::uint64_t seed);
// Shortly before the clock changes in one of the fourth's zones.
Instant random_beginning(std::uint64_t seed);

}  // namespace kontor::sim
