// Reads the conductor's state back: all of it for a new leader, or one ended run, dead letter or event.
#pragma once

#include <optional>

#include "ports/store.hpp"
#include "store_pg/connection.hpp"

namespace kontor::store_pg {

// Of events without a delivery mark: older ones are history, and more than this many wait for the next start.
inline constexpr Duration undelivered_age_max = std::chrono::hours(24 * 7);
inline constexpr int undelivered_max = 10'000;

Result<ports::Snapshot> load_snapshot(Connection& connection, Instant now);
Result<ports::EndedRun> load_ended_run(Connection& connection, ports::RunId run);
Result<ports::Store::DeadLetterState> load_letter(Connection& connection, std::int64_t id);
Result<std::vector<ports::OpenLetter>> load_open_letters(Connection& connection, ports::RunId run);
Result<std::optional<ports::EventRow>> load_one_event(Connection& connection, std::int64_t id);

}  // namespace kontor::store_pg
