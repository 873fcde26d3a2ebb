// Partitions: facts merged into their rows with a batch, and those that a run works for read at a start. Thread: the writer's.
#pragma once

#include <vector>

#include "ports/store.hpp"
#include "store_pg/connection.hpp"

namespace kontor::store_pg {

void append_partitions(const ports::Batch& batch, std::vector<Step>& steps);
Result<void> fill_partitions(Connection& connection, ports::Snapshot& snapshot);

}  // namespace kontor::store_pg
