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

const dag::RetryPolicy& policy_of(const dag::TaskNode& node, sdk::FailureClass kind) {
    const auto own = node.retry_of.find(kind);
    return own == node.retry_of.end() ? node.retry : own->second;
}

bool may_retry(const dag::TaskNode& node, int failed_attempt, sdk::FailureClass kind) {
    const bool passing = kind == sdk::FailureClass::Transient || kind == sdk::FailureClass::Resource;
    return (passing || node.retry_of.contains(kind)) && failed_attempt < policy_of(node, kind).attempts_max;
}

bool may_retry_crash(const dag::TaskNode& node, int failed_attempt) {
    return failed_attempt < policy_of(node, sdk::FailureClass::Bug).attempts_max;
}

}  // namespace kontor::core::retry
