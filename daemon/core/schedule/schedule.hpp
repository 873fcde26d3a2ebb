// When a trigger by the clock fires: cron or interval, in a zone, on working days. Pure: zone rules and time are arguments.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "core/schedule/calendar.hpp"

namespace kontor::core::schedule {

using LocalTime = std::chrono::local_time<std::chrono::seconds>;

// How one local time maps to UTC (the shape of std::chrono::local_info).
struct LocalMapping {
    enum class Kind { Unique, Gap, Fold };
    Kind kind = Kind::Unique;
    Instant first;   // Unique: the instant. Fold: the earlier. Gap: the instant at which the gap begins.
    Instant second;  // Fold: the later. Otherwise equal to first.
};

// Rules of one time zone. Implemented over the tz database outside the core (daemon/zones).
class Zone {
 public:
    virtual ~Zone() = default;
    virtual std::string_view name() const = 0;
    virtual LocalMapping to_utc(LocalTime local) const = 0;
    virtual LocalTime to_local(Instant instant) const = 0;
};

enum class Gap { Skip, Before, After };      // a local time that does not exist: drop it, fire just before, or at its end
enum class Fold { First, Second, Both };     // a local time that exists twice
enum class Catchup { None, Last, All };      // ticks missed while nobody was there

// What a tick does while a run of the same schedule is still going.
enum class Overlap {
    Start,    // another run, beside it (the workflow's concurrency group still applies)
    Skip,     // nothing: the tick is let go
    Wait,     // it waits until that run has ended; of several waiting ticks only the newest stays
    Replace,  // that run is cancelled, the new one starts
};

struct Cron;  // parsed fields, in cron.hpp

// Elapsed time, not the clock's: fires at from, from + every, ... whatever the zone's clock does.
struct Interval {
    Duration every{};
    Instant from{};  // 1970-01-01T00:00:00Z: every hour is on the hour
};

struct Schedule {
    std::string text;                  // as written; "@every 15m" for an interval
    std::shared_ptr<const Cron> cron;  // null for an interval
    std::optional<Interval> interval{};
    std::shared_ptr<const Zone> zone;
    std::shared_ptr<const BusinessDays> calendar{};  // null: every day is a working day
    Gap gap = Gap::After;
    Fold fold = Fold::First;
    Catchup catchup = Catchup::Last;
    int catchup_max = 1;
    Overlap overlap = Overlap::Start;
};

inline constexpr Duration interval_min = std::chrono::seconds(1);
inline constexpr Duration interval_max = std::chrono::days(366);

// Five fields (minute hour day month weekday) or six (seconds first), names, ranges, steps, lists; @hourly and the like.
// Errors: Invalid with details[0].pointer = byte offset; also when the expression never fires (0 0 30 2 *).
Result<std::shared_ptr<const Cron>> parse_cron(std::string_view text);

// The first instant strictly after `after` at which the schedule fires; nullopt when it never does again.
std::optional<Instant> next_fire(const Schedule& schedule, Instant after);

// Errors: Invalid when the schedule's days and its calendar never meet ("0 0 * * SAT" on working days).
// Requires: cron or interval, and zone.
Result<void> check_possible(const Schedule& schedule);

// A tick is late, not missed, while the daemon was there: one commit's delay, a pause of the machine.
inline constexpr Duration late_max = std::chrono::minutes(1);

// What has come due, and what the catch-up rule makes of it.
struct Due {
    std::vector<Instant> fire;   // oldest first
    std::int64_t let_go = 0;     // ticks that were missed and that the rule does not make up for
    Instant last;                // the latest that has come due
    std::optional<Instant> next; // after now
};
// Requires: first <= now, and first is a tick.
Due due_ticks(const Schedule& schedule, Instant first, Instant now);

// 2026-12-01T02:00:00+01:00
std::string to_local_text(const Zone& zone, Instant at);
// Why `at` is not the plain local time that is written, for a preview: what the clock change or the calendar did; empty otherwise.
std::string note_of(const Schedule& schedule, Instant at);

}  // namespace kontor::core::schedule
