// Working days: which dates count, and what becomes of a tick that falls on another. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kontor::core::schedule {

// A tick is moved over so many closed days at most: a longer break is not a weekend with holidays around it, and moving a
// month's tick into the next month would be a surprise.
inline constexpr int shift_days_max = 31;

enum class Shift { Skip, Before, After };  // drop it; the working day before; the working day after

struct BusinessDays {
    Shift shift = Shift::Skip;
    std::uint32_t weekend = (1U << 0U) | (1U << 6U);        // bit 0..6, Sunday is 0
    std::vector<std::chrono::sys_days> holidays{};          // sorted
    std::vector<std::chrono::month_day> yearly_holidays{};  // sorted; closed in every year

    // 2026-12-25, or 12-25 for every year. False: it is no date.
    bool add_holiday(std::string_view text);
    bool is_working(std::chrono::year_month_day date) const;
};

}  // namespace kontor::core::schedule
