// Alarms: readings of a country's data and model held against limits, period by period, with
// hysteresis. Pure.
//
//   calm --beyond the limit in `consecutive` periods in a row--> raised --at or behind `clear`-->
//   calm
//
// A period counts once, however often it is read: the newest reading of it is what it says. A
// period older than the newest one decides nothing. An alarm that stands is raised again in each
// later period that is beyond the limit, so that a training that did not help is followed by
// another one, and at most one a period.
#pragma once

#include "base/json.hpp"
#include "tasks/sdk/outcome.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kontor::core::alarm {

// What is remembered of one alarm of one country.
struct State {
    bool raised = false;
    std::string period;       // the newest that was decided
    bool beyond = false;      // the limit, in that period
    int beyond_before = 0;    // periods in a row up to the one before it
    std::string told_period;  // when it was last raised; empty: never
    std::string dismissed;    // the period for which a person has ended it; empty: none
    std::string feature;      // that was worst; empty: none
    double value = 0;         // that was held against the limit
    std::int64_t rows = 0;

    bool operator==(const State&) const = default;
};

enum class Change { None, Raised, Cleared };

struct Decision {
    State state;
    Change change = Change::None;
};

// A period's value of a metric that belongs to no feature.
struct Past {
    std::string period;
    double value = 0;
};

// A ratio needs so many periods before it: the median of fewer says little.
inline constexpr std::size_t past_min = 3;

// Nothing when the readings decide nothing: none of the metric with enough rows, an older period,
// no median yet. `past`: values of the metric in other periods, in any order; only those before
// `period` count.
std::optional<Decision> decide(
    const State& before,
    const sdk::AlarmRule& rule,
    std::span<const sdk::Reading> readings,
    const std::string& period,
    std::span<const Past> past
);

// A person ends it: it is not raised again for the period that it was raised for.
State dismissed(State state);

// As rows keep them.
Json to_json(const State& state);
State state_from(const Json& stored);
Json to_json(const sdk::AlarmRule& rule);
sdk::AlarmRule rule_from(const Json& stored);

// "codes_psi is 0.41, above 0.25 (812 rows)", for people.
std::string sentence(const State& state, const sdk::AlarmRule& rule);

}  // namespace kontor::core::alarm
