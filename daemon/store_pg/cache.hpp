// Results that are kept: written with a batch, and read at a start. Thread: the writer's.
#pragma once

#include <vector>

#include "ports/store.hpp"
#include "store_pg/connection.hpp"

namespace kontor::store_pg {

void append_cache(const ports::Batch& batch, std::vector<Step>& steps);
Result<void> fill_cache(Connection& connection, ports::Snapshot& snapshot);

}  // namespace kontor::store_pg
