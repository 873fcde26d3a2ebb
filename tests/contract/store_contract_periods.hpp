// The part of the store's contract about partitions and backfills. Included where the suite is instantiated, beside the rest.
#pragma once

#include "contract/store_contract.hpp"

namespace kontor::contract {

TEST_P(StoreContract, KnowsForWhichPartitionsARunWorks) {
    Batch batch = next();
    batch.partitions = {
        {"infer", "DE", "2026-10", 1, "running", at_second(1), 0, "", 1},
        {"infer", "FR", "2026-10", 1, "running", at_second(1), 0, "", 1},
        {"infer", "DE", "2026-10", 1, "failed", at_second(5), 11, "predict: no winner", 0},
    };
    ASSERT_TRUE(commit_next(batch));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.partitions.size(), 1U) << "of two facts in one batch the later one holds";
    EXPECT_EQ(snapshot.partitions[0].workflow, "infer");
    EXPECT_EQ(snapshot.partitions[0].country, "FR");
    EXPECT_EQ(snapshot.partitions[0].period, "2026-10");
    EXPECT_EQ(snapshot.partitions[0].run, 1);
    Batch later = next();
    later.partitions = {{"infer", "FR", "2026-10", 1, "succeeded", at_second(6), 0, "", 2}};
    ASSERT_TRUE(commit_next(later));
    EXPECT_EQ(loaded().partitions.at(0).run, 2) << "another run works for it still";
}

TEST_P(StoreContract, KeepsABackfillUntilItHasEnded) {
    BackfillRow backfill;
    backfill.id = 31;
    backfill.workflow = "infer";
    backfill.params = JsonObject{{"threshold", 0.5}};
    backfill.countries = JsonArray{"DE", "FR"};
    backfill.missing_only = true;
    backfill.max_parallel = 2;
    backfill.priority = -100;
    backfill.by = "anna";
    backfill.reason = "new codes";
    backfill.created_at = at_second(1);
    backfill.state = "running";
    const BackfillPeriodRow waiting{31, "2026-02", nullptr, "waiting"};
    const BackfillPeriodRow first{31, "2026-01", JsonArray{"FR"}, "waiting"};
    Batch batch = next();
    batch.backfills = {backfill};
    batch.backfill_periods = {waiting, first};
    ASSERT_TRUE(commit_next(batch));
    Batch begun = next();
    begun.backfill_periods = {first, first};
    begun.backfill_periods[1].state = "running";
    begun.backfill_periods[1].run = 7;
    begun.backfill_periods[1].started_at = at_second(4);
    begun.backfills = {backfill};
    begun.backfills[0].state = "paused";
    begun.backfills[0].note = "paused by anna";
    const auto done = commit_next(begun);
    ASSERT_TRUE(done) << describe(done.error());
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.backfills.size(), 1U);
    const BackfillRow& kept = snapshot.backfills[0];
    EXPECT_EQ(kept.workflow, "infer");
    EXPECT_EQ(kept.params, backfill.params);
    EXPECT_EQ(kept.countries, backfill.countries);
    EXPECT_TRUE(kept.allowed.is_null());
    EXPECT_TRUE(kept.missing_only);
    EXPECT_EQ(kept.max_parallel, 2);
    EXPECT_EQ(kept.priority, -100);
    EXPECT_EQ(kept.by, "anna");
    EXPECT_EQ(kept.reason, "new codes");
    EXPECT_EQ(kept.created_at, at_second(1));
    EXPECT_EQ(kept.state, "paused");
    EXPECT_EQ(kept.note, "paused by anna");
    ASSERT_EQ(snapshot.backfill_periods.size(), 2U);
    EXPECT_EQ(snapshot.backfill_periods[0].period, "2026-01") << "by period";
    EXPECT_EQ(snapshot.backfill_periods[0].run, 7);
    EXPECT_EQ(snapshot.backfill_periods[0].countries, Json(JsonArray{"FR"}));
    EXPECT_EQ(snapshot.backfill_periods[0].started_at, at_second(4));
    EXPECT_EQ(snapshot.backfill_periods[1].state, "waiting");
    EXPECT_TRUE(snapshot.backfill_periods[1].countries.is_null());
    Batch ended = next();
    ended.backfills = {kept};
    ended.backfills[0].state = "cancelled";
    ended.backfills[0].finished_at = at_second(9);
    ASSERT_TRUE(commit_next(ended));
    EXPECT_TRUE(loaded().backfills.empty());
    EXPECT_TRUE(loaded().backfill_periods.empty());
}

