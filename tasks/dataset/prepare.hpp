// The task `dataset.prepare`: checks the columns, puts bad rows into quarantine, splits the rest so that an item
// and its twins are on one side. Streams: memory holds hashes per row, and the rows of the holdout.
#pragma once

#include "tasks/sdk/task.hpp"

namespace kontor::tasks::dataset {

class Prepare final : public sdk::Task {
 public:
    sdk::Outcome run(sdk::TaskContext& context) override;
};

}  // namespace kontor::tasks::dataset
