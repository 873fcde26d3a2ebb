// `kontor validate`: checks workflow files without a daemon.
#pragma once

#include "cli/session.hpp"
#include "spec/spec.hpp"

#include <string>
#include <vector>

namespace kontor::cli {

// Prints a line for each file that is fine and the diagnostics of each that is not. ExitFailed when
// any is not.
int validate_files(
    Surroundings& around,
    Output output,
    const std::vector<std::string>& files,
    const spec::Vocabulary& vocabulary
);

}  // namespace kontor::cli
