// Readings that tasks take, held against their rules in the batch that records them, and what
// people end by hand. No state of its own: it works on the conductor's desk and batch. Owner and
// thread: the conductor's, for one call.
#pragma once

#include "engine/conductor.hpp"

#include <string>
#include <string_view>

namespace kontor::engine {

class Alarms {
  public:
    explicit Alarms(Conductor& conductor) : conductor_(conductor) {}

    void take(const ActiveRun& active, const sdk::ReadingsTaken& taken, Instant now);
    void end(AlarmInput input, Instant now);
    void recover(const ports::Snapshot& snapshot);

  private:
    void hold(
        const ActiveRun& active,
        const sdk::ReadingsTaken& taken,
        const sdk::AlarmRule& rule,
        Instant now
    );
    void store(const ports::AlarmRow& row);
    void tell(
        std::string_view type,
        const ports::AlarmRow& row,
        const JsonObject& data,
        ports::EventRow like,
        Instant now
    );

    Conductor& conductor_;
};

}  // namespace kontor::engine
