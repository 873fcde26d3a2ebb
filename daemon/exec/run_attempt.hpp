// The one seam where what a task does, throws or ignores becomes an outcome.
#pragma once

#include "exec/attempt_context.hpp"

namespace kontor::exec {

// Runs the attempt on this thread.
// Ensures: never throws. Failures after a time-out say so; whatever else than success follows a stop is Interrupted.
sdk::Outcome run_attempt(Job& job, const Surroundings& world) noexcept;

}  // namespace kontor::exec
