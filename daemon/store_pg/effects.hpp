// Effects of tasks as rows: objects, audit of opened ones, datasets, models, scores, winners.
#pragma once

#include <vector>

#include "ports/store.hpp"
#include "store_pg/connection.hpp"

namespace kontor::store_pg {

// Requires: no sdk::EventEmitted among them; the conductor made EventRows of those.
void append_effects(const std::vector<ports::EffectRow>& effects, std::vector<Step>& steps);

}  // namespace kontor::store_pg
