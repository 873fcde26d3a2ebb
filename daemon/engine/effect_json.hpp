// Effects as JSON, of those that a result taken from the cache brings about again: data and models that it made are
// registered for the run that takes it, too. Pure.
#pragma once

#include <optional>
#include <vector>

#include "base/json.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::engine {

// A list; objects that were written, or opened, are not written or opened again.
Json repeatable(const std::vector<sdk::Effect>& effects);
// nullopt: a kind that this build does not know.
std::optional<sdk::Effect> effect_from(const Json& stored);

}  // namespace kontor::engine