TEST_P(StoreContract, GivesAPeriodOfABackfillOneRun) {
    BackfillRow backfill;
    backfill.id = 31;
    backfill.params = JsonObject{};
    backfill.state = "running";
    Batch batch = next();
    batch.backfills = {backfill};
    batch.backfill_periods = {{31, "2026-01", nullptr, "running", 7}, {31, "2026-02", nullptr, "waiting"}};
    ASSERT_TRUE(commit_next(batch));
    Batch second = next();
    second.backfill_periods = {{31, "2026-01", nullptr, "running", 8}};
    EXPECT_FALSE(store_->commit(second)) << "it has run 7";
    Batch shared = next();
    shared.backfill_periods = {{31, "2026-02", nullptr, "running", 7}};
    EXPECT_FALSE(store_->commit(shared)) << "run 7 works for another period";
    Batch without = next();
    without.backfill_periods = {{31, "2026-02", nullptr, "running"}};
    EXPECT_FALSE(store_->commit(without));
}

TEST_P(StoreContract, KeepsAlarmsAndTheNewestReadingsOfAPeriod) {
    const auto reading = [](const std::string& metric, const std::string& feature, const std::string& period, double value) {
        return ReadingRow{"DE", period, {metric, feature, value, 500}, "m-1", 7, at_second(3)};
    };
    AlarmRow alarm;
    alarm.country = "DE";
    alarm.name = "drift";
    alarm.state = {true, "2026-02", true, 1, "2026-02", "", "price", 0.1 + 0.2, 500};
    alarm.rule.name = "drift";
    alarm.rule.metric = "feature_psi";
    alarm.rule.above = 0.25;
    alarm.rule.consecutive = 2;
    alarm.rule.retrain = true;
    alarm.sentence = "feature_psi of price is 0.3";
    alarm.workflow = "infer";
    alarm.run = 7;
    alarm.raised_at = at_second(3);
    alarm.at = at_second(3);
    Batch batch = next();
    batch.alarms = {alarm};
    batch.readings = {reading("volume", "", "2026-01", 100), reading("volume", "", "2026-02", 0.1), reading("feature_psi", "price", "2026-02", 0.3)};
    ASSERT_TRUE(commit_next(batch));
    Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.alarms.size(), 1U);
    EXPECT_EQ(snapshot.alarms[0].state, alarm.state);
    EXPECT_EQ(to_text(core::alarm::to_json(snapshot.alarms[0].rule)), to_text(core::alarm::to_json(alarm.rule)));
    EXPECT_EQ(snapshot.alarms[0].raised_at, at_second(3));
    EXPECT_EQ(snapshot.alarms[0].cleared_at, std::nullopt);
    EXPECT_EQ(snapshot.past_readings.size(), 2U) << "those of a feature are no past";

    alarm.state.raised = false;
    alarm.cleared_at = at_second(5);
    Batch later = next();
    later.alarms = {alarm};
    later.readings = {reading("volume", "", "2026-02", 300), reading("volume", "", "2026-02", 301)};
    for (int month = 0; month < past_periods_max; ++month) {
        later.readings.push_back(reading("volume", "", std::to_string(2000 + month) + "-12", month));
    }
    ASSERT_TRUE(commit_next(later));
    snapshot = loaded();
    ASSERT_EQ(snapshot.alarms.size(), 1U);
    EXPECT_FALSE(snapshot.alarms[0].state.raised);
    EXPECT_EQ(snapshot.alarms[0].cleared_at, at_second(5));
    ASSERT_EQ(snapshot.past_readings.size(), static_cast<std::size_t>(past_periods_max));
    const auto of = [&](const std::string& period) {
        for (const PastReading& each : snapshot.past_readings) {
            if (each.past.period == period) {
                return each.past.value;
            }
        }
        return -1.0;
    };
    EXPECT_EQ(of("2026-02"), 301) << "of one batch the last counts";
    EXPECT_EQ(of("2026-01"), 100);
    EXPECT_EQ(of("2001-12"), -1) << "older than the newest ones";
    EXPECT_EQ(of("2002-12"), 2);
}

