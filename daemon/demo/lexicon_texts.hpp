// The tables behind lexicon.hpp, one file per family of languages. Private to the demo.
#pragma once

#include <span>

#include "demo/lexicon.hpp"

namespace kontor::demo {

std::span<const LexiconText> germanic_texts();
std::span<const LexiconText> romance_texts();
std::span<const LexiconText> slavic_texts();
std::span<const LexiconText> other_texts();

}  // namespace kontor::demo
