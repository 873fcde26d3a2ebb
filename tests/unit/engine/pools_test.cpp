#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

using core::dag::TaskNode;

TaskNode with_pools(TaskNode node, std::vector<std::pair<std::string, int>> pools) {
    node.pools = std::move(pools);
    return node;
}

Result<Reply> set(Room& room, const std::string& name, std::optional<int> slots, int weight = 1, bool dry_run = false) {
    PoolRequest wanted{Room::as("anna"), name, false, slots, weight, "", dry_run};
    return room.ask<PoolInput>(std::move(wanted));
}

Json shown(Room& room, const std::string& name) {
    const Result<Reply> answer = room.ask<PoolsInput>(PoolsRequest{name});
    return answer ? *json_from_text(answer->body) : Json();
}

std::int64_t number_of(const Json& pool, const char* what) { return member(pool, what)->as_int64(); }

// The first sentence of the run's explanation.
std::string why(Room& room, ports::RunId run, const std::string& task, const std::string& country = "") {
    ExplainRunRequest wanted;
    wanted.run = run;
    wanted.task = task;
    wanted.country = country;
    wanted.countries = Countries::all();
    const Result<Reply> answer = room.ask<ExplainRunInput>(std::move(wanted));
    return answer ? answer->body : describe(answer.error());
}

TEST(Pools, TokensAreHeldWhileAttemptsRunAndOthersGoPast) {
    Room room;
    room.budget = {4, 4};
    room.boot();
    ASSERT_TRUE(set(room, "warehouse", 1));
    room.deploy(room.flow("w", {with_pools(task("a", {}, true), {{"warehouse", 1}}), task("b", {}, true)}));
    const ports::RunId run = room.submit("w");
    EXPECT_EQ(room.started(), (std::vector<std::string>{"a/AA", "b/AA", "b/BB"})) << "a/BB keeps nobody waiting";
    const Json pool = shown(room, "warehouse");
    EXPECT_EQ(number_of(pool, "held"), 1);
    EXPECT_EQ(number_of(pool, "waiting"), 1);
    EXPECT_NE(why(room, run, "a", "BB").find("waits for 1 of 1 slot of pool warehouse, 1 is held by run " + std::to_string(run) + " AA/a"), std::string::npos)
        << why(room, run, "a", "BB");
    room.end();  // a/AA
    EXPECT_EQ(room.started(), (std::vector<std::string>{"b/AA", "b/BB", "a/BB"}));
    while (!room.executor->started.empty()) {
        room.end();
    }
    EXPECT_EQ(room.state(run), "succeeded");
    EXPECT_EQ(number_of(shown(room, "warehouse"), "held"), 0);
}

TEST(Pools, AClaimLargerThanItsPoolKeepsNobodyWaiting) {
    Room room;
    room.budget = {4, 4};
    room.boot();
    ASSERT_TRUE(set(room, "lic", 3));
    room.deploy(room.flow("hog", {with_pools(task("h"), {{"lic", 5}})}));
    room.deploy(room.flow("w", {with_pools(task("a", {}, true), {{"lic", 2}})}));
    room.submit("hog");
    const ports::RunId run = room.submit("w");
    EXPECT_EQ(room.started(), std::vector<std::string>{"a/AA"});
    EXPECT_EQ(number_of(shown(room, "lic"), "waiting"), 2);
    room.end();
    EXPECT_EQ(room.started(), std::vector<std::string>{"a/BB"}) << "what the pool can never give holds up nobody";
    room.end();
    EXPECT_EQ(room.state(run), "succeeded");
    EXPECT_TRUE(room.started().empty());
    ASSERT_TRUE(set(room, "lic", 5));
    EXPECT_EQ(room.started(), std::vector<std::string>{"h"}) << "now the pool has as many";
}

