#include "core/schedule/cron.hpp"

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "unit/core/schedule/fake_zone.hpp"

namespace kontor::core::schedule::testing {
namespace {

using Times = std::vector<std::string>;

std::string fault(std::string_view text) {
    const auto cron = parse_cron(text);
    return cron ? "" : cron.error().details.at(0).pointer + ": " + cron.error().message;
}

TEST(Cron, RefusesWithThePositionOfTheFault) {
    EXPECT_EQ(fault("* * * *"), "6: a cron expression has five fields (minute hour day month weekday) or six (seconds first), not 4");
    EXPECT_EQ(fault("60 * * * *"), "0: '60' is no minute (0 to 59)");
    EXPECT_EQ(fault("0 2 1,32 * *"), "6: '32' is no day of the month (1 to 31)");
    EXPECT_EQ(fault("0 0 1 FOO *"), "6: 'FOO' is no month (1 to 12)");
    EXPECT_EQ(fault("0 5-3 * * *"), "2: the range '5-3' runs backwards");
    EXPECT_EQ(fault("*/0 * * * *"), "2: '0' is no step (1 to 1000)");
    EXPECT_EQ(fault("1-2-3 * * * *"), "4: a second '-' is not expected here");
    EXPECT_EQ(fault("* * * * 1#6"), "10: '6' is no week of the month (1 to 5)");
    EXPECT_EQ(fault("@often"), "0: '@often' is unknown; known are @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually");
    EXPECT_EQ(fault(""), "0: a cron expression has five fields (minute hour day month weekday) or six (seconds first), not 0");
    EXPECT_EQ(fault(",,, * * * *"), "0: '' is no minute (0 to 59)");
    EXPECT_NE(fault(std::string(100'000, '*')), "");
}

TEST(Cron, RefusesWhatNeverFires) {
    EXPECT_EQ(fault("0 0 30 2 *"), "4: no date ever matches these days and months");
    EXPECT_EQ(fault("0 0 31 4,6,9,11 *"), "4: no date ever matches these days and months");
    EXPECT_EQ(fault("0 0 31 2 MON"), "") << "either field may match";
    EXPECT_EQ(fault("0 0 29 2 *"), "");
    EXPECT_EQ(fault("0 0 * 2 FRI#5"), "") << "every 28 years";
}

TEST(Cron, FiresByFields) {
    EXPECT_EQ(fires(schedule("0 2 1 * *"), "2026-11-22T00:00:00Z", 2), (Times{"2026-12-01T01:00:00", "2027-01-01T01:00:00"}));
    EXPECT_EQ(fires(schedule("*/20 9-10 * * MON-FRI"), "2026-01-02T09:30:00Z", 3),
              (Times{"2026-01-02T09:40:00", "2026-01-05T08:00:00", "2026-01-05T08:20:00"}));
    EXPECT_EQ(fires(schedule("*/15 * * * * *"), "2026-01-01T00:00:14.999999Z", 2),
              (Times{"2026-01-01T00:00:15", "2026-01-01T00:00:30"}));
    EXPECT_EQ(fires(schedule("5/25 0 1 jan,JUL *"), "2026-01-01T00:00:00Z", 3),
              (Times{"2026-06-30T22:05:00", "2026-06-30T22:30:00", "2026-06-30T22:55:00"}));
    EXPECT_EQ(fires(schedule("@weekly"), "2026-01-01T00:00:00Z", 1), (Times{"2026-01-03T23:00:00"}));
    EXPECT_EQ(fires(schedule("0 12 * * 5-7"), "2026-01-01T00:00:00Z", 3),
              (Times{"2026-01-02T11:00:00", "2026-01-03T11:00:00", "2026-01-04T11:00:00"}));
    EXPECT_EQ(fires(schedule("0 12 13 * FRI"), "2026-02-10T00:00:00Z", 2), (Times{"2026-02-13T11:00:00", "2026-02-20T11:00:00"}))
        << "both fields restricted: either matches";
}

TEST(Cron, KnowsLastNearestAndNthDays) {
    EXPECT_EQ(fires(schedule("0 12 L * *"), "2028-02-01T00:00:00Z", 1), (Times{"2028-02-29T11:00:00"}));
    EXPECT_EQ(fires(schedule("0 12 L-2 * *"), "2026-02-01T00:00:00Z", 1), (Times{"2026-02-26T11:00:00"}));
    EXPECT_EQ(fires(schedule("0 12 LW 5 *"), "2026-01-01T00:00:00Z", 1), (Times{"2026-05-29T10:00:00"})) << "the 31st is a Sunday";
    EXPECT_EQ(fires(schedule("0 12 1W 8 *"), "2026-01-01T00:00:00Z", 1), (Times{"2026-08-03T10:00:00"})) << "never the month before";
    EXPECT_EQ(fires(schedule("0 12 * * 5L"), "2026-01-01T00:00:00Z", 1), (Times{"2026-01-30T11:00:00"}));
    EXPECT_EQ(fires(schedule("0 12 * * TUE#2"), "2026-01-01T00:00:00Z", 1), (Times{"2026-01-13T11:00:00"}));
}

TEST(Cron, TheGapPolicyDecidesAboutTimesThatDoNotExist) {
    Schedule half_past_two = schedule("30 2 * * *");
    EXPECT_EQ(fires(half_past_two, "2026-03-28T12:00:00Z", 2), (Times{"2026-03-29T01:00:00", "2026-03-30T00:30:00"}));
    half_past_two.gap = Gap::Before;
    EXPECT_EQ(fires(half_past_two, "2026-03-28T12:00:00Z", 2), (Times{"2026-03-29T00:59:59", "2026-03-30T00:30:00"}));
    half_past_two.gap = Gap::Skip;
    EXPECT_EQ(fires(half_past_two, "2026-03-28T12:00:00Z", 1), (Times{"2026-03-30T00:30:00"}));
}

TEST(Cron, AFullGapFiresOnce) {
    EXPECT_EQ(fires(schedule("*/10 2 * * *"), "2026-03-28T12:00:00Z", 2), (Times{"2026-03-29T01:00:00", "2026-03-30T00:00:00"}));
    EXPECT_EQ(fires(schedule("*/30 * * * *"), "2026-03-29T00:00:00Z", 3),
              (Times{"2026-03-29T00:30:00", "2026-03-29T01:00:00", "2026-03-29T01:30:00"}));
}

TEST(Cron, TheFoldPolicyDecidesAboutTimesThatExistTwice) {
    Schedule half_past_two = schedule("30 2 * * *");
    EXPECT_EQ(fires(half_past_two, "2026-10-24T12:00:00Z", 2), (Times{"2026-10-25T00:30:00", "2026-10-26T01:30:00"}));
    half_past_two.fold = Fold::Second;
    EXPECT_EQ(fires(half_past_two, "2026-10-24T12:00:00Z", 2), (Times{"2026-10-25T01:30:00", "2026-10-26T01:30:00"}));
    half_past_two.fold = Fold::Both;
    EXPECT_EQ(fires(half_past_two, "2026-10-24T12:00:00Z", 3),
              (Times{"2026-10-25T00:30:00", "2026-10-25T01:30:00", "2026-10-26T01:30:00"}));
    Schedule thirds = schedule("*/20 * * * *");
    thirds.fold = Fold::Both;
    EXPECT_EQ(fires(thirds, "2026-10-25T00:30:00Z", 4),
              (Times{"2026-10-25T00:40:00", "2026-10-25T01:00:00", "2026-10-25T01:20:00", "2026-10-25T01:40:00"}));
}

TEST(Cron, ThreeMissedDaysOfEveryMinuteAreCountedQuickly) {
    const Schedule every_minute = schedule("* * * * *");
    int count = 0;
    std::optional<Instant> fire = at("2026-10-24T00:00:00Z");
    const Instant end = at("2026-10-27T00:00:00Z");
    const auto begun = std::chrono::steady_clock::now();
    while ((fire = next_fire(every_minute, *fire)) && *fire <= end) {
        ++count;
    }
    EXPECT_EQ(count, 3 * 1440 - 60) << "the hour that comes twice fires once";
    // Wide enough for sanitizers on a busy machine.
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

TEST(Cron, AnyTextGivesAScheduleOrAPosition) {
    const std::vector<std::string> pieces{"*", "*", "*", "0", "59", "7", "/", "-", ",", "L", "W", "#", "FRI", "jan", "?", "1", " "};
    Prng random(7);
    int good = 0;
    for (int round = 0; round < 4'000; ++round) {
        std::string text;
        for (int field = 0; field < 5; ++field) {
            for (std::uint64_t left = 1 + random.below(3) * random.below(2); left > 0; --left) {
                text += pieces[random.below(pieces.size())];
            }
            text += ' ';
        }
        const auto cron = parse_cron(text);
        good += cron ? 1 : 0;
        ASSERT_TRUE(cron || std::stoul(cron.error().details.at(0).pointer) <= text.size()) << text;
        if (cron) {
            const LocalTime from(std::chrono::local_days(std::chrono::year(2026) / 1 / 1));
            const auto next = next_local(**cron, from);
            ASSERT_TRUE(next.has_value()) << text;
            ASSERT_TRUE(matches(**cron, *next)) << text;
        }
    }
    EXPECT_GT(good, 5);
}

}  // namespace
}  // namespace kontor::core::schedule::testing
