#include "core/retry/retry.hpp"

#include <algorithm>
#include <cmath>

#include "base/prng.hpp"

namespace kontor::core::retry {

Duration delay(
    const dag::RetryPolicy& policy, int failed_attempt, std::uint64_t seed, std::optional<Duration> retry_after
) {
    const double grown =
        static_cast<double>(policy.backoff.count()) * std::pow(policy.factor, std::max(0, failed_attempt - 1));
    double wait = std::min(grown, static_cast<double>(policy.max.count()));
    if (policy.jitter == dag::Jitter::Full) {
        wait *= Prng(seed).unit();
    }
    const Duration chosen(static_cast<Duration::rep>(wait));
    return std::max(chosen, retry_after.value_or(Duration(0)));
}

bool may_retry(const dag::RetryPolicy& policy, int failed_attempt, sdk::FailureClass kind) {
    switch (kind) {
        case sdk::FailureClass::Transient:
        case sdk::FailureClass::Resource: return failed_attempt < policy.attempts_max;
        case sdk::FailureClass::Data:
        case sdk::FailureClass::Config:
        case sdk::FailureClass::Bug: return false;
    }
    return false;
}

bool may_retry_crash(const dag::RetryPolicy& policy, int failed_attempt) { return failed_attempt < policy.attempts_max; }

}  // namespace kontor::core::retry
