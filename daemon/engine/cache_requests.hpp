// Results that are kept are thrown away. Part of the API (api.hpp). Thread: any; plain values.
#pragma once

#include "engine/run_requests.hpp"

#include <string>

namespace kontor::engine {

struct CacheRequest : Command {
    std::string workflow;
    std::string task;     // empty: all
    std::string country;  // empty: all
    std::string reason;
    bool dry_run = false;  // say how many it would be
};

}  // namespace kontor::engine
