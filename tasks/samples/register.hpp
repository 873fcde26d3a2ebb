// Registers this room's task: samples.collect.
#pragma once

#include <functional>

#include "tasks/samples/sample_source.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::samples {

// `source` is asked when a task runs; it gives nullptr where no samples are taken.
void register_tasks(sdk::TaskRegistry& registry, std::function<SampleSource*()> source);

}  // namespace kontor::tasks::samples
