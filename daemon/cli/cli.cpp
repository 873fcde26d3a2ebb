#include "cli/cli.hpp"

#include "cli/command_line.hpp"

#include <csignal>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace kontor::cli {

int run_cli(int argc, const char* const* argv, const CliHooks& hooks) {
    // A reader that closes the pipe early (`kontor runs | head`) ends the output, not with a
    // signal.
    std::signal(SIGPIPE, SIG_IGN);
    Surroundings around{
        std::cout,
        std::cerr,
        find_terminal(),
        process_environment(),
        [](std::chrono::milliseconds span) { std::this_thread::sleep_for(span); },
        ::geteuid() == 0};
    const int code = run_command_line(argc, argv, hooks, around);
    std::cout.flush();
    return code;
}

}  // namespace kontor::cli
