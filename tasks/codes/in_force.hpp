// codes.in_force: the code list of a country in a month. One that was imported goes before what the warehouse has.
// Thread: the task's own.
#pragma once

#include "tasks/codes/list_source.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::codes {

// Input {period, codes: the warehouse's or null}. Outputs {codes: dataset or null, crosswalk: dataset or null, list: {source, version,
// effective_from, period} or null}. In force is the list of the month's first day. `source` may be nullptr: nothing is imported here.
// Errors: TaskFailure(Data) when no code of the imported list is valid in that month.
sdk::Outcome run_in_force(sdk::TaskContext& context, ListSource* source);

}  // namespace kontor::tasks::codes
