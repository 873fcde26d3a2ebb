// The last changes, for clients that come back: what they missed is replayed, or they are told that
// they missed it. Thread: one; pure.
#pragma once

#include "http/stream/change_merge.hpp"

#include <deque>
#include <optional>
#include <vector>

namespace kontor::http {

struct RingLimits {
    std::size_t changes_max = 4096;
    std::size_t bytes_max = 8 * 1024 * 1024;  // estimated from the number of items
};

class ChangeRing {
  public:
    // `since`: the ring will hear of every change after this position.
    ChangeRing(RingLimits limits, StreamPosition since)
        : limits_(limits), floor_(since), last_(since) {}

    // False when the change begins another epoch: what lies between is unknown, so the ring starts
    // anew.
    bool push(const ChangePtr& change);

    // Every change after `position`; nothing when some of them are gone, or the position was never
    // reached.
    std::optional<std::vector<ChangePtr>> after(const StreamPosition& position) const;

    StreamPosition last() const { return last_; }

  private:
    RingLimits limits_;
    StreamPosition floor_;  // complete for everything after it
    StreamPosition last_;
    std::deque<ChangePtr> changes_;
    std::size_t bytes_ = 0;
};

}  // namespace kontor::http
