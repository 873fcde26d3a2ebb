// Alarms and readings of a batch as statements, and what a new leader needs of them. Thread: the
// writer's.
#pragma once

#include "ports/store.hpp"
#include "store_pg/connection.hpp"

#include <vector>

namespace kontor::store_pg {

void append_alarms(const ports::Batch& batch, std::vector<Step>& steps);
Result<void> fill_alarms(Connection& connection, ports::Snapshot& snapshot);

}  // namespace kontor::store_pg
