// A person ends an alarm. Part of the API (api.hpp). Thread: any; plain values.
#pragma once

#include "engine/run_requests.hpp"

#include <string>

namespace kontor::engine {

struct AlarmRequest : Command {
    std::string country;
    std::string alarm;
    std::string reason;
    bool dry_run = false;  // say what it would be
};

}  // namespace kontor::engine
