// Starts a program without a shell, under another account when this process is root.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/result.hpp"
#include "embedded_pg/binaries.hpp"

namespace kontor::embedded_pg {

struct Program {
    std::filesystem::path file;
    std::vector<std::string> arguments;
    ServerAccount account;
    // A folder that the account could not reach by its path: opened before the change of account, it is `entered_name`
    // to the program and to its children.
    std::filesystem::path entered{};
};
inline constexpr const char* entered_name = "/proc/self/fd/9";

struct Finished {
    int status = 0;  // exit status, or 128 + signal
    std::string output;
};

// Runs it to its end with standard output and error in one text.
Result<Finished> run_program(const Program& program);

// Starts it with output and error appended to `log`. The kernel sends it `parent_death_signal` when the calling *thread*
// ends, so the caller's thread must live as long as the program should.
Result<pid_t> start_program(const Program& program, const std::filesystem::path& log, int parent_death_signal);

// What `account` lacks to work in `folder`: empty, or a sentence that names the first folder it may not enter.
std::string why_unusable(const std::filesystem::path& folder, const ServerAccount& account);

}  // namespace kontor::embedded_pg
