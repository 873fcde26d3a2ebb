// JSON that Kontor wrote and a store gives back, as against text that came in by a door.
#pragma once

#include <string_view>

#include "base/json.hpp"

namespace kontor {

// Requires: valid JSON, no key twice. Ensures: numbers are what was written, to the last bit.
Json json_from_store(std::string_view text);

}  // namespace kontor
