// The grid of a campaign in a terminal: a row per country, a column per step.
#pragma once

#include "cli/session.hpp"

#include <string>

namespace kontor::cli {

// The answer of GET /v1/campaigns/{correlation} as lines, the worst countries first; columns that do not fit are left out, and
// said. Pure.
std::string grid_text(const Json& grid, const Terminal& terminal);

struct GridOrder {
    std::string correlation;  // empty: the newest campaign
    bool watch = false;       // until it has ended
};
// The exit code tells the campaign's state, as `run --wait` does a run's.
int show_grid(Session& session, const GridOrder& order);

}  // namespace kontor::cli
