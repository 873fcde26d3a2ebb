#include "tasks/ml/significance.hpp"

#include "tasks/ml/random.hpp"

#include <boost/math/distributions/binomial.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace kontor::ml {
namespace {

constexpr std::int64_t resamples_max = 1000;
constexpr std::int64_t resamples_min = 200;
// Rows judged again in all resamples together: half a minute at most.
constexpr std::int64_t judged_max = 400'000'000;

}  // namespace

double mcnemar(std::int64_t only_first_right, std::int64_t only_second_right) {
    const std::int64_t differing = only_first_right + only_second_right;
    if (differing == 0) {
        return 1.0;
    }
    const boost::math::binomial_distribution<double> fair(static_cast<double>(differing), 0.5);
    const auto fewer = static_cast<double>(std::min(only_first_right, only_second_right));
    return std::min(1.0, 2.0 * boost::math::cdf(fair, fewer));
}

double figure(const Metrics& metrics, std::string_view name) {
    if (name == "weighted_f1") {
        return metrics.weighted_f1;
    }
    if (name == "accuracy") {
        return metrics.accuracy;
    }
    if (name == "log_loss") {
        return metrics.log_loss;
    }
    return name == "ece" ? metrics.ece : metrics.macro_f1;
}

double gain(const Metrics& a, const Metrics& b, std::string_view metric) {
    const double difference = figure(a, metric) - figure(b, metric);
    return metric == "log_loss" || metric == "ece" ? -difference : difference;
}

Interval bootstrap_gain(
    std::span<const Judged> a,
    std::span<const Judged> b,
    std::size_t classes,
    std::string_view metric,
    double confidence,
    std::uint64_t seed,
    const std::function<void()>& stop_point
) {
    if (a.empty()) {
        return {};
    }
    const auto rows = static_cast<std::int64_t>(a.size());
    const std::int64_t resamples = std::clamp(judged_max / rows, resamples_min, resamples_max);
    Random random(seed);
    std::vector<Judged> drawn_a(a.size());
    std::vector<Judged> drawn_b(b.size());
    std::vector<double> gains;
    for (std::int64_t i = 0; i < resamples; ++i) {
        stop_point();
        for (std::size_t row = 0; row < a.size(); ++row) {
            const auto drawn = static_cast<std::size_t>(random.below(a.size()));
            drawn_a[row] = a[drawn];
            drawn_b[row] = b[drawn];
        }
        gains.push_back(gain(measure(drawn_a, classes), measure(drawn_b, classes), metric));
    }
    std::sort(gains.begin(), gains.end());
    const auto at = [&](double share) {
        return gains[static_cast<std::size_t>(
            std::lround(share * static_cast<double>(gains.size() - 1))
        )];
    };
    const double tail = (1.0 - confidence) / 2;
    return {at(tail), at(1.0 - tail), resamples};
}

}  // namespace kontor::ml
