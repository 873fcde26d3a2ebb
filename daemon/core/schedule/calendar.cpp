#include "core/schedule/calendar.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace kontor::core::schedule {
namespace {

std::optional<int> digits(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value >= 0 ? std::optional(value) : std::nullopt;
}

template <class Date>
void insert(std::vector<Date>& sorted, Date date) {
    sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), date), date);
}

}  // namespace

bool BusinessDays::add_holiday(std::string_view text) {
    const bool yearly = text.size() == 5;
    if ((!yearly && (text.size() != 10 || text[4] != '-')) || text[text.size() - 3] != '-') {
        return false;
    }
    const auto day = digits(text.substr(text.size() - 2));
    const auto month = digits(text.substr(text.size() - 5, 2));
    const auto year = yearly ? std::optional(2000) : digits(text.substr(0, 4));
    if (!day || !month || !year) {
        return false;
    }
    const std::chrono::year_month_day date(
        std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)), std::chrono::day(static_cast<unsigned>(*day))
    );
    if (!date.ok()) {
        return false;
    }
    if (yearly) {
        insert(yearly_holidays, std::chrono::month_day(date.month(), date.day()));
    } else {
        insert(holidays, std::chrono::sys_days(date));
    }
    return true;
}


bool BusinessDays::is_working(std::chrono::year_month_day date) const {
    const std::chrono::sys_days day(date);
    if (((weekend >> std::chrono::weekday(day).c_encoding()) & 1U) != 0) {
        return false;
    }
    return !std::binary_search(holidays.begin(), holidays.end(), day) &&
           !std::binary_search(yearly_holidays.begin(), yearly_holidays.end(), std::chrono::month_day(date.month(), date.day()));
}

}  // namespace kontor::core::schedule
