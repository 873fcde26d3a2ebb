// Live progress of a run, for `kontor run --wait`.
#pragma once

#include "cli/session.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kontor::cli {

// The run as a few lines: its state, then a row per task with a bar and counts. Pure.
std::string progress_table(const Json& run, const Terminal& terminal);
// What changed between two looks at a run, a line per task: for a log instead of a terminal.
// `before` may be null. Pure.
std::vector<std::string> progress_changes(const Json& before, const Json& now);

// Looks at the run until it has ended, then says how. The exit code that belongs to its state.
// Survives a restart of the daemon: it goes on asking for daemon_absence_max.
int watch_run(Session& session, std::int64_t run);

}  // namespace kontor::cli
