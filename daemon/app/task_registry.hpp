// All built-in tasks, and what the workflow language must know of them.
#pragma once

#include "spec/spec.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::app {

// Tasks of a program that is built around the daemon: known beside the built-in ones.
// Requires: nobody has asked for the registry yet. Returns true, so that a global of that program can call it.
using AddTasks = void (*)(sdk::TaskRegistry&);
bool with_tasks(AddTasks add);

// Filled once; lives as long as the process.
const sdk::TaskRegistry& task_registry();
spec::Vocabulary vocabulary();

}  // namespace kontor::app
