// Items as JSON -> rows, checked as dataset.prepare checks rows: every fault with its place.
// Thread: pure.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "tasks/ml/table.hpp"

namespace kontor::live {

// So many faults are told at once; more of them say the same.
inline constexpr std::size_t faults_max = 100;

// Adds a row for each item, a column that it lacks being empty; or says what is wrong, with JSON pointers below "/items".
// An item without an id is called by its position. `lenient`: columns that the model does not have are passed over.
std::vector<ErrorDetail> read_items(const JsonArray& items, const ml::Schema& schema, ml::Table& rows, bool lenient = false);

}  // namespace kontor::live
