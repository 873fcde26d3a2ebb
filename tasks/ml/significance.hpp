// Whether one model is better than another by more than chance, on the same rows.
// Thread: pure.
#pragma once

#include "tasks/ml/metrics.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace kontor::ml {

// Two-sided p-value of McNemar's exact test for rows that exactly one of two models got right. 1
// when there are none.
double mcnemar(std::int64_t only_first_right, std::int64_t only_second_right);

// The figure of that name. Requires: macro_f1, weighted_f1, accuracy, log_loss or ece.
double figure(const Metrics& metrics, std::string_view name);
// How much better `a` is than `b`: above 0 whichever way the metric counts.
double gain(const Metrics& a, const Metrics& b, std::string_view metric);

struct Interval {
    double low = 0;
    double high = 0;
    std::int64_t resamples = 0;
};
// The interval that holds the gain of `a` over `b` with `confidence`: percentiles of the gain over
// rows drawn again with replacement, the same rows for both. Requires: a and b judge the same rows,
// in the same order; 0 < confidence < 1. Ensures: the same rows and seed give the same interval.
// `stop_point` is called between resamples and may throw.
Interval bootstrap_gain(
    std::span<const Judged> a,
    std::span<const Judged> b,
    std::size_t classes,
    std::string_view metric,
    double confidence,
    std::uint64_t seed,
    const std::function<void()>& stop_point
);

}  // namespace kontor::ml