TEST_P(StoreContract, KeepsResultsUntilTheyAreThrownAway) {
    const auto kept = [](const std::string& key, int second) {
        return CacheRow{key, "train", "prepare", "DE", "", 1, at_second(second), "dataset.prepare", "b1", 18'000'000'000'000'000'000U,
                        JsonObject{{"n", 1}}, JsonObject{{"rows", second}}, JsonArray{JsonObject{{"effect", "dataset"}}}};
    };
    Batch batch = next();
    batch.cached = {kept("k2", 2), kept("k1", 1)};
    ASSERT_TRUE(commit_next(batch));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.cached.size(), 2U);
    EXPECT_EQ(snapshot.cached[0].key, "k1") << "the oldest first";
    EXPECT_EQ(snapshot.cached[1].seed, 18'000'000'000'000'000'000U);
    EXPECT_EQ(snapshot.cached[1].at, at_second(2));
    EXPECT_EQ(snapshot.cached[1].outputs, Json(JsonObject{{"rows", 2}}));
    EXPECT_EQ(snapshot.cached[1].effects, Json(JsonArray{JsonObject{{"effect", "dataset"}}}));
    Batch second = next();
    second.cached = {kept("k1", 5)};
    second.uncached = {"k2", "never there"};
    ASSERT_TRUE(commit_next(second));
    ASSERT_EQ(loaded().cached.size(), 1U);
    EXPECT_EQ(loaded().cached[0].at, at_second(5));
}

TEST_P(StoreContract, KeepsPoolsUntilTheyAreRemoved) {
    Batch batch = next();
    batch.pools = {{"warehouse", 2, 1, "anna", "its licence", at_second(1)}, {"country:DE", std::nullopt, 3, "anna", "", at_second(2)}};
    ASSERT_TRUE(commit_next(batch));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.pools.size(), 2U);
    EXPECT_EQ(snapshot.pools[0].name, "country:DE") << "by name";
    EXPECT_EQ(snapshot.pools[0].slots, std::nullopt);
    EXPECT_EQ(snapshot.pools[0].weight, 3);
    EXPECT_EQ(snapshot.pools[1].slots, 2);
    EXPECT_EQ(snapshot.pools[1].by, "anna");
    EXPECT_EQ(snapshot.pools[1].reason, "its licence");
    EXPECT_EQ(snapshot.pools[1].at, at_second(1));
    Batch second = next();
    second.pools = {{"warehouse", 5, 1, "bert", "", at_second(3)}, {"country:DE", std::nullopt, 1, "bert", "", at_second(3), true}};
    ASSERT_TRUE(commit_next(second));
    ASSERT_EQ(loaded().pools.size(), 1U);
    EXPECT_EQ(loaded().pools[0].slots, 5);
    Batch both = next();
    both.pools = {{"x", 1, 1, "bert", "", at_second(4), true}, {"x", 1, 1, "bert", "", at_second(4)}, {"warehouse", 5, 1, "bert", "", at_second(4), true}};
    ASSERT_TRUE(commit_next(both));
    ASSERT_EQ(loaded().pools.size(), 1U) << "of one batch the last counts";
    EXPECT_EQ(loaded().pools[0].name, "x");
}

}  // namespace kontor::contract
