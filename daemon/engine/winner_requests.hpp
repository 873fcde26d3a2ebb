// A person chooses the model in force. Part of the API (api.hpp). Thread: any; plain values.
#pragma once

#include <string>

#include "engine/run_requests.hpp"

namespace kontor::engine {

struct WinnerRequest : Command {
    std::string country;
    std::string model;    // empty: the one in force
    bool pin = false;     // no run replaces it until somebody says otherwise
    std::string reason;
    bool dry_run = false; // say what it would be
};

}  // namespace kontor::engine
