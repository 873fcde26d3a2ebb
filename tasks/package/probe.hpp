// A model tries itself on items that no warehouse has: empty ones, in many scripts, with huge and missing numbers.
// Thread: of a process that may die.
#pragma once

#include <string>

#include "tasks/ml/model.hpp"

namespace kontor::tasks::package {

// What was tried, in a sentence. Errors: TaskFailure(Data) when a row's probabilities are not finite or do not sum to 1, or an
// explanation is not finite; whatever predicting throws.
std::string probe(ml::Model& model);

}  // namespace kontor::tasks::package
