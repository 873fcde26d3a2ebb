// What people answer to tasks that ask for an approval. Part of the API (api.hpp). Thread: any; plain values.
#pragma once

#include <cstdint>
#include <string>

#include "engine/run_requests.hpp"

namespace kontor::engine {

struct DecideRequest : Command {
    std::int64_t approval = 0;
    bool approve = false;  // else reject
    std::string comment;
    bool dry_run = false;  // say what would happen
};

}  // namespace kontor::engine
