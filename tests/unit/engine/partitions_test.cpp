#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

using sim::SimStore;

SimStore::Partition known(const Room& room, const std::string& country, const std::string& period = "", const std::string& workflow = "w") {
    const auto found = room.store.partitions.find({workflow, country, period});
    return found == room.store.partitions.end() ? SimStore::Partition{} : found->second;
}

TEST(PartitionsAcrossRuns, AreToldInTheBatchInWhichACountryBeginsAndEnds) {
    Room room;
    room.deploy(room.flow("w", {task("a", {}, true)}));
    const ports::RunId run = room.submit("w");
    EXPECT_EQ(known(room, "AA").running, run);
    EXPECT_EQ(known(room, "AA").state(), "running");
    room.end();
    EXPECT_EQ(known(room, "AA").state(), "succeeded");
    EXPECT_EQ(known(room, "AA").success_run, run);
    EXPECT_EQ(known(room, "BB").state(), "running");
    room.end(sdk::Failed{sdk::FailureClass::Data, "no"});
    EXPECT_EQ(known(room, "BB").state(), "failed");
    EXPECT_EQ(known(room, "BB").failure_run, run);
}

TEST(PartitionsAcrossRuns, RememberASuccessWhenALaterRunFailsAndTheOtherWayRound) {
    Room room;
    room.deploy(room.flow("w", {task("a", {}, true)}));
    const ports::RunId first = room.submit("w");
    room.end();
    room.end(sdk::Failed{sdk::FailureClass::Data, "no"});
    room.step(std::chrono::minutes(5));
    const ports::RunId second = room.submit("w");
    EXPECT_EQ(known(room, "AA").running, second);
    room.end(sdk::Failed{sdk::FailureClass::Data, "no"});
    room.end();
    EXPECT_EQ(known(room, "AA").state(), "failed");
    EXPECT_EQ(known(room, "AA").success_run, first);
    EXPECT_EQ(known(room, "BB").state(), "succeeded");
    EXPECT_EQ(known(room, "BB").failure_run, first);
    room.step(std::chrono::minutes(5));
    RedriveRequest again;
    again.dead_letter = room.open_letter();  // of the first run
    ASSERT_TRUE(room.ask<RedriveInput>(std::move(again)));
    EXPECT_EQ(known(room, "BB").running, first) << "its redrive works for it again";
    room.end();
    EXPECT_EQ(known(room, "BB").success_run, first);
}

TEST(PartitionsAcrossRuns, ARunThatGoesOnIsWhatAPartitionShows) {
    Room room;
    room.deploy(room.flow("w", {task("a", {}, true)}));
    room.submit("w");
    const ports::RunId second = room.submit("w");
    room.end();
    EXPECT_EQ(known(room, "AA").running, second) << "the older one is done with it";
}

TEST(PartitionsAcrossRuns, ARunOfAnotherPurposeCountsForNone) {
    Room room;
    auto flow = room.flow("w", {task("a", {}, true)});
    flow->partition_counts = value_of(Json(false));
    room.deploy(flow);
    room.submit("w");
    EXPECT_TRUE(room.store.partitions.empty());
}

TEST(PartitionsAcrossRuns, AnEmptyPeriodIsTheRunsOwn) {
    Room room;
    auto flow = room.flow("w", {task("a", {}, true)});
    flow->partition_period = value_of(Json("${{ default(params.period, '') != '' ? params.period : run.period }}"));
    room.deploy(flow);
    const ports::RunId run = room.submit("w");
    EXPECT_EQ(known(room, "AA", "2027-01").running, run);
}

TEST(PartitionsAcrossRuns, StayWhatTheyAreAfterAKill) {
    Room room;
    room.deploy(room.flow("w", {task("a", {}, true)}));
    const ports::RunId run = room.submit("w");
    room.end();
    const Instant done = *known(room, "AA").success_at;
    room.step(std::chrono::hours(1));
    room.boot();
    room.step();
    EXPECT_EQ(known(room, "AA").success_at, done);
    EXPECT_EQ(known(room, "BB").running, run);
    room.end();
    EXPECT_EQ(known(room, "BB").state(), "succeeded");
}

TEST(PartitionsAcrossRuns, FailWithARunThatCannotBeTakenUpAgain) {
    Room room;
    room.deploy(room.flow("w", {task("a", {}, true)}));
    const ports::RunId run = room.submit("w");
    room.texts.clear();
    room.boot();
    room.step();
    EXPECT_EQ(room.state(run), "failed");
    EXPECT_EQ(known(room, "AA").state(), "failed");
}

}  // namespace
}  // namespace kontor::engine::testing