TEST(Pools, AStreamOfSmallClaimsDoesNotKeepALargeOneWaitingForEver) {
    Room room;
    room.budget = {8, 8};
    room.boot();
    ASSERT_TRUE(set(room, "lic", 4));
    room.deploy(room.flow("large", {with_pools(task("l"), {{"lic", 4}})}));
    room.deploy(room.flow("small", {with_pools(task("s"), {{"lic", 1}})}));
    room.deploy(room.flow("other", {task("o")}));
    for (int n = 0; n < 4; ++n) {
        room.submit("small");
    }
    room.submit("large");
    const auto started = [&] { return room.started(); };
    // One ends each minute, and another one comes.
    for (int minute = 0; minute < 4; ++minute) {
        room.step(std::chrono::minutes(1));
        room.end();
        room.submit("small");
        ASSERT_EQ(started(), (std::vector<std::string>{"s", "s", "s", "s"})) << "it goes past: " << minute;
    }
    room.step(std::chrono::minutes(1));
    room.submit("other");
    for (int left = 3; left >= 0; --left) {
        room.end();
        room.submit("small");
        const std::vector<std::string> now = started();
        ASSERT_EQ(std::count(now.begin(), now.end(), "s"), left) << "its slots are kept free";
        ASSERT_EQ(std::count(now.begin(), now.end(), "o"), 1) << "what wants none of them goes on";
    }
    const std::vector<std::string> now = started();
    EXPECT_EQ(std::count(now.begin(), now.end(), "l"), 1);
    room.end(sdk::Succeeded{});  // the other
    room.end();
    EXPECT_EQ(started(), (std::vector<std::string>{"s", "s", "s", "s"}));
}

TEST(Pools, WhatWaitedForOnePoolBeginsInTheOrderInWhichItCame) {
    Room room;
    room.budget = {1, 1};
    room.boot();
    ASSERT_TRUE(set(room, "tok", 0));
    room.deploy(room.flow("w", {with_pools(task("a"), {{"tok", 1}})}));
    std::vector<ports::RunId> runs;
    for (int n = 0; n < 4; ++n) {
        runs.push_back(room.submit("w"));
    }
    EXPECT_TRUE(room.started().empty());
    ASSERT_TRUE(set(room, "tok", 4));
    for (const ports::RunId run : runs) {
        ASSERT_EQ(room.started().size(), 1U);
        room.end();
        EXPECT_EQ(room.state(run), "succeeded");
    }
}

TEST(Pools, ANewLimitCountsAtOnceAndInterruptsNobody) {
    Room room;
    room.budget = {4, 4};
    room.boot();
    ASSERT_TRUE(set(room, "workflow:w", 3));
    room.deploy(room.flow("w", {task("a", {}, true), task("b", {}, true)}));
    room.submit("w");
    EXPECT_EQ(room.executor->started.size(), 3U);
    ASSERT_TRUE(set(room, "workflow:w", 1));
    EXPECT_EQ(room.executor->started.size(), 3U);
    EXPECT_TRUE(room.executor->cancelled.empty());
    room.end();
    EXPECT_EQ(room.executor->started.size(), 2U) << "two are still more than one";
    ASSERT_TRUE(set(room, "workflow:w", std::nullopt));
    EXPECT_EQ(room.executor->started.size(), 3U) << "what waited began with the change";
}

TEST(Pools, CoresCanBeGivenBackWhileWorkGoesOn) {
    Room room;
    room.deploy(room.flow("w", {task("a", {}, true), task("b", {}, true)}));
    ASSERT_TRUE(set(room, "compute", 1));
    room.submit("w");
    EXPECT_EQ(room.executor->started.size(), 1U);
    EXPECT_FALSE(set(room, "compute", 3)) << "the daemon has two";
    ASSERT_TRUE(set(room, "compute", 0));
    room.end();
    EXPECT_TRUE(room.executor->started.empty()) << "nothing begins";
    ASSERT_TRUE(set(room, "compute", 2));
    EXPECT_EQ(room.executor->started.size(), 2U);
}

TEST(Pools, ACountryAndAWorkflowsOwnLimit) {
    Room room;
    room.budget = {8, 4};
    room.boot();
    auto own = room.flow("own", {task("a", {}, true), task("b", {}, true), task("c", {}, true)});
    own->limits = {std::nullopt, 2};
    room.deploy(own);
    ASSERT_TRUE(set(room, "country:BB", 1));
    room.submit("own");
    EXPECT_EQ(room.executor->started.size(), 3U) << "two of AA, one of BB";
    const Json pool = shown(room, "country:BB");
    EXPECT_EQ(number_of(pool, "held"), 1);
    EXPECT_EQ(number_of(pool, "waiting"), 2);
    EXPECT_EQ(number_of(shown(room, "workflow:own/AA"), "waiting"), 1);
}

