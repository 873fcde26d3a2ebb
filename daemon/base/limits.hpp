// Every bound that several rooms share, with its reason. A bound of one room stands in that room.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace kontor::limits {

// A body, output or parameter nests this deep at most: deeper is an attack, not data.
inline constexpr std::size_t json_depth_max = 64;
// One task's outputs, as text. PostgreSQL stores it inline in one row; data belongs in objects.
inline constexpr std::size_t task_outputs_bytes_max = 256 * 1024;
// One run's parameters, as text.
inline constexpr std::size_t run_params_bytes_max = 64 * 1024;
// A sentence about an error, in a row or an answer.
inline constexpr std::size_t reason_bytes_max = 4096;
// A workflow file: yaml-cpp needs 0.5 GB for 10 MB.
inline constexpr std::size_t workflow_bytes_max = 1024 * 1024;
// Task instances of one run: the conductor keeps an active run in memory.
inline constexpr std::size_t run_instances_max = 200'000;
// Commands waiting for the conductor; beyond it the API answers 503 with Retry-After.
inline constexpr std::size_t inbox_max = 100'000;
// Leadership: the lease by the database's clock, renewed at a third of it.
inline constexpr Duration leader_lease = std::chrono::seconds(10);
// An accepted Idempotency-Key answers for this long.
inline constexpr Duration idempotency_kept = std::chrono::hours(24);
// Chains of events and child runs end here: a workflow that triggers itself is a loop.
inline constexpr int cause_depth_max = 32;

}  // namespace kontor::limits
