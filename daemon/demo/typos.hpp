// Spells a text wrong, as people do. Thread: any.
#pragma once

#include <string>

#include "base/prng.hpp"

namespace kontor::demo {

// Drops, doubles or swaps one character. Ensures: valid UTF-8 stays valid; texts of fewer than four characters stay as they are.
void misspell(std::string& text, Prng& random);

}  // namespace kontor::demo
