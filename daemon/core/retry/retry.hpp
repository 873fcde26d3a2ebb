// When a failed attempt is tried again, and whether it is.
#pragma once

#include <optional>

#include "core/dag/workflow.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::core::retry {

// An attempt that is lost because the daemon died does not use up the policy's; but a task that takes the daemon down with
// it must come to an end.
inline constexpr int attempts_lost_max = 20;

// Delay before the attempt after `failed_attempt` (1-based): min(max, backoff * factor^(failed_attempt-1)), under full
// jitter times a uniform share in [0,1) drawn from `seed` (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).
// At least `retry_after` when the failure names one.
Duration delay(
    const dag::RetryPolicy& policy, int failed_attempt, std::uint64_t seed,
    std::optional<Duration> retry_after = std::nullopt
);

// Only the world's failures are worth another try, and only within the policy's attempts.
bool may_retry(const dag::RetryPolicy& policy, int failed_attempt, sdk::FailureClass kind);

}  // namespace kontor::core::retry
