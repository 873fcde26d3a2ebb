#include "tasks/ml/pruning.hpp"

#include <algorithm>

namespace kontor::ml {

bool Pruner::is_rung(int rounds) {
    int rung = first_rung;
    while (rung < rounds) {
        rung *= reduction;
    }
    return rung == rounds;
}

void Pruner::add(const Curve& curve) {
    for (const auto& [rounds, loss] : curve) {
        others_[rounds].push_back(loss);
    }
}

bool Pruner::goes_on(int rounds, double loss) {
    if (!is_rung(rounds)) {
        return true;
    }
    curve_.emplace_back(rounds, loss);
    const auto found = others_.find(rounds);
    // With fewer, "the best third" would be nobody.
    if (found == others_.end() || found->second.size() < static_cast<std::size_t>(reduction)) {
        return true;
    }
    const auto better = std::count_if(
        found->second.begin(), found->second.end(), [&](double other) { return other < loss; }
    );
    const auto places =
        static_cast<std::ptrdiff_t>((found->second.size() + 1 + reduction - 1) / reduction);
    has_pruned_ = better >= places;
    return !has_pruned_;
}

}  // namespace kontor::ml
