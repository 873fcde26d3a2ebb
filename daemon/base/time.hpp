// Points in time and spans, to the microsecond, in UTC. Deliberately without now(): time is an argument.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kontor {

using Duration = std::chrono::microseconds;
using Instant = std::chrono::time_point<std::chrono::system_clock, Duration>;

// 2026-11-22T14:05:00.123456Z
std::string to_iso(Instant instant);
// Accepts what to_iso writes, with Z or an offset (+01:00), with or without a fraction; digits beyond the microsecond are
// cut off.
Result<Instant> instant_from_iso(std::string_view text);

// "250ms", "30s", "5m", "2h", "1d", "1h30m"; never negative.
Result<Duration> duration_from_text(std::string_view text);
std::string to_text(Duration duration);

}  // namespace kontor
