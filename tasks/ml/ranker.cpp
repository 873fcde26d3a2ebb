#include "tasks/ml/ranker.hpp"

#include <algorithm>
#include <cmath>

#include "tasks/ml/boosting.hpp"
#include "tasks/ml/families.hpp"

namespace kontor::ml {
namespace {

constexpr int patience_rounds = 15;
constexpr int rounds_between_checks = 5;

void set_parameters(Booster& booster, const sdk::JsonObject& params) {
    const std::string objective = text_param(params, "objective");
    if (objective != "pairwise" && objective != "logistic") {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config,
            "model parameters: \"objective\" must be pairwise or logistic"
        );
    }
    booster.set("booster", "gbtree");
    booster.set("objective", objective == "pairwise" ? "rank:pairwise" : "binary:logistic");
    booster.set("tree_method", "hist");
    booster.set("max_bin", "64");
    booster.set("verbosity", "0");
    // Pairs are drawn thread by thread: one thread makes the same trees everywhere.
    booster.set("nthread", "1");
    booster.set("max_depth", std::to_string(int_param(params, "max_depth")));
    for (const char* name : {"eta", "min_child_weight", "subsample", "lambda"}) {
        booster.set(name, std::to_string(number_param(params, name)));
    }
}

// The pairs of the items with checks[item] == wanted, as XGBoost takes them; items without their
// true code teach nothing.
struct Part {
    CsrMatrix features;
    std::vector<std::int32_t> labels;
    std::vector<std::uint32_t> groups;
};

Part part_of(const Lesson& lesson, bool checks) {
    Part part;
    part.features.width = lesson.pairs.features.width;
    for (std::size_t item = 0; item < lesson.pairs.items(); ++item) {
        const auto codes = lesson.pairs.codes_of(item);
        const auto truth = static_cast<std::uint32_t>(lesson.truth[item]);
        if (lesson.checks[item] != checks ||
            std::find(codes.begin(), codes.end(), truth) == codes.end()) {
            continue;
        }
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const std::size_t row = lesson.pairs.begins[item] + i;
            const auto columns = lesson.pairs.features.columns_of(row);
            const auto values = lesson.pairs.features.values_of(row);
            part.features.columns.insert(
                part.features.columns.end(), columns.begin(), columns.end()
            );
            part.features.values.insert(part.features.values.end(), values.begin(), values.end());
            part.features.end_row();
            part.labels.push_back(codes[i] == truth ? 1 : 0);
        }
        part.groups.push_back(static_cast<std::uint32_t>(codes.size()));
    }
    return part;
}

// Mean log-loss of a softmax within each item.
double loss_of(const Part& part, std::span<const float> margins, double temperature) {
    double loss = 0;
    std::size_t begin = 0;
    for (const std::uint32_t size : part.groups) {
        const auto own = margins.subspan(begin, size);
        const float top = *std::max_element(own.begin(), own.end());
        double sum = 0;
        double truth = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const double scaled = static_cast<double>(own[i] - top) / temperature;
            sum += std::exp(scaled);
            truth += part.labels[begin + i] == 1 ? scaled : 0.0;
        }
        loss += std::log(sum) - truth;
        begin += size;
    }
    return loss / static_cast<double>(std::max<std::size_t>(part.groups.size(), 1));
}

double best_temperature(const Part& part, std::span<const float> margins) {
    double best = 1;
    double least = loss_of(part, margins, best);
    for (int step = -24; step <= 24; ++step) {
        const double temperature = std::exp(step * 0.1);
        const double loss = loss_of(part, margins, temperature);
        if (loss < least) {
            least = loss;
            best = temperature;
        }
    }
    return best;
}

DataMatrix to_matrix(const Part& part) {
    DataMatrix matrix(part.features);
    matrix.set_labels(part.labels);
    matrix.set_groups(part.groups);
    return matrix;
}

}  // namespace

std::size_t items_to_learn(const Lesson& lesson) { return part_of(lesson, false).groups.size(); }

Ranker learn_ranker(
    const Lesson& lesson, const sdk::JsonObject& params, const FitControl& control, int& rounds
) {
    std::size_t found = 0;
    for (std::size_t item = 0; item < lesson.pairs.items(); ++item) {
        const auto codes = lesson.pairs.codes_of(item);
        found +=
            std::find(codes.begin(), codes.end(), static_cast<std::uint32_t>(lesson.truth[item])) !=
                    codes.end()
                ? 1U
                : 0U;
    }
    const Part taught = part_of(lesson, false);
    const Part check = part_of(lesson, true);
    const DataMatrix train = to_matrix(taught);
    const bool checked = !check.groups.empty();
    const DataMatrix aside = checked ? to_matrix(check) : train;
    const Part& judge = checked ? check : taught;
    Boosted boosted = boost(
        {.train = train,
         .watched = {&aside},
         .rounds = std::max(rounds, 1),
         .patience = patience_rounds,
         .configure = [&](Booster& booster) { set_parameters(booster, params); },
         .loss = [&](Booster& booster, int done) -> std::optional<double> {
             if (!checked || done % rounds_between_checks != 0) {
                 return std::nullopt;
             }
             const std::vector<float> margins = booster.margins(aside);
             return loss_of(judge, margins, best_temperature(judge, margins));
         },
         .progress_from = 0.8,
         .progress_to = 1,
         .what = "boosting over pairs"},
        control
    );
    rounds = boosted.best_rounds;
    Ranker ranker{boosted.booster.first_rounds(rounds)};
    const double items = static_cast<double>(lesson.pairs.items());
    ranker.recall = (static_cast<double>(found) + 1.0) / (items + 2.0);
    ranker.temperature = best_temperature(judge, ranker.booster.margins(aside));
    return ranker;
}

}  // namespace kontor::ml
