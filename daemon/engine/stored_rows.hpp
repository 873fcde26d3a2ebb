// Rows as the core takes them to rebuild a run. Pure.
#pragma once

#include <map>
#include <vector>

#include "core/run/instance.hpp"
#include "ports/store.hpp"

namespace kontor::engine {

core::run::StoredInstance stored(const ports::LiveTaskRow& row);
core::run::StoredInstance stored(const ports::DoneTaskRow& row);
std::map<ports::RunId, std::vector<core::run::StoredInstance>> stored_instances(const ports::Snapshot& snapshot);
core::run::Former former(const ports::RunRow& row);

}  // namespace kontor::engine
