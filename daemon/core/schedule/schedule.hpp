// When a cron trigger fires. Pure: the zone's rules and the time are arguments.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

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

struct Cron;  // parsed fields, in cron.hpp

struct Schedule {
    std::string text;  // as written
    std::shared_ptr<const Cron> cron;
    std::shared_ptr<const Zone> zone;
    Gap gap = Gap::After;
    Fold fold = Fold::First;
    Catchup catchup = Catchup::Last;
    int catchup_max = 1;
};

// Five fields (minute hour day month weekday) or six (seconds first), names, ranges, steps, lists; @hourly and the like.
// Errors: Invalid with details[0].pointer = byte offset; also when the expression never fires (0 0 30 2 *).
Result<std::shared_ptr<const Cron>> parse_cron(std::string_view text);

// The first instant strictly after `after` at which the schedule fires; nullopt when it never does again.
std::optional<Instant> next_fire(const Schedule& schedule, Instant after);

}  // namespace kontor::core::schedule
