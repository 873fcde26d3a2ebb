// Alarms as workflows write them: `{drift: {metric: feature_psi, above: 0.25, clear: 0.1,
// consecutive: 2, min_rows: 500, retrain: true}}`. Thread: pure.
#pragma once

#include "tasks/sdk/outcome.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace kontor::tasks::monitor {

// Every metric that monitor.check takes.
inline constexpr std::array<std::string_view, 11> metrics{
    "feature_psi",
    "feature_js",
    "unseen_share",
    "codes_psi",
    "codes_js",
    "volume",
    "review_share",
    "quarantine_share",
    "confidence",
    "accuracy",
    "freshness_days"};

// Errors: TaskFailure(Config) that names the alarm and what is wrong with it.
std::vector<sdk::AlarmRule> rules_from(const sdk::Json& alarms);

}  // namespace kontor::tasks::monitor
