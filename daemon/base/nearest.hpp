// "did you mean ...?": the known name that is fewest edits away from a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kontor {

// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), ASCII case ignored.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of `known`, or "" when none is near enough to be meant. Names longer than 64 bytes are never near.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

// For people who wrote `name`: "did you mean 'train'?", or else "known: infer, train" when the list is short enough to help,
// or else "".
std::string suggestion(std::string_view name, const std::vector<std::string>& known);

}  // namespace kontor
