// Approvals and their votes: written with a batch, and the open ones read at a start. Thread: the writer's.
#pragma once

#include <vector>

#include "ports/store.hpp"
#include "store_pg/connection.hpp"

namespace kontor::store_pg {

void append_approvals(const ports::Batch& batch, std::vector<Step>& steps);
Result<void> fill_approvals(Connection& connection, ports::Snapshot& snapshot);

}  // namespace kontor::store_pg
