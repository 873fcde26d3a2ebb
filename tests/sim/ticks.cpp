#include "sim/ticks.hpp"

#include <algorithm>

namespace kontor::sim {
namespace {

using core::schedule::Fold;
using core::schedule::Gap;
using core::schedule::LocalTime;
using core::schedule::Schedule;
using std::chrono::minutes;
using std::chrono::seconds;

bool matches(const TimeOfDay& wanted, LocalTime local) {
    const auto of_day = local - std::chrono::floor<std::chrono::days>(local);
    const auto minute = static_cast<int>(of_day / minutes(1));
    return wanted(minute / 60, minute % 60);
}

// The offset of the local clock, in minutes.
std::int64_t offset(const Schedule& schedule, Instant at) {
    const LocalTime local = schedule.zone->to_local(at);
    return std::chrono::floor<minutes>(local.time_since_epoch()).count() - std::chrono::floor<minutes>(at.time_since_epoch()).count();
}

// Whether the same local time came, or comes, within four hours at another offset: the clock is set back between the two.
struct Twice {
    bool before = false;
    bool after = false;
};
Twice twice(const Schedule& schedule, Instant at) {
    Twice found;
    const LocalTime local = schedule.zone->to_local(at);
    for (int away = 1; away <= 240; ++away) {
        found.before = found.before || schedule.zone->to_local(at - minutes(away)) == local;
        found.after = found.after || schedule.zone->to_local(at + minutes(away)) == local;
    }
    return found;
}

}  // namespace

const std::vector<KnownCron>& known_crons() {
    static const std::vector<KnownCron> all{
        {"*/30 * * * *", [](int, int minute) { return minute % 30 == 0; }},
        {"30 2 * * *", [](int hour, int minute) { return hour == 2 && minute == 30; }},
        {"17 1-3 * * *", [](int hour, int minute) { return hour >= 1 && hour <= 3 && minute == 17; }},
        {"0 * * * *", [](int, int minute) { return minute == 0; }},
    };
    return all;
}

std::vector<Instant> ticks_between(const Schedule& schedule, Instant after, Instant until) {
    const auto& crons = known_crons();
    const auto known = std::find_if(crons.begin(), crons.end(), [&](const KnownCron& each) { return schedule.text == each.text; });
    std::set<Instant> ticks;
    Instant at = std::chrono::floor<minutes>(after) - minutes(1);
    std::int64_t before = offset(schedule, at);
    const Instant last = std::chrono::floor<minutes>(until) + minutes(1);
    for (at += minutes(1); at <= last; at += minutes(1)) {
        const std::int64_t now = offset(schedule, at);
        const LocalTime local = schedule.zone->to_local(at);
        if (now > before) {  // local times between were left out
            for (std::int64_t left_out = now - before; left_out > 0; --left_out) {
                if (matches(known->matches, local - minutes(left_out))) {
                    if (schedule.gap == Gap::After) {
                        ticks.insert(at);
                    } else if (schedule.gap == Gap::Before) {
                        ticks.insert(at - seconds(1));
                    }
                }
            }
        }
        before = now;
        if (!matches(known->matches, local)) {
            continue;
        }
        const bool may_be_twice = offset(schedule, at - minutes(240)) != now || offset(schedule, at + minutes(240)) != now;
        const Twice fold = may_be_twice ? twice(schedule, at) : Twice{};
        if ((fold.before && schedule.fold == Fold::First) || (fold.after && schedule.fold == Fold::Second)) {
            continue;
        }
        ticks.insert(at);
    }
    std::vector<Instant> wanted;
    std::copy_if(ticks.begin(), ticks.end(), std::back_inserter(wanted), [&](Instant tick) { return tick > after && tick <= until; });
    return wanted;
}

std::string TickLedger::serve(const Key& key, const std::string& tick, bool again) {
    const Result<Instant> at = instant_from_iso(tick);
    if (!at) {
        return "a tick is no time: " + tick;
    }
    if (!served_[key].insert(*at).second && !again) {
        return "the tick " + tick + " of " + key.first + "/" + key.second + " was served twice";
    }
    return "";
}

void TickLedger::booted(Instant now) {
    now_ = now;
    asked_.clear();
    for (const auto& [key, schedule] : schedules_) {
        if (!windows_.contains(key)) {
            asked(key);  // it will be deployed
        }
    }
}

void TickLedger::asked(const Key& key) { ++asked_.try_emplace(key, Asked{{now_, now_}, 0}).first->second.times; }

void TickLedger::end_window(std::vector<Window>& windows, Span at) const {
    windows.back().until = at;
    windows.back().reached = latest_;
}

void TickLedger::time_is(Instant now) {
    now_ = now;
    latest_ = std::max(latest_, now);
    for (auto& [key, asked] : asked_) {
        asked.span = {std::min(asked.span.earliest, now), std::max(asked.span.latest, now)};
    }
}

void TickLedger::all_stored() {
    for (const auto& [key, asked] : asked_) {
        std::vector<Window>& windows = windows_[key];
        if (asked.times > 1 && !windows.empty() && !windows.back().until) {
            // Perhaps a pause that began and ended between two batches.
            end_window(windows, asked.span);
            windows.push_back({asked.span, std::nullopt});
        }
    }
    asked_.clear();
}

std::string TickLedger::apply(const ports::Batch& batch) {
    std::string wrong;
    const auto note = [&](std::string what) { wrong = wrong.empty() ? std::move(what) : wrong; };
    for (const ports::ScheduleRow& row : batch.schedules) {
        const Key key{row.workflow, row.trigger};
        std::vector<Window>& windows = windows_[key];
        const bool wanted = !windows.empty() && !windows.back().until;
        if (wanted != row.paused) {
            continue;
        }
        const auto asked = asked_.find(key);
        if (asked == asked_.end()) {
            note("the schedule " + row.trigger + " was paused or resumed though nobody asked for it");
            continue;
        }
        if (wanted) {
            end_window(windows, asked->second.span);
        } else {
            windows.push_back({asked->second.span, std::nullopt});
        }
    }
    for (const ports::RunRow& row : batch.runs_inserted) {
        if (text_member(row.cause, "kind") == "schedule" && member(row.cause, "by") == nullptr) {
            note(serve({row.workflow, text_member(row.cause, "trigger")}, text_member(row.cause, "tick"), false));
        }
    }
    return wrong;
}

std::string TickLedger::check(Instant now) const {
    for (const auto& [key, schedule] : schedules_) {
        const auto windows = windows_.find(key);
        const auto known = served_.find(key);
        const std::set<Instant> served = known == served_.end() ? std::set<Instant>() : known->second;
        std::set<Instant> due;
        std::set<Instant> possible;
        Instant reached{};
        if (windows != windows_.end()) {
            for (const Window& window : windows->second) {
                // After the clock was set back, what was served before it is not due again.
                const Instant from = std::max(window.from.latest, reached);
                const Span until = window.until.value_or(Span{now, now});
                const Instant latest = served.empty() ? until.latest : std::max(until.latest, *served.rbegin());
                for (const Instant tick : ticks_between(schedule, from, until.earliest)) {
                    due.insert(tick);
                }
                for (const Instant tick : ticks_between(schedule, window.from.earliest, latest)) {
                    possible.insert(tick);
                }
                reached = std::max(reached, window.reached);
            }
        }
        const std::string name = key.first + "/" + key.second + " (" + schedule.text + " " + std::string(schedule.zone->name()) + ")";
        for (const Instant tick : served) {
            if (!possible.contains(tick)) {
                return name + " served " + to_iso(tick) + ", which is none of its ticks, or fell into a pause";
            }
        }
        if (schedule.catchup != core::schedule::Catchup::All) {
            continue;
        }
        for (const Instant tick : due) {
            if (!served.contains(tick)) {
                return name + " did not serve its tick " + to_iso(tick);
            }
        }
    }
    return "";
}

}  // namespace kontor::sim
