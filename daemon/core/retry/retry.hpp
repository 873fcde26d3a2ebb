// When a failed attempt is tried again, and whether it is.
#pragma once

#include <optional>

#include "core/dag/workflow.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::core::retry {

// Attempts that are lost because the daemon died do not use up the policy's: it was most likely not their fault. But a task
// that brings a death upon the daemon of which nobody learns the cause (the system's, for want of memory) must come to an
// end: with the next one after so many it is given up.
inline constexpr int attempts_lost_max = 20;

// Delay before the attempt after `failed_attempt` (1-based): min(max, backoff * factor^(failed_attempt-1)), under full
// jitter times a uniform share in [0,1) drawn from `seed` (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).
// At least `retry_after` when the failure names one.
Duration delay(
    const dag::RetryPolicy& policy, int failed_attempt, std::uint64_t seed,
    std::optional<Duration> retry_after = std::nullopt
);

// The task's own for failures of this class, or the one for all of them.
const dag::RetryPolicy& policy_of(const dag::TaskNode& node, sdk::FailureClass kind);
// Only the world's failures (transient, resource) are worth another try, unless the task says otherwise of their class; and
// only within the policy's attempts. `failed_attempt` counts what the policy pays for, of whatever class: not the lost ones.
bool may_retry(const dag::TaskNode& node, int failed_attempt, sdk::FailureClass kind);
// After an attempt that took the whole daemon down (a bug, somebody's). Retried even so: what lay broken in memory may have
// been another's doing, and only the policy's attempts tell.
bool may_retry_crash(const dag::TaskNode& node, int failed_attempt);

}  // namespace kontor::core::retry
