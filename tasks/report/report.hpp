// report.build: units and weight per code of what was sold, reconciled with the predictions and the quarantine.
// A spreadsheet program opens the file: no cell may act as a formula.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "tasks/report/decided_source.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::report {

// A text that a spreadsheet shows and never computes: one that begins with = + - @ or a control character gets an apostrophe.
// Plain numbers stay as they are.
std::string safe_cell(std::string_view text);

// Of the dataset `lines`: thousandths of a unit and grams are whole numbers.
inline constexpr std::array<std::string_view, 4> line_columns{"code", "items", "units_milli", "grams"};

// `decided` may be nullptr: nobody has decided anything.
sdk::Outcome run_build(sdk::TaskContext& context, DecidedSource* decided);

}  // namespace kontor::tasks::report
