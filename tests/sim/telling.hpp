// What happens in a simulation, in words: printed when one seed is replayed.
#pragma once

#include <string>

#include "core/dag/workflow.hpp"
#include "ports/store.hpp"

namespace kontor::sim {

std::string told_as(const core::dag::Workflow& workflow);
std::string told_as(const ports::Batch& batch);

}  // namespace kontor::sim
