// report.build: units and weight per code of what was sold, reconciled with the predictions and the quarantine.
// A spreadsheet program opens the file: no cell may act as a formula.
#pragma once

#include <string>
#include <string_view>

#include "tasks/sdk/task.hpp"

namespace kontor::tasks::report {

// A text that a spreadsheet shows and never computes: one that begins with = + - @ or a control character gets an apostrophe.
// Plain numbers stay as they are.
std::string safe_cell(std::string_view text);

sdk::Outcome run_build(sdk::TaskContext& context);

}  // namespace kontor::tasks::report
