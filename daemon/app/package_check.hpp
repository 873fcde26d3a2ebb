// A model's package looked at on this machine, before anybody sends it. Thread: main's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kontor::app {

// What it is, in a sentence. Errors: Invalid: why no daemon would take it.
Result<std::string> check_package(std::string_view tar);

}  // namespace kontor::app
