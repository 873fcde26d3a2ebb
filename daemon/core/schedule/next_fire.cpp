#include <algorithm>
#include <bit>

#include "core/schedule/cron.hpp"

namespace kontor::core::schedule {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::year_month_day;

// Looked ahead for a fold: more than the 24 hours by which a zone's clock was ever set back.
constexpr hours fold_ahead{26};

// The first set bit at or after `from`, or -1.
int next_bit(std::uint64_t bits, int from) {
    if (from > 63) {
        return -1;
    }
    const std::uint64_t left = bits & (~std::uint64_t{0} << static_cast<unsigned>(from));
    return left == 0 ? -1 : std::countr_zero(left);
}

bool has(std::uint32_t bits, unsigned bit) { return ((bits >> bit) & 1U) != 0; }

unsigned weekday_of(year_month_day date) {
    return std::chrono::weekday(local_days(date)).c_encoding();
}

unsigned last_day_of(year_month_day date) {
    return static_cast<unsigned>((date.year() / date.month() / std::chrono::last).day());
}

// The working day nearest to `day` without leaving the month; 0 when the month has no such day.
unsigned nearest_working_day(year_month_day month, unsigned day) {
    const unsigned last = last_day_of(month);
    if (day > last) {
        return 0;
    }
    const unsigned weekday = weekday_of(month.year() / month.month() / std::chrono::day(day));
    if (weekday == 6) {
        return day > 1 ? day - 1 : day + 2;
    }
    if (weekday == 0) {
        return day < last ? day + 1 : day - 2;
    }
    return day;
}

bool matches_day_of_month(const Cron& cron, year_month_day date) {
    const auto day = static_cast<unsigned>(date.day());
    const unsigned last = last_day_of(date);
    if (has(cron.days, day) || has(cron.days_from_last, last - day)) {
        return true;
    }
    if (cron.last_working_day && nearest_working_day(date, last) == day) {
        return true;
    }
    // A day moves by two at most.
    for (unsigned wanted = day > 2 ? day - 2 : 1; cron.nearest_weekday != 0 && wanted <= std::min(day + 2, 31U); ++wanted) {
        if (has(cron.nearest_weekday, wanted) && nearest_working_day(date, wanted) == day) {
            return true;
        }
    }
    return false;
}

bool matches_weekday(const Cron& cron, year_month_day date) {
    const auto day = static_cast<unsigned>(date.day());
    const unsigned weekday = weekday_of(date);
    return has(cron.weekdays, weekday) || (has(cron.last_weekdays, weekday) && day + 7 > last_day_of(date)) ||
           has(cron.nth[weekday], (day - 1) / 7 + 1);
}

// The first matching time of day at or after `from`.
std::optional<seconds> next_time(const Cron& cron, seconds from) {
    auto hour = static_cast<int>(from / hours(1));
    auto minute = static_cast<int>(from % hours(1) / minutes(1));
    auto second = static_cast<int>(from % minutes(1) / seconds(1));
    const int first_minute = std::countr_zero(cron.minutes);
    const int first_second = std::countr_zero(cron.seconds);
    const int wanted_second = next_bit(cron.seconds, second);
    if (wanted_second < 0) {
        ++minute;
    }
    const int wanted_minute = next_bit(cron.minutes, minute);
    if (wanted_minute < 0) {
        ++hour;
    }
    const int wanted_hour = next_bit(cron.hours, hour);
    if (wanted_hour < 0) {
        return std::nullopt;
    }
    // A field that moved on sets those after it to their first value.
    const bool hour_moved = wanted_minute < 0 || wanted_hour != hour;
    const bool minute_moved = hour_moved || wanted_second < 0 || wanted_minute != minute;
    return hours(wanted_hour) + minutes(hour_moved ? first_minute : wanted_minute) +
           seconds(minute_moved ? first_second : wanted_second);
}

// The instants at which one local time fires, after the policies; earliest first.
struct Fires {
    std::optional<Instant> first;
    std::optional<Instant> second;
    Instant earliest;  // no later local time fires before it
};

Fires fires_of(const Schedule& schedule, LocalTime local) {
    const LocalMapping mapping = schedule.zone->to_utc(local);
    switch (mapping.kind) {
        case LocalMapping::Kind::Unique: return {mapping.first, std::nullopt, mapping.first};
        case LocalMapping::Kind::Gap: {
            // "Before" is the last second that the clock still showed.
            const Instant before = mapping.first - seconds(1);
            switch (schedule.gap) {
                case Gap::Skip: return {std::nullopt, std::nullopt, before};
                case Gap::Before: return {before, std::nullopt, before};
                case Gap::After: return {mapping.first, std::nullopt, before};
            }
            KONTOR_UNREACHABLE();
        }
        case LocalMapping::Kind::Fold:
            switch (schedule.fold) {
                case Fold::First: return {mapping.first, std::nullopt, mapping.first};
                case Fold::Second: return {mapping.second, std::nullopt, mapping.first};
                case Fold::Both: return {mapping.first, mapping.second, mapping.first};
            }
            KONTOR_UNREACHABLE();
    }
    KONTOR_UNREACHABLE();
}

}  // namespace

