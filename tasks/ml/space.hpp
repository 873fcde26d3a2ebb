// What a family's parameters may be, as a search sees it: each a number between 0 and 1, whatever
// its kind and scale. Thread: values.
#pragma once

#include "tasks/ml/random.hpp"
#include "tasks/sdk/outcome.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kontor::ml {

struct Dimension {
    enum class Kind { Real, LogReal, Integer, Choice };
    std::string name{};
    Kind kind = Kind::Real;
    double low = 0;
    double high = 1;
    std::vector<std::string> choices{};
    double least = -1e300;  // lower values mean this one: a share of the range stands for "off"
    std::string when{};     // only where the choice of this name ...
    std::string is{};       // ... has this value
};

// A place in the space: per dimension a number from 0 to 1, or nothing where the dimension does not
// apply.
using Place = std::vector<std::optional<double>>;

Place random_place(const std::vector<Dimension>& space, Random& random);
// Drops what does not apply at `place` and fills in the middle for what does and is missing.
void settle(const std::vector<Dimension>& space, Place& place);
// The family's defaults overlaid with what the place says.
sdk::JsonObject params_at(
    const std::vector<Dimension>& space, const Place& place, sdk::JsonObject defaults
);
// The way back. A parameter out of range stands at the edge.
Place place_of(const std::vector<Dimension>& space, const sdk::JsonObject& params);

}  // namespace kontor::ml