TEST(Pools, ATaskThatNamesAPoolNobodyMadeWaitsAndSaysSo) {
    Room room;
    room.deploy(room.flow("w", {with_pools(task("a"), {{"licences", 2}})}));
    const ports::RunId run = room.submit("w");
    EXPECT_TRUE(room.executor->started.empty());
    EXPECT_NE(why(room, run, "a").find("pool 'licences', which does not exist: `kontor pools set licences SLOTS` makes it"), std::string::npos);
    ASSERT_TRUE(set(room, "licences", 1));
    EXPECT_TRUE(room.executor->started.empty());
    EXPECT_NE(why(room, run, "a").find("waits for 2 of 1 slot of pool licences: it cannot begin before the pool has as many"), std::string::npos);
    ASSERT_TRUE(set(room, "licences", 2));
    EXPECT_EQ(room.started(), std::vector<std::string>{"a"});
    PoolRequest gone{Room::as("anna"), "licences", true};
    const Result<Reply> refused = room.ask<PoolInput>(std::move(gone));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Conflict) << "a task names it";
}

// Slots follow from what runs: after a crash nothing is held that does not run, and limits are as they were.
TEST(Pools, AKilledDaemonComesBackWithItsLimitsAndNoSlotIsLost) {
    Room room;
    room.budget = {4, 4};
    room.boot();
    ASSERT_TRUE(set(room, "warehouse", 1));
    ASSERT_TRUE(set(room, "country:AA", std::nullopt, 3));
    room.deploy(room.flow("w", {with_pools(task("a", {}, true), {{"warehouse", 1}})}));
    const ports::RunId run = room.submit("w");
    for (int crash = 0; crash < 3; ++crash) {
        room.boot();
        room.step();
        EXPECT_EQ(room.executor->started.size(), 1U);
        EXPECT_EQ(number_of(shown(room, "warehouse"), "held"), 1);
        EXPECT_EQ(number_of(shown(room, "country:AA"), "weight"), 3);
    }
    room.end();
    room.end();
    EXPECT_EQ(room.state(run), "succeeded");
}

TEST(Pools, APreviewChangesNothingAndWrongOnesAreRefused) {
    Room room;
    const Result<Reply> preview = set(room, "warehouse", 2, 1, true);
    ASSERT_TRUE(preview);
    EXPECT_TRUE(room.store.pools.empty());
    EXPECT_FALSE(set(room, "Warehouse", 2));
    EXPECT_FALSE(set(room, "warehouse", std::nullopt)) << "tokens without a number are no limit";
    EXPECT_FALSE(set(room, "warehouse", 2, 3)) << "only countries have weights";
    PoolRequest unknown{Room::as("anna"), "warehose", true};
    EXPECT_FALSE(room.ask<PoolInput>(std::move(unknown)));
    ASSERT_TRUE(set(room, "warehouse", 2));
    EXPECT_EQ(room.store.pools.at("warehouse").by, "anna");
    PoolRequest gone{Room::as("anna"), "warehouse", true};
    ASSERT_TRUE(room.ask<PoolInput>(std::move(gone)));
    EXPECT_TRUE(room.store.pools.empty());
}

TEST(Pools, APreviewOfARemovalShowsTheDaemonsOwnLimit) {
    Room room;
    room.budget = {8, 4};
    room.boot();
    ASSERT_TRUE(set(room, "compute", 2));
    PoolRequest gone{Room::as("anna"), "compute", true};
    gone.dry_run = true;
    const Result<Reply> preview = room.ask<PoolInput>(std::move(gone));
    ASSERT_TRUE(preview);
    EXPECT_NE(preview->body.find(R"("after":{"name":"compute","counts":"cores","slots":8)"), std::string::npos) << preview->body;
    EXPECT_EQ(*room.store.pools.at("compute").slots, 2) << "nothing was changed";
}

TEST(Pools, CancelOldestMakesRoomForTheNewest) {
    Room room;
    room.budget = {8, 4};
    room.boot();
    auto flow = room.flow("w", {task("a")});
    flow->concurrency = {"g", 2, core::dag::OnConflict::CancelOldest};
    room.deploy(flow);
    const ports::RunId first = room.submit("w");
    const ports::RunId second = room.submit("w");
    const ports::RunId third = room.submit("w");
    EXPECT_EQ(room.executor->cancelled.size(), 1U) << "the oldest is told to stop";
    EXPECT_EQ(room.state(third), "queued");
    room.end(sdk::Failed{sdk::FailureClass::Transient, "cancelled"});
    EXPECT_EQ(room.state(first), "cancelled");
    EXPECT_EQ(room.state(second), "running");
    EXPECT_EQ(room.state(third), "running");
}

}  // namespace
}  // namespace kontor::engine::testing
