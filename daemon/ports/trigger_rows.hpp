// Rows of what starts runs: events, their deliveries to triggers, keys that have been seen, schedules. Part of ports/store.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"

namespace kontor::ports {

struct EventRow {
    std::int64_t id = 0;
    std::string ce_id;  // unique with source
    std::string source;
    std::string type;
    std::string subject;
    Instant time;
    Json data;
    std::string correlation;
    int depth = 0;
    std::optional<std::int64_t> run{};  // that emitted it
    Json extensions{};                  // further attributes of a CloudEvent; null when there are none
    std::optional<std::int64_t> replay_of{};  // the event that this one repeats
    std::string by{};                         // who posted it, or started the run that emitted it; empty: nobody did
    Json countries{};                         // a run that it starts may reach no others; null: all
};

// Unique per (event, workflow, trigger): written in the transaction that creates the run. One that is pending or dead may be
// written again; any other is final.
struct DeliveryRow {
    std::int64_t event = 0;
    std::string workflow;
    std::string trigger;
    std::string state;  // started pending filtered duplicate dead
    std::optional<std::int64_t> run;
    std::string reason;
    Instant at;         // pending: when it came
    std::string key{};  // pending: of its batch
};

// A delivery that waits to be gathered with others, and its event.
struct PendingRow {
    DeliveryRow delivery;
    EventRow event;
};

// A deduplication key of a trigger, and until when it counts.
struct SeenKeyRow {
    std::string workflow;
    std::string trigger;
    std::string key;
    std::int64_t event = 0;  // that got through
    Instant at;
    Instant until;
};

struct ScheduleRow {
    std::string workflow;
    std::string trigger;
    std::string text;  // the cron expression, or "@every 15m"
    std::string zone;
    bool paused = false;
    std::optional<Instant> last_tick{};
    std::optional<Instant> next_tick{};
    std::optional<Instant> waiting_tick{};  // starts once the run before has ended
    std::string last_result{};              // a sentence about the last tick
};

}  // namespace kontor::ports
