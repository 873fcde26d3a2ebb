// Boosting with an early end, which a later attempt can go on from after any round.
// Each round draws random numbers of its own, from the seed and its place alone: what was killed and goes on from its checkpoint
// comes to the same trees, byte for byte, as what was left alone.
// Thread: pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tasks/ml/booster.hpp"
#include "tasks/ml/model.hpp"

namespace kontor::ml {

struct Boosting {
    const DataMatrix& train;
    std::vector<const DataMatrix*> watched;  // looked at between rounds
    int rounds = 1;                          // at most, 1 or more
    int patience = 1;                        // ends once the loss has not fallen for so many rounds
    std::function<void(Booster&)> configure;  // every parameter but the seed
    // After so many rounds; nullopt: not looked at there.
    std::function<std::optional<double>(Booster&, int done)> loss;
    // Where the progress of the whole fit stands before the first round and after the last, and what is being done.
    double progress_from = 0;
    double progress_to = 1;
    std::string what;
};

struct Boosted {
    Booster booster;
    int best_rounds = 0;  // `rounds` when no loss was ever told
};
// Ends early by patience or as control.goes_on says; the booster then has more rounds than the best.
Boosted boost(const Boosting& plan, const FitControl& control);

}  // namespace kontor::ml
