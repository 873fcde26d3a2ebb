#include "tasks/ml/calibrate.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tasks/ml/random.hpp"

namespace kontor::ml {
namespace {

TEST(Softmax, SumsToOneAndKeepsTheOrderWhateverTheScores) {
    std::vector<float> scores{1000.0F, 999.0F, -1000.0F};
    softmax(scores, 0.5);
    EXPECT_NEAR(scores[0] + scores[1] + scores[2], 1.0F, 1e-6F);
    EXPECT_GT(scores[0], scores[1]);
    EXPECT_GT(scores[1], scores[2]);
    std::vector<float> alone{-7.0F};
    softmax(alone, 1.0);
    EXPECT_EQ(alone[0], 1.0F);
}

TEST(Temperature, FindsTheOneThatTheLabelsWereDrawnWith) {
    Random random(5);
    Scores scores{2, {}};
    std::vector<std::int32_t> labels;
    constexpr double wanted = 2.5;
    for (int row = 0; row < 20'000; ++row) {
        const double margin = random.between(-10, 10);
        scores.values.push_back(static_cast<float>(margin));
        scores.values.push_back(0.0F);
        labels.push_back(random.unit() < 1.0 / (1.0 + std::exp(-margin / wanted)) ? 0 : 1);
    }
    EXPECT_NEAR(fit_temperature(scores, labels, 1.0), wanted, 0.15);
}

TEST(Temperature, AFewRightAnswersDoNotMakeAModelCertain) {
    Scores scores{2, {1, 0, 1, 0, 1, 0, 1, 0}};
    const double temperature = fit_temperature(scores, std::vector<std::int32_t>{0, 0, 0, 0}, 1.0);
    auto row = scores.row(0);
    softmax(row, temperature);
    EXPECT_LT(row[0], 0.99F);
    EXPECT_GT(row[0], 0.7F);
}

TEST(Temperature, WithoutKnownLabelsThereIsNothingToLearn) {
    EXPECT_EQ(fit_temperature(Scores{2, {1, 0}}, std::vector<std::int32_t>{-1}, 1.5), 1.5);
}

}  // namespace
}  // namespace kontor::ml
