// The task `model.import`. What it takes and gives stands in tasks/README.md.
#pragma once

#include <string>

#include "tasks/sdk/task.hpp"

namespace kontor::tasks::package {

sdk::Outcome run_import(sdk::TaskContext& context, const std::string& program);

}  // namespace kontor::tasks::package
