// The words of the command line for dead letters. Part of command_line.
#pragma once

#include "cli/trigger_grammar.hpp"

namespace kontor::cli {

// Requires: `choose` outlives the parse.
void add_dead_letter_commands(CLI::App& app, Choose choose);

}  // namespace kontor::cli
