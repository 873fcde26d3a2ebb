// A tick in words: its local time, and why it is not the one that is written.
#include "core/schedule/cron.hpp"

namespace kontor::core::schedule {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::seconds;
using std::chrono::year_month_day;

std::string text_of(LocalTime local) { return to_iso(Instant(local.time_since_epoch())).substr(0, 19); }

std::string text_of(local_days day) { return text_of(LocalTime(day)).substr(0, 10); }

// The closed day whose tick was moved to `day`.
std::string moved_from(const Schedule& schedule, local_days day) {
    const days step(schedule.calendar->shift == Shift::After ? -1 : 1);
    local_days closed = day + step;
    for (int n = 0; n < shift_days_max && !matches_day(*schedule.cron, year_month_day(closed)); ++n) {
        closed += step;
    }
    return "moved from " + text_of(closed) + ", which is no working day";
}

}  // namespace

std::string to_local_text(const Zone& zone, Instant at) {
    const LocalTime local = zone.to_local(at);
    const seconds offset = local - LocalTime(std::chrono::floor<seconds>(at).time_since_epoch());
    const auto minutes = std::chrono::abs(offset) / std::chrono::minutes(1);
    const auto two = [](auto number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return text_of(local) + (offset < seconds(0) ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

std::string note_of(const Schedule& schedule, Instant at) {
    if (schedule.cron == nullptr) {
        return "";
    }
    const LocalTime local = schedule.zone->to_local(at);
    const local_days day = std::chrono::floor<days>(local);
    const bool own_day = matches_day(*schedule.cron, year_month_day(day));
    // The time of day alone: a moved tick keeps its own.
    const bool moved = !own_day && schedule.calendar != nullptr && fires_on(*schedule.cron, schedule.calendar.get(), year_month_day(day));
    Cron any_day = *schedule.cron;
    any_day.months = ~0U;
    any_day.days = ~0U;
    any_day.weekdays = ~0U;
    if (!matches(any_day, local) || (!own_day && !moved)) {
        return schedule.gap == Gap::Before ? "the clock jumps over the time that is written: the second before the jump"
                                           : "the clock jumps over the time that is written: at the jump";
    }
    std::string note = moved ? moved_from(schedule, day) : "";
    const LocalMapping mapping = schedule.zone->to_utc(local);
    if (mapping.kind == LocalMapping::Kind::Fold) {
        note += note.empty() ? "" : "; ";
        note += "the clock shows this time twice: ";
        note += at == mapping.first ? "the first" : "the second";
    }
    return note;
}

}  // namespace kontor::core::schedule
