// Backfills: which periods of a workflow are to be run, which of them may begin now, and what has become of all.
// Pure: no IO, no clock. Thread: any; plain values. Owner: the conductor keeps the state, doors show it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace kontor::core::backfill {

inline constexpr std::size_t periods_max = 240;  // twenty years of months
inline constexpr int parallel_max = 16;

enum class State { Running, Paused, Cancelling, Succeeded, Failed, Cancelled };
enum class PeriodState { Waiting, Running, Succeeded, Failed, Cancelled, Skipped };
std::string_view to_string(State state);
std::string_view to_string(PeriodState state);
// Errors: Invalid for a word that is none.
Result<State> state_from(std::string_view word);
Result<PeriodState> period_state_from(std::string_view word);
bool is_final(State state);
bool has_ended(PeriodState state);

// Months: "2026-01..2026-06", "2026-03", or several of either with commas between. In the order of time, each once.
// Errors: Invalid, with the part that does not fit.
Result<std::vector<std::string>> periods_from(std::string_view text);

// What is known of a partition of the workflow.
struct Known {
    std::string country;
    std::string period;
    std::string state;  // missing running failed succeeded
    std::int64_t run = 0;
};

struct Wish {
    std::vector<std::string> periods;
    std::vector<std::string> countries;  // empty: all
    bool missing_only = false;
    bool names_countries = true;         // the workflow can be told for which countries to run
};

struct Planned {
    std::string period;
    std::vector<std::string> countries;  // empty: as the workflow finds them
    bool skipped = false;
    std::string reason;                  // why it is skipped, or which countries are left out; may be empty
};

// What would run and what would not. `ever`: the countries that the workflow has ever worked for.
// Missing is what has not succeeded as far as is known, and what no run works for now.
std::vector<Planned> plan(const Wish& wish, const std::vector<std::string>& ever, const std::vector<Known>& known);

struct Period {
    std::string period;
    PeriodState state = PeriodState::Waiting;
    std::int64_t run = 0;
};

// The numbers of those that may begin now, in order: at most `max_parallel` run at once.
std::vector<std::size_t> due(State state, int max_parallel, const std::vector<Period>& periods);
// What the backfill is, once nothing of it waits or runs; else what it was.
State settled(State state, const std::vector<Period>& periods);
// "4 succeeded, 1 failed, 2 waiting"
std::string summary(const std::vector<Period>& periods);
// Why a period waits; empty for one that does not. `note`: who paused the backfill, and why; `reason`: why its run was refused last.
std::string waiting_sentence(
    State state, int max_parallel, const std::vector<Period>& periods, std::size_t which, const std::string& note, const std::string& reason
);

}  // namespace kontor::core::backfill
