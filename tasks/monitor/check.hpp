// monitor.check: reads how a country's data and model are doing, and hands the readings on with the
// alarms they are held against. monitor.said: what was said of a month's items, so that labels
// which came later can judge it.
#pragma once

#include "tasks/monitor/prediction_source.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::monitor {

sdk::Outcome run_check(sdk::TaskContext& context);
sdk::Outcome run_said(sdk::TaskContext& context, PredictionSource& source);

}  // namespace kontor::tasks::monitor
