#include "tasks/ml/metrics.hpp"

#include "tasks/ml/random.hpp"
#include "tasks/ml/reliability.hpp"
#include "tasks/ml/significance.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace kontor::ml {
namespace {

TEST(Metrics, AgreeWithFiguresWorkedOutByHand) {
    // truth 0 0 1 2, predicted 0 1 1 1
    const std::vector<Judged> rows{
        {0, 0, 0.9, 0.9}, {0, 1, 0.6, 0.3}, {1, 1, 0.8, 0.8}, {2, 1, 0.5, 0.2}};
    const auto metrics = measure(rows, 4);
    EXPECT_NEAR(metrics.macro_f1, (2.0 / 3 + 0.5 + 0.0) / 3, 1e-12);
    EXPECT_NEAR(metrics.weighted_f1, (2 * 2.0 / 3 + 0.5) / 4, 1e-12);
    EXPECT_NEAR(metrics.accuracy, 0.5, 1e-12);
    EXPECT_NEAR(
        metrics.log_loss,
        -(std::log(0.9) + std::log(0.3) + std::log(0.8) + std::log(0.2)) / 4,
        1e-12
    );
    EXPECT_NEAR(metrics.ece, (0.1 + 0.6 + 0.2 + 0.5) / 4, 1e-12);
}

TEST(McNemar, AgreesWithTheBinomialTest) {
    EXPECT_EQ(mcnemar(0, 0), 1.0);
    EXPECT_NEAR(mcnemar(10, 2), 0.03857421875, 1e-9);
    EXPECT_NEAR(mcnemar(2, 10), 0.03857421875, 1e-9);
    EXPECT_NEAR(mcnemar(5, 5), 1.0, 1e-9);
    EXPECT_NEAR(mcnemar(550, 450), mcnemar(551, 450), 0.01);
    EXPECT_LT(mcnemar(5000, 4000), 1e-20);
    EXPECT_NEAR(mcnemar(1200, 1100), 0.0389, 1e-3);
}

// A model that is right with probability `right`, on rows of five codes.
std::vector<Judged> judged_rows(std::size_t rows, double right, std::uint64_t seed) {
    Random truths(7);
    Random random(seed);
    std::vector<Judged> made;
    for (std::size_t i = 0; i < rows; ++i) {
        const auto truth = static_cast<std::int32_t>(truths.below(5));
        const bool hit = random.unit() < right;
        made.push_back({truth, hit ? truth : (truth + 1) % 5, right, hit ? right : (1 - right) / 4}
        );
    }
    return made;
}

TEST(BootstrapGain, HoldsTheGainAndGrowsNarrowerWithRows) {
    const auto stop = [] {};
    double width = 1;
    for (const std::size_t rows : {100U, 1000U, 10'000U}) {
        const auto a = judged_rows(rows, 0.8, 1);
        const auto b = judged_rows(rows, 0.7, 2);
        const Interval interval = bootstrap_gain(a, b, 5, "accuracy", 0.99, 3, stop);
        const double seen = gain(measure(a, 5), measure(b, 5), "accuracy");
        EXPECT_LT(interval.low, seen);
        EXPECT_GT(interval.high, seen);
        EXPECT_LT(interval.high - interval.low, width);
        width = interval.high - interval.low;
    }
    // Two proportions of 10,000 rows: a standard error of about 0.006, five sixths of a hundredth
    // at 99 %.
    EXPECT_NEAR(width, 2 * 2.576 * std::sqrt((0.8 * 0.2 + 0.7 * 0.3) / 10'000), 0.008);
}

TEST(BootstrapGain, IsTheSameForTheSameSeedAndTurnsWithTheSides) {
    const auto a = judged_rows(500, 0.8, 1);
    const auto b = judged_rows(500, 0.6, 2);
    for (const char* metric : {"macro_f1", "weighted_f1", "accuracy", "log_loss", "ece"}) {
        const Interval once = bootstrap_gain(a, b, 5, metric, 0.9, 3, [] {});
        const Interval again = bootstrap_gain(a, b, 5, metric, 0.9, 3, [] {});
        EXPECT_EQ(once.low, again.low) << metric;
        const Interval turned = bootstrap_gain(b, a, 5, metric, 0.9, 3, [] {});
        EXPECT_NEAR(turned.low, -once.high, 0.01) << metric;
    }
    const Interval same = bootstrap_gain(a, a, 5, "macro_f1", 0.9, 3, [] {});
    EXPECT_EQ(same.low, 0);
    EXPECT_EQ(same.high, 0);
}

TEST(Reliability, CountsEachRowInTheBinOfItsConfidence) {
    const std::vector<Judged> rows{{0, 0, 0.01, 0.01}, {0, 1, 0.95, 0.02}, {1, 1, 0.99, 0.99}, {1, 1, 1.0, 1.0}};
    const auto bins = reliability(rows);
    EXPECT_EQ(bins.front().rows, 1);
    EXPECT_EQ(bins.front().right, 1);
    EXPECT_EQ(bins.back().rows, 3);
    EXPECT_EQ(bins.back().right, 2);
    const sdk::Json told = to_json(bins);
    EXPECT_EQ(told.at("rows").as_array().size(), confidence_bins);
    EXPECT_TRUE(told.at("confidence").as_array().at(1).is_null()) << "no row: no mean";
    EXPECT_NEAR(told.at("confidence").as_array().back().to_number<double>(), 0.98, 1e-12);
    EXPECT_NEAR(measure(rows, 2).ece, (std::abs(0.01 - 1.0) + std::abs(2.94 - 2.0)) / 4, 1e-12);
}

}  // namespace
}  // namespace kontor::ml
