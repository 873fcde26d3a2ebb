// The grammar of the command line. `run_cli` is this with the process's own surroundings.
#pragma once

#include "cli/cli.hpp"
#include "cli/session.hpp"

namespace kontor::cli {

int run_command_line(
    int argc, const char* const* argv, const CliHooks& hooks, Surroundings& around
);

}  // namespace kontor::cli
