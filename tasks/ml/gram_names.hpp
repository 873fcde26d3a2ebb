// What n-grams a text holds, as texts: the slow way beside TextHasher, for people who want to read what a hashed column means.
// Thread: pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "tasks/ml/text.hpp"

namespace kontor::ml {

// Ensures: `use` is called once for every hash that TextHasher::hashes() gives for the same text, in the same order.
void each_gram(std::string_view text, const TextSpec& spec, const std::function<void(std::string_view)>& use);

// `title "led lamp"`, and for a piece of words `title *lamp*`.
std::string gram_name(std::string_view column, const TextSpec& spec, std::string_view gram);

}  // namespace kontor::ml
