// What a killed daemon or a crashed machine left behind in a cluster's data folder.
#pragma once

#include <filesystem>
#include <sys/types.h>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::embedded_pg {

// Server processes at work in `data` (their working directory is this folder), whoever started them.
std::vector<pid_t> processes_in(const std::filesystem::path& data);

// Stops what still runs in `data`: in order first, at once when `patience` has passed.
// Then removes a postmaster.pid that names a process which is something else by now.
// Errors: Unavailable when a process does not go away.
Result<void> clear_leftovers(const std::filesystem::path& data, Duration patience);

}  // namespace kontor::embedded_pg
