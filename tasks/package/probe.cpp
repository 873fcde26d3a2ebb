#include "tasks/package/probe.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace kontor::tasks::package {
namespace {

constexpr std::array<std::string_view, 8> texts{
    "", "x", "USB-C Ladegerät 65 W", "Кабель для колонок 220В", "スピーカーケーブル 5 メートル", "كابل مكبر الصوت", "🔌🔋 1.5 2.5 3.5",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z"};
constexpr std::array<double, 6> numbers{0, -3.5, 1e300, -1e300, 220, std::numeric_limits<double>::quiet_NaN()};

[[noreturn]] void broken(const std::string& what) { throw sdk::TaskFailure(sdk::FailureClass::Data, "the model cannot be used: " + what); }

ml::Table strange_items(const ml::Schema& schema) {
    ml::Table table(schema);
    for (std::size_t row = 0; row < texts.size() * numbers.size(); ++row) {
        table.ids.push_back(std::to_string(row));
        for (std::size_t i = 0; i < table.text.size(); ++i) {
            table.text[i].emplace_back(texts[(row + i) % texts.size()]);
        }
        for (std::size_t i = 0; i < table.numeric.size(); ++i) {
            table.numeric[i].push_back(numbers[(row + i) % numbers.size()]);
        }
        for (std::size_t i = 0; i < table.categorical.size(); ++i) {
            table.categorical[i].emplace_back(texts[(row + 2 * i + 1) % texts.size()]);
        }
    }
    return table;
}

}  // namespace

std::string probe(ml::Model& model) {
    const ml::Table items = strange_items(model.schema());
    ml::Scores scores;
    model.predict(items, scores);
    for (std::size_t row = 0; row < items.rows(); ++row) {
        const auto probabilities = scores.row(row);
        const float sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0F);
        const bool sound = std::all_of(probabilities.begin(), probabilities.end(), [](float each) { return each >= 0 && each <= 1; });
        constexpr float rounding = 1e-3F;
        if (!sound || !(std::abs(sum - 1) < rounding)) {
            broken("the probabilities of an item are no numbers between 0 and 1 that add up to 1");
        }
        const auto best = static_cast<std::size_t>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
        const ml::Explanation told = model.explain(items, row, best);
        if (!std::all_of(told.contributions.begin(), told.contributions.end(), [](const auto& each) { return std::isfinite(each.amount); })) {
            broken("what speaks for a code is no number");
        }
    }
    return std::to_string(items.rows()) + " strange items have their probabilities";
}

}  // namespace kontor::tasks::package
