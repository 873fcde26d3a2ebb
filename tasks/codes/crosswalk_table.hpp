// Crosswalks as datasets between tasks: who writes them and who reads them agree here. Thread: the task's own.
#pragma once

#include "tasks/codes/crosswalk.hpp"
#include "tasks/csv/data_file.hpp"

namespace kontor::tasks::codes {

// Columns effective_from, from, to, kind, weight.
void write_steps(csv::Writer& writer, const std::vector<Step>& steps);
// `what` names the dataset in sentences. Errors: TaskFailure(Config) when it has other columns, (Data) for a row that is no move.
std::vector<Step> read_steps(sdk::Objects& objects, const csv::Dataset& dataset, const std::string& what);

}  // namespace kontor::tasks::codes
