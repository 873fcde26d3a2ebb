// The tree-structured Parzen estimator (Bergstra and others, 2011), multivariate: new trials are
// drawn near good ones, and of many drawn the one is taken that lies most among the good and least
// among the bad. Families are a choice like any other. Thread: pure: the same observations, seed
// and number give the same proposal.
#pragma once

#include "tasks/ml/space.hpp"

#include <cstdint>
#include <vector>

namespace kontor::ml {

struct Proposal {
    std::size_t family = 0;  // position among the spaces
    Place place;
};
struct Observation {
    Proposal proposal;
    double value = 0;  // larger is better
};

// The `number`-th proposal (from 0) of those that are tried at the same time. The ones before it
// count as bad until they are known (the constant liar), so that parallel trials do not all go to
// the same place. Requires: spaces not empty; observations in the order of their trials.
Proposal propose(
    const std::vector<std::vector<Dimension>>& spaces,
    const std::vector<Observation>& observations,
    std::size_t number,
    std::uint64_t seed
);

}  // namespace kontor::ml