bool matches_day(const Cron& cron, year_month_day date) {
    if (!has(cron.months, static_cast<unsigned>(date.month()))) {
        return false;
    }
    const bool day = matches_day_of_month(cron, date);
    const bool weekday = matches_weekday(cron, date);
    return cron.any_day || cron.any_weekday ? day && weekday : day || weekday;
}

bool matches(const Cron& cron, LocalTime local) {
    const auto date = std::chrono::floor<days>(local);
    return matches_day(cron, year_month_day(date)) && next_time(cron, local - date) == local - date;
}

bool fires_on(const Cron& cron, const BusinessDays* calendar, year_month_day date) {
    if (calendar == nullptr) {
        return matches_day(cron, date);
    }
    if (!calendar->is_working(date)) {
        return false;
    }
    if (matches_day(cron, date) || calendar->shift == Shift::Skip) {
        return matches_day(cron, date);
    }
    // What fell on the closed days beside it was moved here.
    const days step(calendar->shift == Shift::After ? -1 : 1);
    local_days closed = local_days(date) + step;
    for (int n = 0; n < shift_days_max && !calendar->is_working(year_month_day(closed)); ++n, closed += step) {
        if (matches_day(cron, year_month_day(closed))) {
            return true;
        }
    }
    return false;
}

std::optional<LocalTime> next_local(const Cron& cron, LocalTime from, const BusinessDays* calendar) {
    auto day = std::chrono::floor<days>(from);
    seconds time = from - day;
    const auto end = day + days(366 * horizon_years);
    while (day < end) {
        const year_month_day date(day);
        // A moved tick may fall into a month that is not named.
        if (calendar == nullptr && !has(cron.months, static_cast<unsigned>(date.month()))) {
            day = local_days((date.year() / date.month() / 1) + months(1));
            time = seconds(0);
            continue;
        }
        if (fires_on(cron, calendar, date)) {
            if (const auto found = next_time(cron, time)) {
                return LocalTime(day + *found);
            }
        }
        day += days(1);
        time = seconds(0);
    }
    return std::nullopt;
}

namespace {

std::optional<Instant> next_cron(const Schedule& schedule, Instant after) {
    const LocalTime now = schedule.zone->to_local(after);
    const auto offset = [&](Instant at) { return schedule.zone->to_local(at) - LocalTime(std::chrono::floor<seconds>(at).time_since_epoch()); };
    // Where the clock is about to be set back, local times that have passed come again.
    const seconds back = std::max(seconds(0), offset(after) - offset(after + fold_ahead));
    std::optional<Instant> best;
    auto local = next_local(*schedule.cron, now - back, schedule.calendar.get());
    const LocalTime horizon = now + days(366 * horizon_years);
    while (local && *local < horizon) {
        const Fires fires = fires_of(schedule, *local);
        for (const auto& instant : {fires.first, fires.second}) {
            if (instant && *instant > after && (!best || *instant < *best)) {
                best = instant;
            }
        }
        if (best && *best <= fires.earliest) {
            break;
        }
        // What comes later in local time comes later in fact, but for a fold: look on until that is certain.
        local = next_local(*schedule.cron, *local + seconds(1), schedule.calendar.get());
    }
    return best;
}

// The first multiple at or after `least`.
Instant multiple_at(const Interval& interval, Instant least) {
    if (least <= interval.from) {
        return interval.from;
    }
    const Duration since = least - interval.from;
    const auto whole = since / interval.every + (since % interval.every > Duration(0) ? 1 : 0);
    return interval.from + whole * interval.every;
}

std::optional<Instant> next_interval(const Schedule& schedule, Instant after) {
    Instant at = multiple_at(*schedule.interval, after + Duration(1));
    if (schedule.calendar == nullptr) {
        return at;
    }
    // A tick on a closed day is dropped: look on from the next day's beginning.
    for (int tries = 0; tries < 366 * horizon_years; ++tries) {
        const auto day = std::chrono::floor<days>(schedule.zone->to_local(at));
        if (schedule.calendar->is_working(year_month_day(day))) {
            return at;
        }
        at = multiple_at(*schedule.interval, std::max(schedule.zone->to_utc(LocalTime(day + days(1))).first, at + Duration(1)));
    }
    return std::nullopt;
}

}  // namespace

std::optional<Instant> next_fire(const Schedule& schedule, Instant after) {
    return schedule.interval ? next_interval(schedule, after) : next_cron(schedule, after);
}

Result<void> check_possible(const Schedule& schedule) {
    const LocalTime from(local_days(std::chrono::year(2000) / 1 / 1));
    if (schedule.cron != nullptr && !next_local(*schedule.cron, from, schedule.calendar.get())) {
        return invalid("schedule", "none of its ticks ever falls on a working day, nor is moved to one");
    }
    return {};
}

}  // namespace kontor::core::schedule
