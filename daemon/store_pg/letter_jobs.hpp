// Commands over many dead letters, to and from their table.
#pragma once

#include <vector>

#include "ports/store.hpp"
#include "store_pg/connection.hpp"

namespace kontor::store_pg {

void append_letter_jobs(const ports::Batch& batch, std::vector<Step>& steps);
// Those that are not over.
Result<void> fill_letter_jobs(Connection& connection, ports::Snapshot& snapshot);

}  // namespace kontor::store_pg
