#include "core/alarm/alarm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace kontor::core::alarm {
namespace {

sdk::AlarmRule above(double limit, double clear, int consecutive = 1) {
    sdk::AlarmRule rule;
    rule.name = "drift";
    rule.metric = "psi";
    rule.above = limit;
    rule.clear = clear;
    rule.consecutive = consecutive;
    rule.min_rows = 100;
    return rule;
}

struct Watch {
    sdk::AlarmRule rule;
    State state{};
    std::vector<Past> past{};

    // 'r' raised, 'c' cleared, '.' nothing changed, '-' nothing decided.
    char read(const std::string& period, double value, std::int64_t rows = 1000) {
        const std::vector<sdk::Reading> readings{
            {"other", "", 99, rows}, {rule.metric, "price", value, rows}};
        const auto made = decide(state, rule, readings, period, past);
        if (!made) {
            return '-';
        }
        state = made->state;
        return made->change == Change::Raised ? 'r' : made->change == Change::Cleared ? 'c' : '.';
    }
};

TEST(Alarm, IsRaisedBeyondTheLimitAndOverOnlyAtItsClearLevel) {
    Watch watch{above(0.25, 0.1)};
    EXPECT_EQ(watch.read("2026-01", 0.25), '.');
    EXPECT_EQ(watch.read("2026-02", 0.26), 'r');
    EXPECT_EQ(watch.read("2026-03", 0.2), '.') << "between the two it stands";
    EXPECT_TRUE(watch.state.raised);
    EXPECT_EQ(watch.read("2026-04", 0.1), 'c');
    EXPECT_FALSE(watch.state.raised);
}

TEST(Alarm, BelowWorksTheOtherWayRound) {
    Watch watch{above(0, 0)};
    watch.rule.above.reset();
    watch.rule.below = 0.8;
    watch.rule.clear = 0.9;
    EXPECT_EQ(watch.read("2026-01", 0.8), '.');
    EXPECT_EQ(watch.read("2026-02", 0.7), 'r');
    EXPECT_EQ(watch.read("2026-03", 0.85), '.');
    EXPECT_EQ(watch.read("2026-04", 0.9), 'c');
}

TEST(Alarm, TwoReadingsOfOnePeriodAreOnePeriod) {
    Watch watch{above(0.25, 0.1, 2)};
    EXPECT_EQ(watch.read("2026-01", 0.5), '.');
    EXPECT_EQ(watch.read("2026-01", 0.6), '.') << "the same month again";
    EXPECT_EQ(watch.read("2026-02", 0.5), 'r');
}

TEST(Alarm, TheNewestReadingOfAPeriodIsWhatItSays) {
    Watch watch{above(0.25, 0.1, 2)};
    EXPECT_EQ(watch.read("2026-01", 0.5), '.');
    EXPECT_EQ(watch.read("2026-01", 0.05), '.') << "a new model, say";
    EXPECT_EQ(watch.read("2026-02", 0.5), '.') << "the first in a row";
    EXPECT_EQ(watch.read("2026-03", 0.5), 'r');
    EXPECT_EQ(watch.read("2026-03", 0.05), 'c') << "the retrained model's month";
}

TEST(Alarm, StandsAndIsRaisedOnceInEachLaterPeriod) {
    Watch watch{above(0.25, 0.1)};
    EXPECT_EQ(watch.read("2026-01", 0.5), 'r');
    EXPECT_EQ(watch.read("2026-01", 0.5), '.');
    EXPECT_EQ(watch.read("2026-02", 0.5), 'r');
    EXPECT_EQ(watch.read("2026-02", 0.6), '.');
}

TEST(Alarm, AnOlderPeriodDecidesNothing) {
    Watch watch{above(0.25, 0.1)};
    EXPECT_EQ(watch.read("2026-05", 0.05), '.');
    EXPECT_EQ(watch.read("2026-04", 0.9), '-') << "a backfill";
    EXPECT_FALSE(watch.state.raised);
}

TEST(Alarm, FewRowsDecideNothing) {
    Watch watch{above(0.25, 0.1)};
    EXPECT_EQ(watch.read("2026-01", 0.9, 99), '-');
    EXPECT_EQ(watch.read("2026-01", 0.9, 100), 'r');
    EXPECT_EQ(watch.read("2026-02", 0.0, 99), '-');
    EXPECT_TRUE(watch.state.raised);
}

TEST(Alarm, TheWorstFeatureSpeaks) {
    const std::vector<sdk::Reading> readings{
        {"psi", "price", 0.3, 500}, {"psi", "brand", 0.7, 500}, {"psi", "volt", 2.0, 50}};
    const auto made = decide({}, above(0.25, 0.1), readings, "2026-01", {});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->state.feature, "brand");
    EXPECT_EQ(
        sentence(made->state, above(0.25, 0.1)), "psi of brand is 0.7, above 0.25 (500 rows)"
    );
}

