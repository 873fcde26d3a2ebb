// review.labels: what people have decided about a country's items, with the items' own columns, as a dataset that
// `dataset.prepare` learns from and never judges by. Thread: the task's.
#pragma once

#include "tasks/review/label_source.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::review {

// Outputs {labels: dataset or null, rows}. The dataset has the schema's columns, the label, `reviewed_by` and
// `reviewed_at`, ordered by item. An item whose object is gone is left out, and the log says so.
sdk::Outcome run_labels(sdk::TaskContext& context, LabelSource& source);

}  // namespace kontor::tasks::review
