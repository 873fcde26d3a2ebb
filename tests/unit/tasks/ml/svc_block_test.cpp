#include "tasks/ml/svc_block.hpp"

#include <gtest/gtest.h>
#include <linear.h>

#include <cmath>
#include <set>

#include "tasks/ml/random.hpp"

namespace kontor::ml {
namespace {

constexpr std::uint32_t width = 60;

struct Problem {
    CsrMatrix matrix;
    std::vector<std::int32_t> labels;
};

// Sparse rows of which each class prefers some columns; not separable.
Problem make_problem(std::size_t rows, std::int32_t classes) {
    Problem problem;
    Random random(11);
    problem.matrix.width = width;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto label = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(classes)));
        std::set<std::uint32_t> columns;
        while (columns.size() < 8) {
            const bool typical = random.unit() < 0.5;
            const auto column = typical ? static_cast<std::uint32_t>(label) * 2 + random.below(4) : random.below(width);
            columns.insert(static_cast<std::uint32_t>(column % width));
        }
        for (const std::uint32_t column : columns) {
            problem.matrix.add(column, static_cast<float>(random.between(0.1, 1.0)));
        }
        problem.matrix.end_row();
        problem.labels.push_back(label);
    }
    return problem;
}

struct Solution {
    std::vector<float> weights;
    std::vector<float> biases;
};

Solution solve(const Problem& problem, std::int32_t classes, const SvcOptions& options) {
    const auto count = static_cast<std::size_t>(classes);
    Solution found{std::vector<float>(width * count), std::vector<float>(count)};
    const auto squares = squared_lengths(problem.matrix);
    for (std::size_t first = 0; first < count; first += svc_lanes) {
        fit_svc_block(
            problem.matrix, squares, problem.labels, static_cast<std::int32_t>(first), std::min(svc_lanes, count - first), options,
            [] {}, found.weights, found.biases
        );
    }
    return found;
}

// The same class by LIBLINEAR: weights and then the bias.
std::vector<double> by_liblinear(const Problem& problem, std::int32_t which, const SvcOptions& options) {
    std::vector<std::vector<::feature_node>> rows;
    std::vector<::feature_node*> begins;
    std::vector<double> sides;
    double members = 0;
    for (std::size_t row = 0; row < problem.matrix.rows(); ++row) {
        rows.emplace_back();
        for (std::size_t i = 0; i < problem.matrix.columns_of(row).size(); ++i) {
            rows.back().push_back({static_cast<int>(problem.matrix.columns_of(row)[i]) + 1, problem.matrix.values_of(row)[i]});
        }
        rows.back().push_back({static_cast<int>(width) + 1, 1.0});
        rows.back().push_back({-1, 0.0});
        sides.push_back(problem.labels[row] == which ? 1.0 : -1.0);
        members += problem.labels[row] == which ? 1 : 0;
    }
    for (auto& row : rows) {
        begins.push_back(row.data());
    }
    int weighted = 1;
    double weight = std::pow((static_cast<double>(rows.size()) - members) / members, options.balance);
    const ::parameter parameter{L2R_L2LOSS_SVC_DUAL, options.tolerance, options.c, 1, &weighted, &weight, 0.1, nullptr};
    const ::problem view{static_cast<int>(rows.size()), static_cast<int>(width) + 1, sides.data(), begins.data(), 1.0};
    ::set_print_string_function([](const char* /*text*/) {});
    ::model* model = ::train(&view, &parameter);
    std::vector<double> weights(model->w, model->w + width + 1);
    for (double& value : weights) {
        value *= model->label[0];
    }
    ::free_and_destroy_model(&model);
    return weights;
}

TEST(SvcBlock, FindsTheWeightsThatLiblinearFinds) {
    constexpr std::int32_t classes = 21;  // a full block and a part of one
    const Problem problem = make_problem(400, classes);
    const SvcOptions options{0.7, 0.4, 0.001};
    const Solution found = solve(problem, classes, options);
    for (std::int32_t which = 0; which < classes; ++which) {
        const auto expected = by_liblinear(problem, which, options);
        for (std::size_t column = 0; column < width; ++column) {
            ASSERT_NEAR(found.weights[column * classes + static_cast<std::size_t>(which)], expected[column], 0.01)
                << "class " << which << ", column " << column;
        }
        ASSERT_NEAR(found.biases[static_cast<std::size_t>(which)], expected[width], 0.01) << "class " << which;
    }
}

TEST(SvcBlock, GivesTheSameWeightsEachTime) {
    const Problem problem = make_problem(200, 5);
    const Solution first = solve(problem, 5, {});
    const Solution second = solve(problem, 5, {});
    EXPECT_EQ(first.weights, second.weights);
    EXPECT_EQ(first.biases, second.biases);
}

TEST(SvcBlock, WritesNoOtherClass) {
    const Problem problem = make_problem(100, 3);
    Solution kept{std::vector<float>(width * 3, 7.0F), std::vector<float>(3, 7.0F)};
    fit_svc_block(
        problem.matrix, squared_lengths(problem.matrix), problem.labels, 1, 1, {}, [] {}, kept.weights, kept.biases
    );
    EXPECT_EQ(kept.biases[0], 7.0F);
    EXPECT_NE(kept.biases[1], 7.0F);
    EXPECT_EQ(kept.biases[2], 7.0F);
    EXPECT_EQ(kept.weights[2], 7.0F);
}

TEST(SvcBlock, SurvivesRowsWithoutAnyFeature) {
    Problem problem;
    problem.matrix.width = width;
    for (int row = 0; row < 6; ++row) {
        problem.matrix.end_row();
        problem.labels.push_back(row % 3);
    }
    const Solution found = solve(problem, 3, {});
    for (const float bias : found.biases) {
        EXPECT_TRUE(std::isfinite(bias));
    }
    EXPECT_EQ(found.weights, std::vector<float>(width * 3, 0.0F));
}

TEST(SvcBlock, StopsBetweenPassesWhenAsked) {
    const Problem problem = make_problem(100, 2);
    std::vector<float> weights(width * 2);
    std::vector<float> biases(2);
    const auto stop = [] { throw std::runtime_error("stopped"); };
    EXPECT_THROW(
        fit_svc_block(problem.matrix, squared_lengths(problem.matrix), problem.labels, 0, 2, {}, stop, weights, biases),
        std::runtime_error
    );
}

}  // namespace
}  // namespace kontor::ml
