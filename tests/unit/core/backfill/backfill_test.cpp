#include "core/backfill/backfill.hpp"

#include <gtest/gtest.h>

namespace kontor::core::backfill {
namespace {

using Texts = std::vector<std::string>;

TEST(BackfillPeriods, AreMonthsAndSpansOfMonthsInTheOrderOfTime) {
    EXPECT_EQ(*periods_from("2026-01..2026-03"), (Texts{"2026-01", "2026-02", "2026-03"}));
    EXPECT_EQ(*periods_from("2025-11..2026-02"), (Texts{"2025-11", "2025-12", "2026-01", "2026-02"}));
    EXPECT_EQ(*periods_from(" 2026-05, 2026-01..2026-02 ,2026-01"), (Texts{"2026-01", "2026-02", "2026-05"})) << "each once";
    EXPECT_EQ(*periods_from("2026-06"), Texts{"2026-06"});
}

TEST(BackfillPeriods, SayWhichPartIsNone) {
    for (const char* wrong : {"", "2026", "2026-13", "2026-00", "2026-1", "2026-01..", "..2026-01", "2026-01...2026-02", "2026-01,", "x", "2026-01..2026-02..2026-03"}) {
        ASSERT_FALSE(periods_from(wrong)) << wrong;
        EXPECT_EQ(periods_from(wrong).error().kind, ErrorKind::Invalid);
    }
    EXPECT_NE(periods_from("2026-01,jan").error().message.find("'jan' is neither a month"), std::string::npos);
    EXPECT_NE(periods_from("2026-03..2026-01").error().message.find("ends before it begins"), std::string::npos);
    EXPECT_NE(periods_from("0001-01..9999-12").error().message.find("more than 240 months"), std::string::npos);
    EXPECT_NE(periods_from("2000-01..2015-12,2016-01..2020-01").error().message.find("more than 240 months"), std::string::npos);
}

std::string told(const std::vector<Planned>& plan) {
    std::string text;
    for (const Planned& each : plan) {
        text += each.period + (each.skipped ? " skipped" : " runs");
        for (const std::string& country : each.countries) {
            text += " " + country;
        }
        text += each.reason.empty() ? "; " : " (" + each.reason + "); ";
    }
    return text;
}

TEST(BackfillPlan, RunsEveryPeriodUnlessOnlyWhatIsMissingIsWanted) {
    const std::vector<Known> known{{"DE", "2026-01", "succeeded", 1}};
    EXPECT_EQ(told(plan({{"2026-01", "2026-02"}, {"DE"}, false, true}, {"DE"}, known)), "2026-01 runs DE; 2026-02 runs DE; ");
    EXPECT_EQ(told(plan({{"2026-01"}, {}, false, true}, {"DE"}, known)), "2026-01 runs; ") << "all that the workflow finds";
}

TEST(BackfillPlan, LeavesOutWhatHasSucceededAndWhatARunWorksFor) {
    const std::vector<Known> known{
        {"DE", "2026-01", "succeeded", 1}, {"FR", "2026-01", "succeeded", 1}, {"DE", "2026-02", "succeeded", 2},
        {"FR", "2026-02", "failed", 2},    {"DE", "2026-03", "running", 3},   {"FR", "2026-03", "succeeded", 2},
    };
    const Wish wish{{"2026-01", "2026-02", "2026-03", "2026-04"}, {}, true, true};
    EXPECT_EQ(
        told(plan(wish, {"DE", "FR"}, known)),
        "2026-01 skipped (DE and FR have succeeded); 2026-02 runs FR (DE has succeeded); "
        "2026-03 skipped (FR has succeeded; a run works for DE); 2026-04 runs; "
    );
    const Wish named{{"2026-01", "2026-02"}, {"DE", "IT"}, true, true};
    EXPECT_EQ(told(plan(named, {"DE", "FR"}, known)), "2026-01 runs IT (DE has succeeded); 2026-02 runs IT (DE has succeeded); ");
    const Wish unnamed{{"2026-02"}, {}, true, false};
    EXPECT_EQ(told(plan(unnamed, {"DE", "FR"}, known)), "2026-02 runs (DE has succeeded; all of them run again: the workflow takes no countries); ");
}

TEST(BackfillPlan, NamesFewOfMany) {
    std::vector<Known> known;
    Texts countries;
    for (const char* country : {"AT", "BE", "CZ", "DE", "DK", "ES", "FR"}) {
        countries.emplace_back(country);
        known.push_back({country, "2026-01", "succeeded", 1});
    }
    EXPECT_EQ(told(plan({{"2026-01"}, {}, true, true}, countries, known)), "2026-01 skipped (AT, BE, CZ, DE and 3 more have succeeded); ");
}

TEST(BackfillPlan, RunsForAllWhereNothingIsKnown) {
    EXPECT_EQ(told(plan({{"2026-01"}, {}, true, true}, {}, {})), "2026-01 runs; ");
}

std::vector<Period> periods(const std::string& letters) {
    std::vector<Period> made;
    for (const char letter : letters) {
        const PeriodState state = letter == 'w'   ? PeriodState::Waiting
                                  : letter == 'r' ? PeriodState::Running
                                  : letter == 's' ? PeriodState::Succeeded
                                  : letter == 'f' ? PeriodState::Failed
                                  : letter == 'c' ? PeriodState::Cancelled
                                                  : PeriodState::Skipped;
        made.push_back({"2026-0" + std::to_string(made.size() + 1), state, static_cast<std::int64_t>(made.size() + 11)});
    }
    return made;
}

TEST(Backfill, NoMoreRunAtOnceThanAreAllowedAndAFailureStopsNoOther) {
    using Numbers = std::vector<std::size_t>;
    EXPECT_EQ(due(State::Running, 2, periods("wwww")), (Numbers{0, 1}));
    EXPECT_EQ(due(State::Running, 2, periods("frww")), (Numbers{2}));
    EXPECT_EQ(due(State::Running, 2, periods("rrww")), Numbers{});
    EXPECT_EQ(due(State::Running, 1, periods("rrww")), Numbers{}) << "a redrive may have one more running";
    EXPECT_EQ(due(State::Running, 9, periods("s-fw")), (Numbers{3}));
    for (const State state : {State::Paused, State::Cancelling, State::Succeeded, State::Failed, State::Cancelled}) {
        EXPECT_EQ(due(state, 2, periods("wwww")), Numbers{}) << to_string(state);
    }
}

TEST(Backfill, EndsWhenNothingOfItWaitsOrRuns) {
    EXPECT_EQ(settled(State::Running, periods("srw")), State::Running);
    EXPECT_EQ(settled(State::Running, periods("ss-")), State::Succeeded);
    EXPECT_EQ(settled(State::Running, periods("---")), State::Succeeded) << "there was nothing to do";
    EXPECT_EQ(settled(State::Running, periods("sfs")), State::Failed);
    EXPECT_EQ(settled(State::Running, periods("scs")), State::Failed) << "somebody cancelled a run of it";
    EXPECT_EQ(settled(State::Paused, periods("srs")), State::Paused);
    EXPECT_EQ(settled(State::Paused, periods("sss")), State::Succeeded);
    EXPECT_EQ(settled(State::Cancelling, periods("src")), State::Cancelling);
    EXPECT_EQ(settled(State::Cancelling, periods("sfc")), State::Cancelled);
}

TEST(Backfill, TellsInAFewWordsWhatBecameOfIt) {
    EXPECT_EQ(summary(periods("ssf-rww")), "2 succeeded, 1 failed, 1 skipped, 1 running, 2 waiting");
    EXPECT_EQ(summary({}), "no periods");
}

TEST(Backfill, SaysWhatAPeriodWaitsFor) {
    EXPECT_EQ(
        waiting_sentence(State::Running, 2, periods("srrww"), 4, "", ""),
        "waits for one of 2 places, held by run 12 (2026-02), run 13 (2026-03); 1 wait before it"
    );
    EXPECT_EQ(
        waiting_sentence(State::Paused, 2, periods("rw"), 1, "paused by anna: month's end", ""),
        "waits until the backfill is resumed: it is paused by anna: month's end"
    );
    EXPECT_EQ(
        waiting_sentence(State::Running, 2, periods("w"), 0, "", "group 'x' already has its 1 running"),
        "waits, and is tried again once a run has ended: group 'x' already has its 1 running"
    );
    EXPECT_EQ(waiting_sentence(State::Running, 2, periods("w"), 0, "", ""), "begins with the next commit");
    EXPECT_EQ(waiting_sentence(State::Running, 2, periods("s"), 0, "", ""), "");
}

TEST(Backfill, EveryStateHasOneWord) {
    for (const char* word : {"running", "paused", "cancelling", "succeeded", "failed", "cancelled"}) {
        EXPECT_EQ(to_string(*state_from(word)), word);
    }
    for (const char* word : {"waiting", "running", "succeeded", "failed", "cancelled", "skipped"}) {
        EXPECT_EQ(to_string(*period_state_from(word)), word);
    }
    EXPECT_FALSE(state_from("waiting"));
    EXPECT_FALSE(period_state_from("paused"));
}

}  // namespace
}  // namespace kontor::core::backfill
