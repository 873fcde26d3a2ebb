#include "cli/cli.hpp"

#include "cli/command_line.hpp"

#include <csignal>
#include <cstdio>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace kontor::cli {
namespace {

// The person's own program for long texts, with her own settings: a shell takes its words apart.
bool page(const std::string& pager, const std::string& text) {
    if (pager.empty()) {
        return false;
    }
    std::FILE* pipe = ::popen(pager.c_str(), "w");
    if (pipe == nullptr) {
        return false;
    }
    // Whoever quits early has seen enough.
    std::fwrite(text.data(), 1, text.size(), pipe);
    return ::pclose(pipe) == 0;
}

}  // namespace


int run_cli(int argc, const char* const* argv, const CliHooks& hooks) {
    // A reader that closes the pipe early (`kontor runs | head`) ends the output, not with a
    // signal.
    std::signal(SIGPIPE, SIG_IGN);
    const Environment environment = process_environment();
    Surroundings around{
        std::cout,
        std::cerr,
        find_terminal(),
        environment,
        [](std::chrono::milliseconds span) { std::this_thread::sleep_for(span); },
        ::geteuid() == 0,
        [&environment](const std::string& text) { return page(environment("PAGER"), text); }};
    const int code = run_command_line(argc, argv, hooks, around);
    std::cout.flush();
    return code;
}

}  // namespace kontor::cli
