// Registers this room's task: codes.in_force.
#pragma once

#include <functional>

#include "tasks/codes/list_source.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::codes {

// `source` is asked when a task runs; it gives nullptr where no lists are imported.
void register_tasks(sdk::TaskRegistry& registry, std::function<ListSource*()> source);

}  // namespace kontor::tasks::codes
