// What may be asked about backfills. Part of the API (api.hpp). Thread: any; plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/backfill/backfill.hpp"
#include "engine/run_requests.hpp"

namespace kontor::engine {

// Runs in flight come first: what is caught up gives way to what is due now.
inline constexpr int backfill_priority = -100;

struct BackfillRequest : Command {
    std::string workflow;
    std::vector<std::string> periods;    // as core::backfill::periods_from gives them
    std::vector<std::string> countries;  // empty: all
    Json params = JsonObject{};          // of every run, but for period and countries
    bool missing_only = false;
    int max_parallel = 1;
    int priority = backfill_priority;
    std::string reason;
    bool dry_run = false;                // say what would run
};

enum class BackfillVerb { Pause, Resume, Cancel };
struct BackfillOrder : Command {
    std::int64_t backfill = 0;
    BackfillVerb verb = BackfillVerb::Pause;
    bool runs = false;  // cancel: those that run, too
    std::string reason;
    bool dry_run = false;  // say what it would be afterwards
};

}  // namespace kontor::engine
