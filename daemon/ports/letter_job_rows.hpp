// A command over many dead letters as the database keeps it. Part of ports/store.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"

namespace kontor::ports {

// How many refusals a job tells in words.
inline constexpr std::size_t job_refusals_kept = 100;

struct LetterJobRow {
    std::int64_t id = 0;
    // What was asked for, fixed when it is made.
    std::string action;   // redrive discard
    std::string country;  // the selection's; empty: of all
    std::string by;
    Json reach;           // the countries that its maker may work for; null: all
    Json selection;
    Json letters;         // their ids, oldest first
    std::string reason;
    bool canary = false;
    int per_minute = 0;   // 0: as fast as they go
    bool newest = false;  // definition
    Json edits;           // of the inputs; null: none
    Instant created_at;
    // How far it is.
    std::string state;    // running canary done stopped
    int position = 0;
    int carried_out = 0;
    int refused = 0;
    Json refusals;        // [{"letter", "why"}, ...], the first of them
    Json watched;         // the canary: {"letter", "run", "task", "country", "item"}; null: not yet, or over
    std::optional<Instant> next_at;
    std::optional<Instant> finished_at;
    std::string said;     // why it was stopped
};

}  // namespace kontor::ports
