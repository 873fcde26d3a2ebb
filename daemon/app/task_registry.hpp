// All built-in tasks, and what the workflow language must know of them.
#pragma once

#include "spec/spec.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::app {

// Filled once; lives as long as the process.
const sdk::TaskRegistry& task_registry();
spec::Vocabulary vocabulary();

}  // namespace kontor::app
