// All built-in tasks, and what the workflow language must know of them.
#pragma once

#include "spec/spec.hpp"
#include "tasks/codes/list_source.hpp"
#include "tasks/monitor/prediction_source.hpp"
#include "tasks/report/decided_source.hpp"
#include "tasks/review/label_source.hpp"
#include "tasks/samples/sample_source.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::app {

// Tasks of a program that is built around the daemon: known beside the built-in ones.
// Requires: nobody has asked for the registry yet. Returns true, so that a global of that program can call it.
using AddTasks = void (*)(sdk::TaskRegistry&);
bool with_tasks(AddTasks add);

// Where `review.labels` finds what people decided; nullptr: nowhere. The source outlives the tasks.
void with_labels(tasks::review::LabelSource* source);
// The same for `report.build`, which counts as people decided.
void with_decided(tasks::report::DecidedSource* source);
// The same for `samples.collect`.
void with_samples(tasks::samples::SampleSource* source);

// The same for `codes.in_force`; nullptr: what the warehouse has is in force.
void with_code_lists(tasks::codes::ListSource* source);

// The same for `monitor.said`.
void with_predictions(tasks::monitor::PredictionSource* source);

// Filled once; lives as long as the process.
const sdk::TaskRegistry& task_registry();
spec::Vocabulary vocabulary();

}  // namespace kontor::app
