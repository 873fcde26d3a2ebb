// `warehouse.extract`: runs a query in a warehouse and stores its rows as one object per country (tasks/README.md).
#pragma once

#include "tasks/sdk/task.hpp"

namespace kontor::tasks::warehouse {

class Extract final : public sdk::Task {
 public:
    sdk::Outcome run(sdk::TaskContext& context) override;
};

}  // namespace kontor::tasks::warehouse
