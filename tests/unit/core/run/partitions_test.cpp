#include "core/run/partitions.hpp"

#include "unit/core/run/life.hpp"

namespace kontor::core::run::testing {
namespace {

PartitionFact fact(const Life& life, const std::string& country) {
    const std::vector<std::string>& all = life.run.countries();
    const auto found = std::find(all.begin(), all.end(), country);
    EXPECT_NE(found, all.end()) << country;
    return Partitions::of(life.run, static_cast<int>(found - all.begin()));
}

TEST(Partitions, ACountryRunsUntilAllOfItHasSettledAndThenSaysSinceWhen) {
    Life life(workflow({task("extract"), task("a", {0}, true), task("b", {1}, true)}));
    life.start();
    EXPECT_EQ(fact(life, "AA").end, PartitionEnd::Running);
    life.succeed("extract");
    life.succeed("a/AA");
    const std::uint64_t before = life.run.closings();
    life.now += std::chrono::minutes(5);
    life.succeed("b/AA");
    EXPECT_NE(life.run.closings(), before);
    EXPECT_EQ(fact(life, "AA").end, PartitionEnd::Succeeded);
    EXPECT_EQ(fact(life, "AA").at, life.now);
    EXPECT_EQ(fact(life, "BB").end, PartitionEnd::Running);
    EXPECT_EQ(fact(life, "BB").at, life.run.started_at());
}

TEST(Partitions, AFailureNamesItsInstanceAndOpensAgainWithARedrive) {
    Life life(workflow({task("a", {}, true), task("b", {0}, true)}));
    life.start();
    life.fail("a/AA");
    const PartitionFact failed = fact(life, "AA");
    EXPECT_EQ(failed.end, PartitionEnd::Failed);
    EXPECT_EQ(failed.culprit, life.at("a/AA"));
    EXPECT_EQ(failed.reason, "a: it went wrong");
    EXPECT_EQ(failed.at, life.now);
    const std::uint64_t before = life.run.closings();
    ASSERT_TRUE(life.redrive("a/AA"));
    EXPECT_NE(life.run.closings(), before);
    EXPECT_EQ(fact(life, "AA").end, PartitionEnd::Running);
}

// Whoever tells of countries looks only at those for which something closed.
TEST(Partitions, AClosingCountsForItsCountryAndOneWithoutCountryForAll) {
    Life life(workflow({task("a", {}, true), task("b", {0}, true), task("join", {1})}));
    life.start();
    const auto closings = [&] { return std::pair(life.run.closings(0), life.run.closings(1)); };
    const auto start = closings();
    life.succeed("a/AA");
    const auto one = closings();
    EXPECT_GT(one.first, start.first);
    EXPECT_EQ(one.second, start.second);
    life.fail("a/BB");
    const auto other = closings();
    EXPECT_EQ(other.first, one.first);
    EXPECT_GT(other.second, one.second);
    ASSERT_TRUE(life.redrive("a/BB"));
    const auto again = closings();
    EXPECT_GT(again.second, other.second);
    for (const char* each : {"a/BB", "b/AA", "b/BB"}) {
        life.succeed(each);
    }
    const auto before = closings();
    life.succeed("join");
    EXPECT_GT(closings().first, before.first);
    EXPECT_GT(closings().second, before.second);
}

TEST(Partitions, WhatATaskWithoutCountryBlocksHasFailedToo) {
    Life life(workflow({task("a", {}, true), task("join", {0}), task("c", {1}, true)}));
    life.start();
    life.succeed("a/AA");
    life.succeed("a/BB");
    life.fail("join");
    EXPECT_EQ(fact(life, "AA").end, PartitionEnd::Failed);
    EXPECT_EQ(fact(life, "AA").culprit, life.at("join"));
}

TEST(Partitions, ACountryThatWaitsForAnotherOneFailsWithIt) {
    Life life(workflow({task("a", {}, true), task("join", {0}), task("c", {1}, true)}));
    life.start();
    life.succeed("a/AA");
    life.now += std::chrono::minutes(1);
    life.fail("a/BB");
    EXPECT_EQ(fact(life, "BB").culprit, life.at("a/BB"));
    EXPECT_EQ(fact(life, "AA").end, PartitionEnd::Failed);
    EXPECT_EQ(fact(life, "AA").reason, "what it waits for did not succeed");
}

TEST(Partitions, WhatIsCancelledHasNotFailed) {
    Life life(workflow({task("a", {}, true), task("b", {0}, true)}));
    life.start();
    life.succeed("a/AA");
    life.succeed("b/AA");
    life.cancel();
    EXPECT_EQ(fact(life, "AA").end, PartitionEnd::Succeeded) << "it was done before";
    EXPECT_EQ(fact(life, "BB").end, PartitionEnd::Cancelled);
}

TEST(Partitions, NothingIsMadeWhereTheTaskThatMakesItIsSkipped) {
    auto made = workflow({task("a", {}, true), when(task("b", {0}, true), "country == 'AA'")});
    made->partition_made_by = 1;
    Life life(made);
    life.start();
    life.succeed("a/AA");
    life.succeed("b/AA");
    life.succeed("a/BB");
    EXPECT_EQ(fact(life, "AA").end, PartitionEnd::Succeeded);
    EXPECT_EQ(fact(life, "BB").end, PartitionEnd::Skipped);
    EXPECT_EQ(fact(life, "BB").reason, "b was skipped: when: country == 'AA' is false");
}

TEST(Partitions, TheRunSaysWhichPeriodItWorksForAndWhetherItCounts) {
    auto made = workflow({task("a", {}, true)});
    made->partition_period = value_of(Json("${{ params.period != '' ? params.period : run.period }}"));
    made->partition_counts = value_of(Json("${{ params.purpose == 'month' }}"));
    const auto named = [&](const char* period, const char* purpose) {
        return Partitions::name(Life(made, JsonObject{{"period", period}, {"purpose", purpose}}).run);
    };
    EXPECT_EQ(named("2026-03", "month").period, "2026-03");
    EXPECT_EQ(named("", "month").period, "1970-01") << "of the run";
    EXPECT_TRUE(named("", "month").counts);
    EXPECT_FALSE(named("2026-03", "evaluation").counts);
    EXPECT_EQ(named("2026-03", "evaluation").fault, "");
    EXPECT_FALSE(named("a/b", "month").counts);
    EXPECT_NE(named("a/b", "month").fault.find("partition.period: must be a text"), std::string::npos);
    EXPECT_NE(Partitions::name(Life(made).run).fault, "") << "there is no params.purpose";
}

TEST(Partitions, ARestoredRunTellsTheSame) {
    Life life(workflow({task("a", {}, true), task("b", {0}, true)}));
    life.start();
    life.succeed("a/AA");
    life.succeed("b/AA");
    life.now += std::chrono::minutes(3);
    life.fail("a/BB");
    life.now += std::chrono::hours(3);
    ASSERT_TRUE(life.redrive("a/BB"));
    const Life again = life.restored();
    for (const char* country : {"AA", "BB"}) {
        EXPECT_EQ(fact(again, country).end, fact(life, country).end) << country;
        EXPECT_EQ(fact(again, country).at, fact(life, country).at) << country;
    }
}

}  // namespace
}  // namespace kontor::core::run::testing
