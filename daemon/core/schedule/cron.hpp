// A parsed cron expression: one bit per value. Private to core/schedule.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/schedule/schedule.hpp"

namespace kontor::core::schedule {

// Day patterns that repeat do so within 40 years (29 February on a given weekday, across 2100).
inline constexpr int horizon_years = 41;

struct Cron {
    std::uint64_t seconds = 0;  // bit n: second n
    std::uint64_t minutes = 0;
    std::uint32_t hours = 0;
    std::uint32_t days = 0;      // bit 1..31
    std::uint32_t months = 0;    // bit 1..12
    std::uint32_t weekdays = 0;  // bit 0..6, Sunday is 0

    std::uint32_t days_from_last = 0;    // bit n: the n-th day before the last one; L is bit 0
    std::uint32_t nearest_weekday = 0;   // bit 1..31: nW, the working day nearest to n in the same month
    bool last_working_day = false;       // LW
    std::uint32_t last_weekdays = 0;     // bit 0..6: 5L, the month's last Friday
    std::array<std::uint32_t, 7> nth{};  // bit 1..5 of nth[5]: 5#n, the month's n-th Friday

    // A field that begins with * or ? leaves the choice to the other one. When neither does, either may match (as cron has
    // done since Vixie's).
    bool any_day = false;
    bool any_weekday = false;
};

bool matches_day(const Cron& cron, std::chrono::year_month_day date);
// With a calendar: does a tick of this day, or one that was moved to it, fall on `date`? nullptr: every day counts.
bool fires_on(const Cron& cron, const BusinessDays* calendar, std::chrono::year_month_day date);
bool matches(const Cron& cron, LocalTime local);

// The first local time at or after `from` that matches; nullopt when there is none within the horizon.
std::optional<LocalTime> next_local(const Cron& cron, LocalTime from, const BusinessDays* calendar = nullptr);

}  // namespace kontor::core::schedule
