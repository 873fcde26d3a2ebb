// Adds the tasks of this folder to the registry.
#pragma once

#include <string>

#include "tasks/package/import_child.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::package {

// `program`: what unpack_in_child starts.
void register_tasks(sdk::TaskRegistry& registry, const std::string& program = own_program);

}  // namespace kontor::tasks::package
