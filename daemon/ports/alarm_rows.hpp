// Rows of alarms and of the readings that they go by. Part of ports/store.hpp.
#pragma once

#include "base/time.hpp"
#include "core/alarm/alarm.hpp"

#include <optional>
#include <string>

namespace kontor::ports {

// One alarm of one country as it stands.
struct AlarmRow {
    std::string country;
    std::string name;
    core::alarm::State state;
    sdk::AlarmRule rule;   // of the run that decided last
    std::string sentence;  // for people
    std::string model;     // that was in use
    std::string workflow;
    std::int64_t run = 0;                 // that decided last; 0: a person did
    std::optional<Instant> raised_at{};   // when it last went from calm to raised
    std::optional<Instant> cleared_at{};  // and back
    Instant at;
};

// The newest reading of a metric of a feature in a country's period.
struct ReadingRow {
    std::string country;
    std::string period;
    sdk::Reading reading;
    std::string model;
    std::int64_t run = 0;
    Instant at;
};

// What a ratio needs of the readings that are stored.
struct PastReading {
    std::string country;
    std::string metric;
    core::alarm::Past past;
};
// So many of the newest periods of a country's metric are loaded.
inline constexpr int past_periods_max = 24;

}  // namespace kontor::ports
