// The tasks of this room: learn (trial, choose), apply (predict), judge (score, compare), decide (promote).
// What each takes and gives stands in tasks/README.md.
#pragma once

#include "tasks/sdk/task.hpp"

namespace kontor::tasks::model {

sdk::Outcome run_trial(sdk::TaskContext& context);
sdk::Outcome run_choose(sdk::TaskContext& context);
sdk::Outcome run_predict(sdk::TaskContext& context);
sdk::Outcome run_score(sdk::TaskContext& context);
sdk::Outcome run_compare(sdk::TaskContext& context);
sdk::Outcome run_promote(sdk::TaskContext& context);

}  // namespace kontor::tasks::model
