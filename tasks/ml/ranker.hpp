// Boosted trees that decide between the candidates of an item, learned from candidates whose true code is known.
// Thread: pure.
#pragma once

#include <cstdint>
#include <vector>

#include "tasks/ml/booster.hpp"
#include "tasks/ml/opinions.hpp"

namespace kontor::ml {

// The candidates of items that the scorers had not seen, with the true codes.
struct Lesson {
    Pairs pairs;
    std::vector<std::int32_t> truth;  // per item
    std::vector<bool> checks;         // items that the trees do not learn from
};

struct Ranker {
    Booster booster;
    double temperature = 1;
    double recall = 1;  // how often the true code is among the candidates
};

// Items that the trees can learn from: their true code is among the candidates.
std::size_t items_to_learn(const Lesson& lesson);
// Boosts `rounds` rounds at most; the items that check end it earlier and set the temperature. `rounds` becomes what was best.
// Requires: items_to_learn(lesson) > 0.
Ranker learn_ranker(const Lesson& lesson, const sdk::JsonObject& params, const FitControl& control, int& rounds);

}  // namespace kontor::ml
