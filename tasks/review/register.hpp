// Registers this room's task: review.labels.
#pragma once

#include <functional>

#include "tasks/review/label_source.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::review {

// `source` is asked when a task runs; it gives nullptr where there is no queue of reviews.
void register_tasks(sdk::TaskRegistry& registry, std::function<LabelSource*()> source);

}  // namespace kontor::tasks::review
