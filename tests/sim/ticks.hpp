// Ticks of schedules, found minute by minute and not by the code that is tested; and the ledger of those that were served.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/dag/workflow.hpp"
#include "ports/store.hpp"

namespace kontor::sim {

// Whether a cron expression of the simulation matches a local time of day; seconds are always 0.
using TimeOfDay = std::function<bool(int hour, int minute)>;
struct KnownCron {
    const char* text;
    TimeOfDay matches;
};
const std::vector<KnownCron>& known_crons();

// The schedule's ticks in (after, until], in order.
std::vector<Instant> ticks_between(const core::schedule::Schedule& schedule, Instant after, Instant until);

class TickLedger {
 public:
    using Key = std::pair<std::string, std::string>;  // workflow, trigger
    using Schedules = std::map<Key, core::schedule::Schedule>;

    explicit TickLedger(Schedules schedules) : schedules_(std::move(schedules)) {}
    // A new process leads: what was asked of the last one and is not stored is gone.
    void booted(Instant now);
    // Somebody asks to pause or resume it; when that is handled shows only in the time of a later batch.
    void asked(const Key& key);
    void time_is(Instant now);
    // What was asked has been handled, and is stored.
    void all_stored();
    // Returns what is wrong with the batch: a tick served twice.
    std::string apply(const ports::Batch& batch);
    // Requires: the engine has just handled everything that was due at `now`.
    // Returns a tick that was served without being one, or was not served although it was due.
    std::string check(Instant now) const;

 private:
    struct Span {  // within which something happened
        Instant earliest;
        Instant latest;
    };
    struct Asked {
        Span span;
        int times = 0;
    };
    struct Window {  // of being wanted: after `from`, up to `until`
        Span from;
        std::optional<Span> until;
        Instant reached{};  // by the clock, before it ended
    };
    void end_window(std::vector<Window>& windows, Span at) const;
    std::string serve(const Key& key, const std::string& tick, bool again);

    Schedules schedules_;
    Instant now_;
    Instant latest_{};
    std::map<Key, Asked> asked_;
    std::map<Key, std::set<Instant>> served_;
    std::map<Key, std::vector<Window>> windows_;
};

}  // namespace kontor::sim
