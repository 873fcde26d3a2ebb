// Schedules against an oracle that knows none of their code: it walks through five years minute by minute, asks the C library
// for the local time, and reads the expression's fields anew for every day and every minute of the day.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "zones/zones.hpp"

namespace kontor {
namespace {

using core::schedule::Fold;
using core::schedule::Gap;

constexpr std::array zones_tried{
    "UTC",              "Europe/Luxembourg", "Europe/London",    "Europe/Dublin",     "Atlantic/Azores",
    "Europe/Helsinki",  "Europe/Istanbul",   "America/New_York", "America/St_Johns",  "America/Santiago",
    "America/Havana",   "America/Asuncion",  "Africa/Casablanca", "Africa/Cairo",     "Asia/Beirut",
    "Asia/Kathmandu",   "Asia/Tokyo",        "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Chatham",
};
constexpr std::array expressions_tried{
    "0 2 1 * *",        "30 2 * * *",     "*/10 2 * * *",      "15 1,2,3 * * *",    "0 0 * * *",
    "30 0 * * MON-FRI", "0 */6 * * *",    "0 * * * *",         "*/15 * * * *",      "0 0 L * *",
    "0 3 L-2 * *",      "0 2 LW * *",     "30 2 15W * *",      "0 2 1W * *",        "0 2 31W * *",
    "0 9 * * FRI#2",    "0 9 * * 5L",     "45 2 * * SUN",      "30 1 * * 0",        "0 2 13 * FRI",
    "0 0 29 2 *",       "0 0 * * 0",      "30 0 1 * *",        "0 0 1 1 *",         "30 0 2 * * *",
    "*/20 30 2 * * SUN", "59 59 1 * * *", "0 0 12 1/7 * ?",    "5/25 0 1 jan,JUL *", "0 2 8-14 MAR,NOV *",
    "0-59/7 2 * MAR,APR,SEP,OCT,NOV SUN", "* 2 * * *",         "0 23 28-31 * *",    "0 4 * * SAT#5",
    "0 4 1,15 * MON",   "30 23 * * 7",    "0 0 1 */3 *",       "10 5 * 2-4 TUE,THU", "0 1 L,15 * *",
    "0 2 * * MON#1,WED#3",
};
static_assert(zones_tried.size() == 20 && expressions_tried.size() == 40);

// A debug build looks at one year: it is an order of magnitude slower.
#ifdef NDEBUG
constexpr int years = 5;
#else
constexpr int years = 1;
#endif
constexpr std::int64_t begin_s = 1'704'067'200;  // 2024-01-01T00:00:00Z
constexpr std::int64_t end_s = begin_s + (365LL * years + (years + 3) / 4) * 86'400;
// Zones change their clocks on whole quarters of an hour nowadays, and differ by whole quarters.
constexpr std::int64_t block_s = 900;

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == separator) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

int number(const std::string& text) {
    static const std::map<std::string, int> names{
        {"JAN", 1}, {"FEB", 2}, {"MAR", 3}, {"APR", 4}, {"MAY", 5}, {"JUN", 6}, {"JUL", 7}, {"AUG", 8}, {"SEP", 9}, {"OCT", 10},
        {"NOV", 11}, {"DEC", 12}, {"SUN", 0}, {"MON", 1}, {"TUE", 2}, {"WED", 3}, {"THU", 4}, {"FRI", 5}, {"SAT", 6}};
    std::string upper = text;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto found = names.find(upper);
    return found == names.end() ? std::atoi(text.c_str()) : found->second;
}

// Is `value` in one part of a plain field, such as 10-50/20?
bool in_range(const std::string& part, int value, int first, int last) {
    const auto steps = split(part, '/');
    const int step = steps.size() > 1 ? std::atoi(steps[1].c_str()) : 1;
    int from = first;
    int to = last;
    if (steps[0] != "*" && steps[0] != "?") {
        const auto ends = split(steps[0], '-');
        from = number(ends[0]);
        to = ends.size() > 1 ? number(ends[1]) : steps.size() > 1 ? last : from;
    }
    return value >= from && value <= to && (value - from) % step == 0;
}

bool in_field(const std::string& field, int value, int first, int last) {
    for (const std::string& part : split(field, ',')) {
        if (in_range(part, value, first, last)) {
            return true;
        }
    }
    return false;
}

struct Date {
    int day = 0;
    int month = 0;
    int weekday = 0;  // Sunday is 0
    int last = 0;     // day of the month
};

// The weekday of another day of the same month.
int weekday_of(const Date& date, int day) { return ((date.weekday + day - date.day) % 7 + 7) % 7; }

// Where nW of this month falls.
int nearest_weekday(const Date& date, int day) {
    if (day > date.last) {
        return 0;
    }
    for (const int shift : {0, -1, 1, -2, 2}) {
        const int moved = day + shift;
        const int weekday = weekday_of(date, moved);
        // A Saturday goes back and a Sunday forward, but never out of the month.
        const bool within = moved >= 1 && moved <= date.last && weekday != 0 && weekday != 6;
        const bool own_side = shift == 0 || (weekday_of(date, day) == 6 ? shift == -1 || shift == 2 : shift == 1 || shift == -2);
        if (within && own_side) {
            return moved;
        }
    }
    return 0;
}

bool day_part_fits(const std::string& part, const Date& date) {
    if (part == "L") {
        return date.day == date.last;
    }
    if (part == "LW") {
        return date.day == nearest_weekday(date, date.last);
    }
    if (part.rfind("L-", 0) == 0) {
        return date.day == date.last - std::atoi(part.c_str() + 2);
    }
    if (part.back() == 'W') {
        return date.day == nearest_weekday(date, std::atoi(part.c_str()));
    }
    return in_range(part, date.day, 1, 31);
}

bool weekday_part_fits(const std::string& part, const Date& date) {
    const auto hash = split(part, '#');
    if (hash.size() == 2) {
        return date.weekday == number(hash[0]) % 7 && (date.day + 6) / 7 == std::atoi(hash[1].c_str());
    }
    if (part.size() > 1 && part.back() == 'L' && std::isdigit(static_cast<unsigned char>(part.front())) != 0) {
        return date.weekday == std::atoi(part.c_str()) % 7 && date.day + 7 > date.last;
    }
    return in_range(part, date.weekday, 0, 7) || (date.weekday == 0 && in_range(part, 7, 0, 7));
}

struct Fields {
    std::vector<std::string> texts;  // second minute hour day month weekday

