// Backfills and their periods: written with a batch, and those under way read at a start. Thread: the writer's.
#pragma once

#include <vector>

#include "ports/store.hpp"
#include "store_pg/connection.hpp"

namespace kontor::store_pg {

void append_backfills(const ports::Batch& batch, std::vector<Step>& steps);
Result<void> fill_backfills(Connection& connection, ports::Snapshot& snapshot);

}  // namespace kontor::store_pg
