#include "tasks/ml/metrics.hpp"

#include "tasks/ml/reliability.hpp"

#include <algorithm>
#include <cmath>

namespace kontor::ml {
namespace {

// A probability of 0 for what was true would make the log-loss infinite.
constexpr double probability_floor = 1e-15;

double share(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

double calibration_error(std::span<const Judged> rows) {
    double error = 0;
    for (const ConfidenceBin& bin : reliability(rows)) {
        error += std::abs(bin.confidence - static_cast<double>(bin.right));
    }
    return error / static_cast<double>(rows.size());
}

}  // namespace

double ClassFigures::precision() const { return share(right, predicted); }
double ClassFigures::recall() const { return share(right, truth); }
double ClassFigures::f1() const { return share(2 * right, truth + predicted); }

Metrics measure(std::span<const Judged> rows, std::size_t classes) {
    Metrics metrics;
    metrics.rows = static_cast<std::int64_t>(rows.size());
    metrics.per_class.resize(classes);
    if (rows.empty()) {
        return metrics;
    }
    std::int64_t right = 0;
    for (const Judged& row : rows) {
        ClassFigures& truth = metrics.per_class[static_cast<std::size_t>(row.truth)];
        ++truth.truth;
        ++metrics.per_class[static_cast<std::size_t>(row.predicted)].predicted;
        if (row.truth == row.predicted) {
            ++truth.right;
            ++right;
        }
        metrics.log_loss -= std::log(std::clamp(row.truth_probability, probability_floor, 1.0));
    }
    std::int64_t occurring = 0;
    for (const ClassFigures& figures : metrics.per_class) {
        if (figures.truth + figures.predicted > 0) {
            ++occurring;
            metrics.macro_f1 += figures.f1();
            metrics.weighted_f1 += figures.f1() * static_cast<double>(figures.truth);
        }
    }
    const auto count = static_cast<double>(rows.size());
    metrics.macro_f1 /= static_cast<double>(occurring);
    metrics.weighted_f1 /= count;
    metrics.log_loss /= count;
    metrics.accuracy = static_cast<double>(right) / count;
    metrics.ece = calibration_error(rows);
    return metrics;
}

sdk::JsonObject to_json(const Metrics& metrics) {
    return {
        {"macro_f1", metrics.macro_f1},
        {"weighted_f1", metrics.weighted_f1},
        {"accuracy", metrics.accuracy},
        {"log_loss", metrics.log_loss},
        {"ece", metrics.ece},
        {"rows", metrics.rows}};
}

}  // namespace kontor::ml