    explicit Fields(const std::string& expression) : texts(split(expression, ' ')) {
        if (texts.size() == 5) {
            texts.insert(texts.begin(), "0");
        }
    }
    bool fits(const Date& date) const {
        if (!in_field(texts[4], date.month, 1, 12)) {
            return false;
        }
        bool day = false;
        for (const std::string& part : split(texts[3], ',')) {
            day = day || day_part_fits(part, date);
        }
        bool weekday = false;
        for (const std::string& part : split(texts[5], ',')) {
            weekday = weekday || weekday_part_fits(part, date);
        }
        const bool open = texts[3][0] == '*' || texts[3][0] == '?' || texts[5][0] == '*' || texts[5][0] == '?';
        return open ? day && weekday : day || weekday;
    }
};

// Fifteen minutes of one zone.
struct Block {
    std::int64_t utc_s = 0;
    std::int64_t local_s = 0;
    bool again = false;       // the clock showed these minutes before
    bool comes_again = false;
};

// Local times of the C library, by its own reading of the zone.
std::vector<Block> walk(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
    std::vector<Block> blocks;
    for (std::int64_t utc = begin_s - 2 * 86'400; utc < end_s + 2 * 86'400; utc += block_s) {
        const std::time_t at = utc;
        std::tm local{};
        localtime_r(&at, &local);
        blocks.push_back({utc, static_cast<std::int64_t>(timegm(&local)), false, false});
    }
    std::map<std::int64_t, std::size_t> seen;  // the latest two days
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const auto [before, fresh] = seen.try_emplace(blocks[i].local_s, i);
        if (!fresh) {
            blocks[i].again = true;
            blocks[before->second].comes_again = true;
        }
        if (seen.size() > 192) {
            seen.erase(seen.begin());
        }
    }
    return blocks;
}

class Oracle {
 public:
    Oracle(const std::string& expression, Gap gap, Fold fold) : gap_(gap), fold_(fold) {
        const Fields fields(expression);
        for (int minute = 0; minute < 1440; ++minute) {
            of_day_[static_cast<std::size_t>(minute)] =
                in_field(fields.texts[1], minute % 60, 0, 59) && in_field(fields.texts[2], minute / 60, 0, 23);
        }
        for (int second = 0; second < 60; ++second) {
            if (in_field(fields.texts[0], second, 0, 59)) {
                seconds_.push_back(second);
            }
        }
        for (std::int64_t day = begin_s / 86'400 - 4; day < end_s / 86'400 + 4; ++day) {
            const std::time_t noon = day * 86'400 + 43'200;
            std::tm date{};
            gmtime_r(&noon, &date);
            std::tm next = date;
            next.tm_mon += 1;
            next.tm_mday = 0;
            timegm(&next);
            days_.push_back(fields.fits({date.tm_mday, date.tm_mon + 1, date.tm_wday, next.tm_mday}));
        }
    }

