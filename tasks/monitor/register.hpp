// Adds the tasks of this room to a registry. `source` gives what was said of items; null where
// there is no store of it.
#pragma once

#include "tasks/monitor/prediction_source.hpp"
#include "tasks/sdk/task.hpp"

#include <functional>

namespace kontor::tasks::monitor {

void register_tasks(sdk::TaskRegistry& registry, std::function<PredictionSource*()> source);

}  // namespace kontor::tasks::monitor
