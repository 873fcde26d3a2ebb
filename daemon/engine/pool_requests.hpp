// What may be asked about pools. Part of the API (api.hpp). Thread: any; plain values.
#pragma once

#include <optional>
#include <string>

#include "engine/run_requests.hpp"

namespace kontor::engine {

// Counts at once: what runs keeps its slots, and what is ready begins as far as the new limit lets it.
struct PoolRequest : Command {
    std::string name;
    bool remove = false;       // instead of setting it
    std::optional<int> slots{};  // none: no limit
    int weight = 1;
    std::string reason{};
    bool dry_run = false;      // say what it would be
};

// What pools there are, and who holds their slots. Changes nothing.
struct PoolsRequest {
    std::string name;  // empty: all
    Countries countries = Countries::all();  // that the asker may see
};

}  // namespace kontor::engine
