// How good predictions are: figures per set and per class.
// Thread: pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tasks/sdk/outcome.hpp"

namespace kontor::ml {

struct Judged {
    std::int32_t truth = 0;      // position in a list of codes
    std::int32_t predicted = 0;  // the same list
    double confidence = 0;       // probability of the predicted code
    double truth_probability = 0;
};

struct ClassFigures {
    std::int64_t truth = 0;      // rows that are of this class
    std::int64_t predicted = 0;  // rows that were said to be
    std::int64_t right = 0;
    double precision() const;
    double recall() const;
    double f1() const;
};

struct Metrics {
    double macro_f1 = 0;     // over the classes that occur in truth or prediction, as scikit-learn takes it
    double weighted_f1 = 0;
    double accuracy = 0;
    double log_loss = 0;
    double ece = 0;  // expected calibration error over 15 equal bins of confidence
    std::int64_t rows = 0;
    std::vector<ClassFigures> per_class;
};
// Requires: every position < classes. No rows give zeros.
Metrics measure(std::span<const Judged> rows, std::size_t classes);
// The figures without the table per class.
sdk::JsonObject to_json(const Metrics& metrics);

}  // namespace kontor::ml