    std::vector<std::int64_t> fires(const std::vector<Block>& blocks) const {
        std::vector<std::int64_t> found;
        for (std::size_t i = 1; i < blocks.size(); ++i) {
            const Block& block = blocks[i];
            for (std::int64_t skipped = blocks[i - 1].local_s + block_s; skipped < block.local_s; skipped += block_s) {
                add_skipped(skipped, block.utc_s, found);
            }
            const bool wanted = (!block.again && !block.comes_again) || fold_ == Fold::Both ||
                                (fold_ == Fold::First ? !block.again : !block.comes_again);
            if (wanted) {
                add(block, found);
            }
        }
        std::sort(found.begin(), found.end());
        found.erase(std::unique(found.begin(), found.end()), found.end());
        std::erase_if(found, [](std::int64_t at) { return at <= begin_s || at >= end_s; });
        return found;
    }

 private:
    bool day_fits(std::int64_t local_s) const { return days_[static_cast<std::size_t>(local_s / 86'400 - (begin_s / 86'400 - 4))]; }

    void add(const Block& block, std::vector<std::int64_t>& found) const {
        if (!day_fits(block.local_s)) {
            return;
        }
        for (std::int64_t minute = 0; minute < block_s / 60; ++minute) {
            if (of_day_[static_cast<std::size_t>(block.local_s % 86'400 / 60 + minute)]) {
                for (const int second : seconds_) {
                    found.push_back(block.utc_s + minute * 60 + second);
                }
            }
        }
    }
    void add_skipped(std::int64_t local_s, std::int64_t jump_s, std::vector<std::int64_t>& found) const {
        for (std::int64_t minute = 0; minute < block_s / 60 && day_fits(local_s) && gap_ != Gap::Skip; ++minute) {
            if (of_day_[static_cast<std::size_t>(local_s % 86'400 / 60 + minute)]) {
                found.push_back(gap_ == Gap::After ? jump_s : jump_s - 1);
            }
        }
    }

    Gap gap_;
    Fold fold_;
    std::array<bool, 1440> of_day_{};
    std::vector<int> seconds_;
    std::vector<bool> days_;
};

std::string iso(std::int64_t at) { return to_iso(Instant(std::chrono::seconds(at))).substr(0, 19); }

TEST(ScheduleOracle, TwentyZonesFortyExpressionsFiveYears) {
    std::int64_t compared = 0;
    for (std::size_t z = 0; z < zones_tried.size(); ++z) {
        const std::vector<Block> blocks = walk(zones_tried[z]);
        const auto zone = zones::find_zone(zones_tried[z]);
        ASSERT_TRUE(zone) << zones_tried[z];
        for (std::size_t e = 0; e < expressions_tried.size(); ++e) {
            // Every expression meets every policy in some zone.
            const auto gap = static_cast<Gap>((z + e) % 3);
            const auto fold = static_cast<Fold>((z + e) / 3 % 3);
            const std::vector<std::int64_t> expected = Oracle(expressions_tried[e], gap, fold).fires(blocks);
            core::schedule::Schedule schedule;
            schedule.cron = core::schedule::parse_cron(expressions_tried[e]).value();
            schedule.zone = *zone;
            schedule.gap = gap;
            schedule.fold = fold;
            std::optional<Instant> at{std::chrono::seconds(begin_s)};
            for (const std::int64_t wanted : expected) {
                at = next_fire(schedule, *at);
                ASSERT_EQ(at ? to_iso(*at).substr(0, 19) : "never", iso(wanted))
                    << expressions_tried[e] << " in " << zones_tried[z] << ", gap " << (z + e) % 3 << ", fold " << (z + e) / 3 % 3;
                ++compared;
            }
            at = next_fire(schedule, *at);
            EXPECT_TRUE(!at || *at >= Instant(std::chrono::seconds(end_s))) << expressions_tried[e] << " in " << zones_tried[z];
        }
    }
    EXPECT_GT(compared, years * 1'000'000);
}

}  // namespace
}  // namespace kontor
