// What the conductor keeps of a run that has not ended, and of a schedule: the decision and its row side by side.
#pragma once

#include <algorithm>

#include "core/run/run.hpp"
#include "core/schedule/schedule.hpp"
#include "engine/partition_desk.hpp"
#include "ports/store.hpp"

namespace kontor::engine {

struct ActiveRun {
    core::run::Run run;
    ports::RunRow row;
    bool inserted = false;  // its row is in the database
    bool dirty = false;
    bool finished = false;
    std::uint64_t life = 0;  // counts every taking up of a run: what queues hold of an earlier one means nothing
    PartitionBook partitions{};
};

// Paused as a whole: while it is queued it does not begin.
inline bool is_held(const core::run::Run& run) {
    return std::any_of(run.pauses().begin(), run.pauses().end(), [](const core::run::Pause& each) { return each.part.whole(); });
}

// Stable for (task, country, item) and the run's parameter `seed`.
std::uint64_t seed_of(const ActiveRun& active, core::run::Index index);

// The instance with this id; -1: none.
core::run::Index find_instance(const core::run::Run& run, ports::TaskId task);

// A run taken up after a restart; its changes are absorbed once all runs are rebuilt, because runs touch one another.
struct Rebuilt {
    ports::RunId run = 0;
    core::run::Changes changes;
};

struct ScheduleState {
    ports::ScheduleRow row;
    core::schedule::Schedule schedule;
};
// The next tick after now; one that was served does not come again because the clock was set back.
std::optional<Instant> next_after(const ScheduleState& state, Instant now);

}  // namespace kontor::engine
