// Rows of pools: limits on what runs at once, set by people. Part of ports/store.hpp.
#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"

namespace kontor::ports {

struct PoolRow {
    std::string name;          // core::fair::check_pool_name
    std::optional<int> slots;  // none: no limit
    int weight = 1;            // of a country's turns
    std::string by;
    std::string reason;
    Instant at;
    bool removed = false;      // in a batch: nobody sets it any more
};

}  // namespace kontor::ports
