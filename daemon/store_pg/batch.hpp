// A batch of the conductor as the statements of one transaction: one per kind of row, whatever the number of rows.
#pragma once

#include <vector>

#include "ports/store.hpp"
#include "store_pg/blocks.hpp"
#include "store_pg/connection.hpp"

namespace kontor::store_pg {

// The fence first, then the members in their order; kinds without rows have no statement.
// Where a row stands twice in a list that updates, the last one counts.
std::vector<Step> steps_of(const ports::Batch& batch, BlockBook& book);

}  // namespace kontor::store_pg
