// Which deduplication keys have been seen, and until when they count. Pure: it is given the time.
// Owner: whoever routes events. Thread: its owner's.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/time.hpp"
#include "core/trigger/collector.hpp"

namespace kontor::core::trigger {

// Kept in memory at most; of more, those that would be forgotten first are.
inline constexpr std::size_t seen_keys_max = 500'000;

class SeenKeys {
 public:
    struct Seen {
        std::int64_t event = 0;  // that got through
        Instant at;
        Instant until;
    };

    // nullptr: not seen, or not within the window that it opened.
    const Seen* find(const GroupName& name, Instant now) const {
        const auto found = seen_.find(name);
        return found == seen_.end() || found->second.until <= now ? nullptr : &found->second;
    }
    void add(const GroupName& name, const Seen& seen) {
        auto [found, fresh] = seen_.try_emplace(name, seen);
        if (!fresh) {
            ends_.erase({found->second.until, name});
            found->second = seen;
        }
        ends_.emplace(seen.until, name);
        while (seen_.size() > seen_keys_max) {
            forget_first();
        }
    }
    void forget_ended(Instant now) {
        while (!ends_.empty() && ends_.begin()->first <= now) {
            forget_first();
        }
    }
    std::size_t size() const { return seen_.size(); }

 private:
    void forget_first() {
        seen_.erase(ends_.begin()->second);
        ends_.erase(ends_.begin());
    }

    std::map<GroupName, Seen> seen_;
    std::set<std::pair<Instant, GroupName>> ends_;
};

}  // namespace kontor::core::trigger
