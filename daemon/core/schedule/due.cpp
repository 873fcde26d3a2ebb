// What a schedule owes after a while: ticks in time, and those that were missed.
#include <algorithm>
#include <deque>

#include "core/schedule/schedule.hpp"

namespace kontor::core::schedule {
namespace {

// An every-second schedule after a day's absence. Beyond it the ticks in between are not counted one by one.
constexpr int ticks_counted_max = 100'000;

}  // namespace

Due due_ticks(const Schedule& schedule, Instant first, Instant now) {
    // Only so many of the latest can matter: what is made up for, and what is merely late.
    const std::size_t kept_max = static_cast<std::size_t>(schedule.catchup_max) + static_cast<std::size_t>(late_max / interval_min) + 1;
    std::deque<Instant> kept;
    std::int64_t seen = 0;
    std::optional<Instant> at = first;
    while (at && *at <= now) {
        kept.push_back(*at);
        if (kept.size() > kept_max) {
            kept.pop_front();
        }
        if (++seen == ticks_counted_max) {
            // As dense as so far: what is left is jumped over, but for its last part.
            const Duration spacing = (*at - first) / ticks_counted_max + Duration(1);
            const Instant near = now - spacing * (ticks_counted_max / 2);
            at = next_fire(schedule, std::max(near, *at));
            continue;
        }
        at = next_fire(schedule, *at);
    }
    Due due;
    due.last = kept.back();
    due.next = at;
    const auto on_time = std::find_if(kept.begin(), kept.end(), [&](Instant tick) { return now - tick <= late_max; });
    const auto late = static_cast<std::size_t>(kept.end() - on_time);
    const auto missed = static_cast<std::size_t>(on_time - kept.begin());
    std::size_t wanted = 0;
    switch (schedule.catchup) {
        case Catchup::None: break;
        case Catchup::Last: wanted = late == 0 ? 1 : 0; break;
        case Catchup::All: wanted = static_cast<std::size_t>(schedule.catchup_max); break;
    }
    const std::size_t taken = std::min(missed, wanted);
    due.fire.assign(on_time - static_cast<std::ptrdiff_t>(taken), kept.end());
    due.let_go = seen - static_cast<std::int64_t>(due.fire.size());
    return due;
}

}  // namespace kontor::core::schedule
