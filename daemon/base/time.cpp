#include "base/time.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace kontor {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Reads exactly `digits` decimal digits at `at`; -1 when they are not there.
int number_at(std::string_view text, std::size_t at, std::size_t digits) {
    if (at + digits > text.size()) {
        return -1;
    }
    int value = 0;
    for (std::size_t i = at; i < at + digits; ++i) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

struct Unit {
    std::string_view name;
    Duration length;
};

constexpr std::array<Unit, 6> units{{
    {"us", microseconds(1)},
    {"ms", microseconds(1000)},
    {"s", seconds(1)},
    {"m", minutes(1)},
    {"h", hours(1)},
    {"d", days(1)},
}};

// A century: far beyond any sensible wait, and far from overflow.
constexpr double duration_max_us = 100.0 * 366 * 86400 * 1e6;

}  // namespace

std::string to_iso(Instant instant) {
    const auto day = std::chrono::floor<days>(instant);
    const std::chrono::year_month_day date(day);
    const auto time = instant - day;
    const auto h = std::chrono::duration_cast<hours>(time);
    const auto m = std::chrono::duration_cast<minutes>(time - h);
    const auto s = std::chrono::duration_cast<seconds>(time - h - m);
    const auto us = time - h - m - s;
    std::array<char, 40> text{};
    std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(h.count()),
        static_cast<int>(m.count()), static_cast<int>(s.count()), static_cast<int>(us.count())
    );
    return text.data();
}

Result<Instant> instant_from_iso(std::string_view text) {
    const Error wrong = invalid("time", "'" + std::string(text) + "' is not a time such as 2026-11-22T14:05:00Z");
    const int year = number_at(text, 0, 4);
    const int month = number_at(text, 5, 2);
    const int day = number_at(text, 8, 2);
    const int h = number_at(text, 11, 2);
    const int m = number_at(text, 14, 2);
    const int s = number_at(text, 17, 2);
    if (year < 0 || month < 0 || day < 0 || h < 0 || m < 0 || s < 0 || text[4] != '-' || text[7] != '-' ||
        (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':' || h > 23 || m > 59 || s > 60) {
        return wrong;
    }
    const std::chrono::year_month_day date{
        std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day))
    };
    if (!date.ok()) {
        return wrong;
    }
    std::size_t at = 19;
    Duration fraction{0};
    if (at < text.size() && text[at] == '.') {
        ++at;
        Duration scale = microseconds(100000);
        const std::size_t first = at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
            fraction += scale * (text[at] - '0');
            scale /= 10;
        }
        if (at == first) {
            return wrong;
        }
    }
    const std::string_view zone = text.substr(at);
    Duration offset{0};
    if (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':') {
        const int oh = number_at(zone, 1, 2);
        const int om = number_at(zone, 4, 2);
        if (oh < 0 || om < 0 || oh > 23 || om > 59) {
            return wrong;
        }
        offset = hours(oh) + minutes(om);
        offset = zone[0] == '-' ? -offset : offset;
    } else if (zone != "Z") {
        return wrong;
    }
    return Instant(std::chrono::sys_days(date)) + hours(h) + minutes(m) + seconds(s) + fraction - offset;
}

Result<Duration> duration_from_text(std::string_view text) {
    const Error wrong =
        invalid("duration", "'" + std::string(text) + "' is not a duration such as 250ms, 30s, 5m, 2h, 1d or 1h30m");
    if (text.empty()) {
        return wrong;
    }
    double total_us = 0;
    while (!text.empty()) {
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
        if (error != std::errc() || text.front() == '-' || end == text.data()) {
            return wrong;
        }
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        std::size_t letters = 0;
        while (letters < text.size() && std::isalpha(static_cast<unsigned char>(text[letters])) != 0) {
            ++letters;
        }
        const std::string_view name = text.substr(0, letters);
        const Unit* found = nullptr;
        for (const Unit& unit : units) {
            found = unit.name == name ? &unit : found;
        }
        if (found == nullptr) {
            return wrong;
        }
        total_us += value * static_cast<double>(found->length.count());
        text.remove_prefix(letters);
    }
    if (!(total_us <= duration_max_us)) {
        return wrong;
    }
    // Rounded, not cut: 8.353 * 1e6 is a little below 8353000.
    return Duration(static_cast<Duration::rep>(std::llround(total_us)));
}

std::string to_text(Duration duration) {
    for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
        if (duration >= unit->length && duration % unit->length == Duration(0)) {
            return std::to_string(duration / unit->length) + std::string(unit->name);
        }
    }
    return std::to_string(duration.count()) + "us";
}

}  // namespace kontor
