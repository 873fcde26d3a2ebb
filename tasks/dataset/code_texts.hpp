// A country's code list as dataset.prepare hands it on, for training and inference.
// Thread: the task's own.
#pragma once

#include <vector>

#include "tasks/csv/data_file.hpp"
#include "tasks/ml/model.hpp"

namespace kontor::tasks::dataset {

// One entry per code, in the list's order; the texts of a code that stands there more than once follow one another.
// Errors: TaskFailure(Config) without the columns `code` and `title`; (Data) for a row without a code.
std::vector<ml::CodeText> read_codes(sdk::Objects& objects, const csv::Dataset& list);

}  // namespace kontor::tasks::dataset
