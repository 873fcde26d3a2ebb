// The task `dataset.prepare`: checks the columns, puts bad rows into quarantine, splits the rest by the hash of the id.
// Streams: memory holds one row and a hash per id.
#pragma once

#include "tasks/sdk/task.hpp"

namespace kontor::tasks::dataset {

class Prepare final : public sdk::Task {
 public:
    sdk::Outcome run(sdk::TaskContext& context) override;
};

}  // namespace kontor::tasks::dataset
