// What the conductor remembers about triggers between two events. All of it follows from rows: pending deliveries, seen keys.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "core/trigger/collector.hpp"
#include "core/trigger/seen_keys.hpp"
#include "ports/store.hpp"

namespace kontor::engine {

// Events that may wait in memory to be gathered; with one more, the batch that is due first starts at once.
inline constexpr std::size_t waiting_events_max = 100'000;

// The item of a dead letter whose delivery gathered several events: its input names them.
inline constexpr std::string_view gathered_item = "batch";

// A trigger of a deployed workflow.
struct Listener {
    std::shared_ptr<const core::dag::Workflow> workflow;
    const core::dag::Trigger* trigger = nullptr;  // of `workflow`
};

// Whom an event is offered to.
struct Routing {
    bool replayed = false;  // somebody asked for it again: deduplication does not count
    std::string workflow{};   // empty: to all
    std::string trigger{};    // empty: to all of them
};

struct TriggerDesk {
    core::trigger::Collector waiting;
    core::trigger::SeenKeys seen;
    // Where a pending delivery stands in the batch that is being built: it may be decided in the same one.
    std::map<std::tuple<std::int64_t, std::string, std::string>, std::size_t> pending_rows;
};

// The event as triggers see it.
core::trigger::Event seen_by_triggers(const ports::EventRow& event);

}  // namespace kontor::engine
