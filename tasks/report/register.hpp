// Adds the tasks of this folder to the registry.
#pragma once

#include <functional>

#include "tasks/report/decided_source.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::report {

// `decided` is asked when a task runs; nullptr: people have decided nothing.
void register_tasks(sdk::TaskRegistry& registry, std::function<DecidedSource*()> decided = [] { return nullptr; });

}  // namespace kontor::tasks::report
