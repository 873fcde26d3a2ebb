// Time zones by name from the system's tz database (Howard Hinnant's date library). Reads files: outside the core.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/schedule/schedule.hpp"

namespace kontor::zones {

// Errors: Invalid with the nearest known names. Thread: any.
Result<std::shared_ptr<const core::schedule::Zone>> find_zone(std::string_view name);
std::vector<std::string> zone_names();

}  // namespace kontor::zones
