// Reading a file that somebody named on the command line.
#pragma once

#include "base/result.hpp"

#include <string>

namespace kontor::cli {

// "-" is standard input. Errors: Invalid with the path and the system's reason; also beyond
// limits::workflow_bytes_max.
Result<std::string> read_text_file(const std::string& path);

}  // namespace kontor::cli
