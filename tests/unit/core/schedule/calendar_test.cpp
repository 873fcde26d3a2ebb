// Intervals, working days, what is owed after an absence, and how a tick is told.
#include <gtest/gtest.h>

#include "core/schedule/cron.hpp"
#include "unit/core/schedule/fake_zone.hpp"

namespace kontor::core::schedule::testing {
namespace {

using Times = std::vector<std::string>;

Schedule every(Duration length, std::string_view from = "1970-01-01T00:00:00Z") {
    Schedule made;
    made.interval = Interval{length, at(from)};
    made.zone = central_europe();
    return made;
}

std::shared_ptr<const BusinessDays> closed(Shift shift, std::vector<std::string> dates = {}) {
    BusinessDays days;
    days.shift = shift;
    for (const std::string& date : dates) {
        days.holidays.push_back(std::chrono::floor<std::chrono::days>(at(date + "T00:00:00Z")));
    }
    return std::make_shared<const BusinessDays>(std::move(days));
}

Schedule on_days(std::string_view cron, std::shared_ptr<const BusinessDays> calendar) {
    Schedule made = schedule(cron);
    made.calendar = std::move(calendar);
    return made;
}

TEST(Interval, FiresByElapsedTimeWhateverTheClockDoes) {
    EXPECT_EQ(fires(every(std::chrono::minutes(15)), "2026-11-22T14:07:00Z", 2), (Times{"2026-11-22T14:15:00", "2026-11-22T14:30:00"}));
    EXPECT_EQ(fires(every(std::chrono::hours(1)), "2026-10-25T00:00:00Z", 3),
              (Times{"2026-10-25T01:00:00", "2026-10-25T02:00:00", "2026-10-25T03:00:00"}))
        << "the clock is set back at 01:00Z";
    EXPECT_EQ(fires(every(std::chrono::hours(36), "2026-01-01T06:00:00Z"), "2025-12-01T00:00:00Z", 3),
              (Times{"2026-01-01T06:00:00", "2026-01-02T18:00:00", "2026-01-04T06:00:00"}));
    EXPECT_EQ(fires(every(std::chrono::minutes(15)), "2026-11-22T14:15:00Z", 1), (Times{"2026-11-22T14:30:00"})) << "strictly after";
}

TEST(Interval, LeavesClosedDaysOut) {
    Schedule schedule = every(std::chrono::hours(6));
    schedule.calendar = closed(Shift::Skip);
    // Friday 18:00Z is 19:00 there; Saturday begins at 23:00Z of Friday.
    EXPECT_EQ(fires(schedule, "2026-11-20T12:00:00Z", 3), (Times{"2026-11-20T18:00:00", "2026-11-23T00:00:00", "2026-11-23T06:00:00"}));
}

TEST(BusinessDays, DropATickOrMoveItToTheDayBeforeOrAfter) {
    // 1 August 2026 is a Saturday, 1 November a Sunday.
    EXPECT_EQ(fires(on_days("0 2 1 * *", closed(Shift::Skip)), "2026-07-15T00:00:00Z", 2), (Times{"2026-09-01T00:00:00", "2026-10-01T00:00:00"}));
    EXPECT_EQ(fires(on_days("0 2 1 * *", closed(Shift::After)), "2026-07-15T00:00:00Z", 4),
              (Times{"2026-08-03T00:00:00", "2026-09-01T00:00:00", "2026-10-01T00:00:00", "2026-11-02T01:00:00"}));
    EXPECT_EQ(fires(on_days("0 2 1 * *", closed(Shift::Before)), "2026-07-15T00:00:00Z", 4),
              (Times{"2026-07-31T00:00:00", "2026-09-01T00:00:00", "2026-10-01T00:00:00", "2026-10-30T01:00:00"}));
}

TEST(BusinessDays, KnowHolidaysOfOneYearAndOfEveryYear) {
    auto days = *closed(Shift::After, {"2026-12-24", "2026-12-28"});
    days.yearly_holidays = {std::chrono::December / 25};
    const Schedule schedule = on_days("0 2 24 12 *", std::make_shared<const BusinessDays>(days));
    // Thursday the 24th, Friday the 25th, a weekend, Monday the 28th: all closed. In 2027 the 24th is a Friday.
    EXPECT_EQ(fires(schedule, "2026-12-01T00:00:00Z", 2), (Times{"2026-12-29T01:00:00", "2027-12-24T01:00:00"}));
}

TEST(BusinessDays, TicksThatAreMovedToOneDayFireOnce) {
    EXPECT_EQ(fires(on_days("0 2 * * *", closed(Shift::After)), "2026-11-20T12:00:00Z", 2), (Times{"2026-11-23T01:00:00", "2026-11-24T01:00:00"}));
}

TEST(BusinessDays, RefuseWhatNeverFiresAndMoveNoFurtherThanAMonth) {
    EXPECT_FALSE(check_possible(on_days("0 2 * * SAT", closed(Shift::Skip))));
    EXPECT_TRUE(check_possible(on_days("0 2 * * SAT", closed(Shift::After))));
    EXPECT_TRUE(check_possible(schedule("0 2 29 2 *")));
    BusinessDays shut;
    shut.shift = Shift::After;
    for (unsigned day = 1; day <= 31; ++day) {
        shut.yearly_holidays.push_back(std::chrono::July / std::chrono::day(day));
        shut.yearly_holidays.push_back(std::chrono::August / std::chrono::day(day));
    }
    std::sort(shut.yearly_holidays.begin(), shut.yearly_holidays.end());
    EXPECT_FALSE(check_possible(on_days("0 2 1 7 *", std::make_shared<const BusinessDays>(shut))));
}

TEST(Due, GivesTicksInTimeAndMakesUpForMissedOnesByTheRule) {
    Schedule hourly = schedule("0 * * * *");
    const auto owed = [&](std::string_view first, std::string_view now) {
        const Due due = due_ticks(hourly, at(first), at(now));
        Times lines;
        for (const Instant tick : due.fire) {
            lines.push_back(to_iso(tick).substr(11, 5));
        }
        lines.push_back("let go " + std::to_string(due.let_go) + ", next " + to_iso(*due.next).substr(11, 5));
        return lines;
    };
    EXPECT_EQ(owed("2026-06-01T10:00:00Z", "2026-06-01T10:00:05Z"), (Times{"10:00", "let go 0, next 11:00"}));
    EXPECT_EQ(owed("2026-06-01T10:00:00Z", "2026-06-01T13:30:00Z"), (Times{"13:00", "let go 3, next 14:00"}));
    EXPECT_EQ(owed("2026-06-01T10:00:00Z", "2026-06-01T13:00:30Z"), (Times{"13:00", "let go 3, next 14:00"})) << "one is in time: nothing is made up for";
    hourly.catchup = Catchup::None;
    EXPECT_EQ(owed("2026-06-01T10:00:00Z", "2026-06-01T13:30:00Z"), (Times{"let go 4, next 14:00"}));
    EXPECT_EQ(owed("2026-06-01T10:00:00Z", "2026-06-01T13:00:30Z"), (Times{"13:00", "let go 3, next 14:00"}));
    hourly.catchup = Catchup::All;
    hourly.catchup_max = 2;
    EXPECT_EQ(owed("2026-06-01T10:00:00Z", "2026-06-01T13:30:00Z"), (Times{"12:00", "13:00", "let go 2, next 14:00"}));
    EXPECT_EQ(owed("2026-06-01T10:00:00Z", "2026-06-01T13:00:30Z"), (Times{"11:00", "12:00", "13:00", "let go 1, next 14:00"}));
}

TEST(Due, AYearWithoutADaemonIsCaughtUpFromItsEnd) {
    Schedule busy = schedule("* * * * * *");
    busy.catchup = Catchup::All;
    busy.catchup_max = 1000;
    const Due due = due_ticks(busy, at("2025-11-22T00:00:00Z"), at("2026-11-22T00:00:00Z"));
    ASSERT_EQ(due.fire.size(), 1061U) << "a thousand missed, sixty-one in time";
    EXPECT_EQ(due.fire.back(), at("2026-11-22T00:00:00Z"));
    EXPECT_EQ(due.fire.front(), at("2026-11-21T23:42:20Z"));
    EXPECT_EQ(due.next, at("2026-11-22T00:00:01Z"));
}

TEST(Note, SaysWhatTheClockAndTheCalendarDid) {
    const Schedule half = schedule("30 2 * * *");
    EXPECT_EQ(note_of(half, at("2026-06-01T00:30:00Z")), "");
    EXPECT_EQ(note_of(half, at("2026-03-29T01:00:00Z")), "the clock jumps over the time that is written: at the jump");
    EXPECT_EQ(note_of(half, at("2026-10-25T00:30:00Z")), "the clock shows this time twice: the first");
    EXPECT_EQ(note_of(half, at("2026-10-25T01:30:00Z")), "the clock shows this time twice: the second");
    EXPECT_EQ(note_of(on_days("0 2 1 * *", closed(Shift::After)), at("2026-08-03T00:00:00Z")), "moved from 2026-08-01, which is no working day");
    EXPECT_EQ(to_local_text(*half.zone, at("2026-06-01T00:30:00Z")), "2026-06-01T02:30:00+02:00");
    EXPECT_EQ(note_of(every(std::chrono::hours(1)), at("2026-03-29T01:00:00Z")), "");
}

TEST(Cron, AnImpossibleDateIsRefusedWithinTenMilliseconds) {
    for (const std::string_view text : {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 31W 2 *", "* * * 31 11 *"}) {
        auto least = std::chrono::nanoseconds::max();
        for (int round = 0; round < 5; ++round) {
            const auto begun = std::chrono::steady_clock::now();
            EXPECT_TRUE(parse_cron(text).has_error()) << text;
            least = std::min<std::chrono::nanoseconds>(least, std::chrono::steady_clock::now() - begun);
        }
        EXPECT_LT(least, std::chrono::milliseconds(10)) << text;
    }
}

}  // namespace
}  // namespace kontor::core::schedule::testing