TEST(Alarm, ARatioIsTakenAgainstTheMedianOfThePeriodsBefore) {
    Watch watch{above(0, 0)};
    watch.rule.above.reset();
    watch.rule.clear.reset();
    watch.rule.below = 0.5;
    watch.rule.against = 3;
    watch.past = {{"2026-01", 9000}, {"2026-03", 1000}, {"2026-02", 1100}};
    EXPECT_EQ(watch.read("2026-03", 10), '-') << "two periods before are too few";
    EXPECT_EQ(watch.read("2026-04", 540), 'r') << "the median is 1100";
    watch.past.push_back({"2026-04", 540});
    EXPECT_EQ(watch.read("2026-05", 540), 'c') << "of the three before, 1000 is the median";
    EXPECT_DOUBLE_EQ(watch.state.value, 0.54);
}

TEST(Alarm, OneThatAPersonEndedIsRaisedInLaterPeriodsOnly) {
    Watch watch{above(0.25, 0.1)};
    EXPECT_EQ(watch.read("2026-01", 0.5), 'r');
    watch.state = dismissed(watch.state);
    EXPECT_EQ(watch.read("2026-01", 0.5), '.');
    EXPECT_EQ(watch.read("2026-02", 0.5), 'r');
}

TEST(Alarm, RowsBringBackWhatWasRemembered) {
    Watch watch{above(0.25, 0.1, 2)};
    watch.read("2026-01", 0.5);
    watch.read("2026-02", 0.123456789012345678);
    EXPECT_EQ(state_from(to_json(watch.state)), watch.state);
    const sdk::AlarmRule again = rule_from(to_json(watch.rule));
    EXPECT_EQ(to_text(to_json(again)), to_text(to_json(watch.rule)));
    EXPECT_EQ(again.above, 0.25);
    EXPECT_FALSE(again.below);
    EXPECT_EQ(again.consecutive, 2);
}

TEST(Alarm, WhateverIsReadARaiseNeedsItsPeriodsInARowAndAClearItsLevel) {
    std::mt19937 random(7);  // NOLINT: the same numbers each time
    for (int round = 0; round < 2000; ++round) {
        const int consecutive = std::uniform_int_distribution(1, 3)(random);
        Watch watch{above(0.5, 0.3, consecutive)};
        std::vector<double> newest;  // of each period, in order
        for (int step = 0; step < 30; ++step) {
            if (newest.empty() || random() % 3 != 0) {
                newest.push_back(0);
            }
            newest.back() = std::uniform_real_distribution<double>(0, 1)(random);
            const bool stood = watch.state.raised;
            const char told = watch.read(std::to_string(1000 + newest.size()), newest.back());
            const auto in_a_row =
                std::find_if(newest.rbegin(), newest.rend(), [](double v) { return v <= 0.5; }) -
                newest.rbegin();
            if (told == 'r') {
                ASSERT_GT(newest.back(), 0.5);
                ASSERT_TRUE(stood || in_a_row >= consecutive);
            } else if (told == 'c') {
                ASSERT_TRUE(stood && newest.back() <= 0.3);
            } else {
                ASSERT_EQ(stood, watch.state.raised);
                ASSERT_FALSE(stood && newest.back() <= 0.3);
                ASSERT_FALSE(!stood && in_a_row >= consecutive);
            }
        }
    }
}

}  // namespace
}  // namespace kontor::core::alarm
