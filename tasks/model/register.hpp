// Adds the tasks of this folder to the registry.
#pragma once

#include "tasks/sdk/task.hpp"

namespace kontor::tasks::model {

void register_tasks(sdk::TaskRegistry& registry);

}  // namespace kontor::tasks::model
