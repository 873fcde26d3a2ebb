// The words of the command line for schedules and events. Part of command_line.
#pragma once

#include "cli/session.hpp"

#include <functional>

namespace CLI {
class App;
}

namespace kontor::cli {

// Takes the action that the command line asks for; carried out after the parse. The last one given counts.
using Choose = std::function<void(std::function<int(Session&)>)>;

// Requires: `choose` outlives the parse.
void add_trigger_commands(CLI::App& app, Choose choose);

}  // namespace kontor::cli
