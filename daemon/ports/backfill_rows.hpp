// Rows of backfills: a workflow's runs for many periods, a few at a time. Part of ports/store.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "ports/ids.hpp"

namespace kontor::ports {

// What was asked for never changes; what becomes of it does: state, note, finished_at.
struct BackfillRow {
    std::int64_t id = 0;
    std::string workflow;
    Json params;       // of every run, but for period and countries
    Json countries;    // that were named; null: all
    Json allowed;      // that its starter may work for; null: all
    bool missing_only = false;
    int max_parallel = 1;
    int priority = 0;
    std::string by;
    std::string reason;
    Instant created_at;
    std::string state;   // running paused cancelling succeeded failed cancelled
    std::string note{};  // who paused or cancelled it, and why
    std::optional<Instant> finished_at{};
};

struct BackfillPeriodRow {
    std::int64_t backfill = 0;
    std::string period;
    Json countries;      // its run's; null: as the workflow finds them
    std::string state;   // waiting running succeeded failed cancelled skipped
    std::optional<RunId> run{};
    std::string reason{};
    std::optional<Instant> started_at{};
    std::optional<Instant> finished_at{};
};

}  // namespace kontor::ports
