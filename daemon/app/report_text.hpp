// A version of a report as bytes: CSV that says the same, to the byte, whenever it is written of the same figures, and that
// no spreadsheet program computes. And a run's count read back. Pure but for the objects it is given. Thread: any.
#pragma once

#include <string>

#include "core/filing/figures.hpp"
#include "ports/filing.hpp"
#include "tasks/sdk/objects.hpp"

namespace kontor::app {

// Columns: period, country, line, code, items, units, weight_kg. First a line `code` for each code, then what makes the
// month add up: classified, reviewed, excluded, waiting, unresolved, quarantined, sold.
std::string report_text(const ports::MonthKey& month, const core::filing::Figures& figures);

// What report.build counted, by what it told.
// Throws TaskFailure(Data) when it is not what this program writes, and what the objects throw.
core::filing::Counted counted_by(sdk::Objects& objects, const Json& details);

}  // namespace kontor::app
