#include "tasks/ml/space.hpp"

#include <algorithm>
#include <cmath>

namespace kontor::ml {
namespace {

using Kind = Dimension::Kind;

std::size_t choice_at(const Dimension& dimension, double at) {
    const auto count = static_cast<double>(dimension.choices.size());
    return std::min(static_cast<std::size_t>(at * count), dimension.choices.size() - 1);
}

// A dimension stands behind the choice that it depends on.
bool applies(const std::vector<Dimension>& space, const Place& place, const Dimension& dimension) {
    if (dimension.when.empty()) {
        return true;
    }
    for (std::size_t i = 0; i < space.size(); ++i) {
        if (space[i].name == dimension.when && place[i]) {
            return space[i].choices[choice_at(space[i], *place[i])] == dimension.is;
        }
    }
    return false;
}

sdk::Json value_at(const Dimension& dimension, double at) {
    switch (dimension.kind) {
        case Kind::Real:
            return std::max(dimension.low + (dimension.high - dimension.low) * at, dimension.least);
        case Kind::LogReal:
            return dimension.low * std::pow(dimension.high / dimension.low, at);
        case Kind::Integer: {
            const double steps = dimension.high - dimension.low + 1;
            return static_cast<std::int64_t>(
                dimension.low + std::min(std::floor(at * steps), steps - 1)
            );
        }
        case Kind::Choice:
            return sdk::Json(dimension.choices[choice_at(dimension, at)]);
    }
    return nullptr;
}

std::optional<double> at_value(const Dimension& dimension, const sdk::Json& value) {
    if (dimension.kind == Kind::Choice) {
        const auto found =
            value.is_string()
                ? std::find(dimension.choices.begin(), dimension.choices.end(), value.get_string())
                : dimension.choices.end();
        if (found == dimension.choices.end()) {
            return std::nullopt;
        }
        const auto index = static_cast<double>(found - dimension.choices.begin());
        return (index + 0.5) / static_cast<double>(dimension.choices.size());
    }
    if (!value.is_number()) {
        return std::nullopt;
    }
    const double number = std::clamp(value.to_number<double>(), dimension.low, dimension.high);
    const double range = dimension.high - dimension.low;
    switch (dimension.kind) {
        case Kind::LogReal:
            return std::log(number / dimension.low) / std::log(dimension.high / dimension.low);
        case Kind::Integer:
            return (number - dimension.low + 0.5) / (range + 1);
        case Kind::Real:
            // "Off" is the middle of the part that means it.
            return number <= dimension.least ? (dimension.least - dimension.low) / range / 2
                                             : (number - dimension.low) / range;
        case Kind::Choice:
            break;
    }
    return std::nullopt;
}

}  // namespace

Place random_place(const std::vector<Dimension>& space, Random& random) {
    Place place(space.size());
    for (auto& at : place) {
        at = random.unit();
    }
    settle(space, place);
    return place;
}

void settle(const std::vector<Dimension>& space, Place& place) {
    for (std::size_t i = 0; i < space.size(); ++i) {
        if (!applies(space, place, space[i])) {
            place[i].reset();
        } else if (!place[i]) {
            place[i] = 0.5;
        }
    }
}

sdk::JsonObject params_at(
    const std::vector<Dimension>& space, const Place& place, sdk::JsonObject defaults
) {
    for (std::size_t i = 0; i < space.size(); ++i) {
        if (place[i]) {
            defaults[space[i].name] = value_at(space[i], *place[i]);
        }
    }
    return defaults;
}

Place place_of(const std::vector<Dimension>& space, const sdk::JsonObject& params) {
    Place place(space.size());
    for (std::size_t i = 0; i < space.size(); ++i) {
        if (const sdk::Json* value = params.if_contains(space[i].name); value != nullptr) {
            place[i] = at_value(space[i], *value);
        }
    }
    settle(space, place);
    return place;
}

}  // namespace kontor::ml
