// Successive halving on boosting rounds (ASHA): at a few numbers of rounds a trial goes on only if
// its loss is among the best third of those that finished trials had there. Trials that run at the
// same time do not see each other, so that a search is the same each time. Thread: one thread at a
// time.
#pragma once

#include <map>
#include <utility>
#include <vector>

namespace kontor::ml {

class Pruner {
  public:
    static constexpr int reduction = 3;
    static constexpr int first_rung = 5;

    using Curve = std::vector<std::pair<int, double>>;  // (rounds, loss)

    static bool is_rung(int rounds);
    // A finished trial of the same family.
    void add(const Curve& curve);
    // False when the trial shall end here. Loss of any number of rounds may be told; only rungs
    // count.
    bool goes_on(int rounds, double loss);
    const Curve& curve() const { return curve_; }
    bool has_pruned() const { return has_pruned_; }

  private:
    std::map<int, std::vector<double>> others_;
    Curve curve_;
    bool has_pruned_ = false;
};

}  // namespace kontor::ml
