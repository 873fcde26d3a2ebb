// samples.collect: what other programs have sent about a country's items, each item in its highest version, as a dataset that
// `dataset.prepare` learns from and never judges by. Thread: the task's. Memory: one row, and a number per sample.
#pragma once

#include "tasks/samples/sample_source.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::samples {

// Outputs {samples: dataset or null, rows, strange}. The dataset has the schema's columns, the label, `sampled_by` and
// `sampled_at`, in the order of arrival. A sample none of whose columns the schema knows is left out and counted as strange,
// and so is one whose object is gone; the log says so.
sdk::Outcome run_collect(sdk::TaskContext& context, SampleSource& source);

}  // namespace kontor::tasks::samples
