// Workflows by seed: every shape the core knows (chains, joins, fans of fans, gates, when, children, events, sleeps).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/prng.hpp"
#include "core/dag/workflow.hpp"

namespace kontor::sim {

// Named w0, w1, ...: the first emits events that start the second, and runs the third as a child.
std::map<std::string, std::shared_ptr<const core::dag::Workflow>> random_workflows(std::uint64_t seed);

}  // namespace kontor::sim
