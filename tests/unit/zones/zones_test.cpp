#include "zones/zones.hpp"

#include <gtest/gtest.h>

namespace kontor::zones {
namespace {

using core::schedule::Cron;
using core::schedule::Fold;
using core::schedule::Gap;
using core::schedule::LocalMapping;
using core::schedule::LocalTime;
using core::schedule::next_fire;
using core::schedule::Schedule;
using std::chrono::minutes;
using std::chrono::seconds;

Instant at(std::string_view iso) { return instant_from_iso(iso).value(); }

TEST(Zones, KnowsNamesAndHelpsWithWrongOnes) {
    EXPECT_EQ(find_zone("Europe/Luxembourg").value()->name(), "Europe/Luxembourg");
    EXPECT_TRUE(find_zone("UTC").has_value());
    EXPECT_EQ(find_zone("Europe/Luxemburg").error().message, "there is no time zone 'Europe/Luxemburg'; did you mean Europe/Luxembourg?");
    EXPECT_TRUE(find_zone("../../etc/passwd").has_error());
    EXPECT_TRUE(find_zone("").has_error());
    EXPECT_GT(zone_names().size(), 400U);
}

TEST(Zones, MapsGapsAndFolds) {
    const auto zone = find_zone("Europe/Stockholm").value();
    const auto local = [](int month, int day, int hour, int minute) {
        return LocalTime(std::chrono::local_days(std::chrono::year(2026) / month / day)) + std::chrono::hours(hour) + minutes(minute);
    };
    EXPECT_EQ(zone->to_utc(local(6, 1, 12, 0)).first, at("2026-06-01T10:00:00Z"));
    const LocalMapping gap = zone->to_utc(local(3, 29, 2, 30));
    EXPECT_EQ(gap.kind, LocalMapping::Kind::Gap);
    EXPECT_EQ(gap.first, at("2026-03-29T01:00:00Z"));
    const LocalMapping fold = zone->to_utc(local(10, 25, 2, 30));
    EXPECT_EQ(fold.kind, LocalMapping::Kind::Fold);
    EXPECT_EQ(fold.first, at("2026-10-25T00:30:00Z"));
    EXPECT_EQ(fold.second, at("2026-10-25T01:30:00Z"));
    EXPECT_EQ(zone->to_local(at("2026-10-25T01:30:00Z")), local(10, 25, 2, 30));
}

// Every instant of the year at which the schedule should fire, found minute by minute without next_fire's shortcuts.
struct Oracle {
    const Schedule& schedule;
    bool (*wanted)(LocalTime);

    std::vector<Instant> fires(Instant from, Instant to) const {
        std::vector<Instant> found;
        const core::schedule::Zone& zone = *schedule.zone;
        LocalTime expected = zone.to_local(from);
        for (Instant now = from; now <= to; now += minutes(1)) {
            const LocalTime local = zone.to_local(now);
            bool skipped_any = false;
            // Local minutes that the clock jumped over to arrive here.
            for (; expected < local; expected += minutes(1)) {
                skipped_any = skipped_any || wanted(expected);
            }
            if (skipped_any && schedule.gap == Gap::Before && now > from) {
                found.push_back(now - seconds(1));
            }
            const bool on_time = wanted(local) && by_fold(local, now);
            if (on_time || (skipped_any && schedule.gap == Gap::After)) {
                if (now > from) {
                    found.push_back(now);
                }
            }
            expected = std::max(expected, local + minutes(1));
        }
        return found;
    }

    bool by_fold(LocalTime local, Instant now) const {
        bool first = true;
        bool second = true;
        // Does the same local time stand within three hours? Clocks change by half hours at least.
        for (Instant other = now - std::chrono::hours(3); other <= now + std::chrono::hours(3); other += minutes(30)) {
            if (other != now && schedule.zone->to_local(other) == local) {
                first = first && now < other;
                second = second && now > other;
            }
        }
        return schedule.fold == Fold::Both || (schedule.fold == Fold::First ? first : second);
    }
};

using std::chrono::days;
unsigned minute_of(LocalTime t) { return static_cast<unsigned>((t - std::chrono::floor<days>(t)) / minutes(1)); }
std::chrono::year_month_day date_of(LocalTime t) { return std::chrono::year_month_day(std::chrono::floor<days>(t)); }

struct Sample {
    const char* cron;
    bool (*wanted)(LocalTime);
};
const Sample samples[] = {
    {"30 2 * * *", [](LocalTime t) { return minute_of(t) == 150; }},
    {"*/15 * * * *", [](LocalTime t) { return minute_of(t) % 15 == 0; }},
    {"7,37 0-3 * * *", [](LocalTime t) { return minute_of(t) < 240 && (minute_of(t) % 60 == 7 || minute_of(t) % 60 == 37); }},
    {"0 2 1 * *", [](LocalTime t) { return minute_of(t) == 120 && static_cast<unsigned>(date_of(t).day()) == 1; }},
    {"0 0 L * *", [](LocalTime t) {
         const auto date = date_of(t);
         return minute_of(t) == 0 && date == std::chrono::year_month_day(date.year() / date.month() / std::chrono::last);
     }},
    {"45 1 * * SUN", [](LocalTime t) {
         return minute_of(t) == 105 && std::chrono::weekday(std::chrono::local_days(date_of(t))).c_encoding() == 0;
     }},
};

TEST(Zones, NextFireAgreesWithAMinuteByMinuteOracle) {
    const char* names[] = {"Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca",
                           "America/Santiago", "UTC", "Pacific/Apia"};
    // Around the clock changes of one year; Apia skipped 30 December 2011 altogether.
    const std::pair<const char*, const char*> spans[] = {
        {"2026-03-05T00:00:00Z", "2026-04-08T00:00:00Z"},
        {"2026-09-03T00:00:00Z", "2026-11-03T00:00:00Z"},
        {"2011-12-28T00:00:00Z", "2012-01-02T00:00:00Z"},
    };
    int compared = 0;
    for (const char* name : names) {
        for (const auto& [from, to] : spans) {
            for (const Sample& sample : samples) {
                Schedule schedule;
                schedule.cron = core::schedule::parse_cron(sample.cron).value();
                schedule.zone = find_zone(name).value();
                // Policies in turn, so that each meets each zone and sample.
                schedule.gap = static_cast<Gap>(compared % 3);
                schedule.fold = static_cast<Fold>((compared / 3 + compared) % 3);
                const std::vector<Instant> expected = Oracle{schedule, sample.wanted}.fires(at(from), at(to));
                std::vector<Instant> actual;
                for (auto fire = next_fire(schedule, at(from)); fire && *fire <= at(to); fire = next_fire(schedule, *fire)) {
                    actual.push_back(*fire);
                }
                EXPECT_EQ(actual.size(), expected.size()) << name << " " << sample.cron << " from " << from;
                for (std::size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
                    ASSERT_EQ(to_iso(actual[i]), to_iso(expected[i])) << name << " " << sample.cron << " from " << from;
                }
                ++compared;
            }
        }
    }
    EXPECT_EQ(compared, 8 * 3 * 6);
}

}  // namespace
}  // namespace kontor::zones
