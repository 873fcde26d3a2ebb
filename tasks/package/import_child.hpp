// A package is read by a process of its own, which has little memory and time, no file, no network and none of the daemon's keys: a
// model that takes XGBoost down takes down that process. Both ends of the pipe between them.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "tasks/package/package.hpp"

namespace kontor::tasks::package {

// The hidden command that makes the program that child.
inline constexpr std::string_view child_command = "read-package";
inline constexpr const char* own_program = "/proc/self/exe";

// Parent. `program` is started as `program read-package`. Blocks; the child is killed when a stop is asked for.
// Errors: TaskFailure(Data) with the child's reason, or that it died of the package; (Transient) when the system has no process;
// TaskInterrupted.
Unpacked unpack_in_child(std::string_view tar, const std::string& program, const std::stop_token& stop);

// Child: the package on standard input, the answer on standard output. Answers the exit status.
int run_import_child();

}  // namespace kontor::tasks::package
