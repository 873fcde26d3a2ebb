// What a run would be that was asked for with --dry-run.
#pragma once

#include "cli/session.hpp"

namespace kontor::cli {

// Prints the daemon's answer; the exit code.
int tell_foreseen(Session& session, const Json& answer);

}  // namespace kontor::cli
