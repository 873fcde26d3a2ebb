#include "core/fair/pools.hpp"

#include <gtest/gtest.h>

namespace kontor::core::fair {
namespace {

dag::Workflow workflow(std::optional<int> attempts = std::nullopt, std::optional<int> per_country = std::nullopt) {
    dag::Workflow made;
    made.name = "train";
    made.limits = {attempts, per_country};
    return made;
}

dag::TaskNode task(std::vector<std::pair<std::string, int>> pools = {}, int memory_mb = 0) {
    dag::TaskNode made;
    made.name = "tune";
    made.uses = "model.trial";
    made.pools = std::move(pools);
    made.memory_mb = memory_mb;
    return made;
}

std::string full(const std::vector<Claim>& claims, const Pools& pools, const Holdings& held) {
    const Claim* claim = without_room(claims, pools, held);
    return claim == nullptr ? "" : claim->pool;
}

TEST(Pools, NamesSayWhatTheyLimit) {
    for (const char* good : {"compute", "io", "memory", "warehouse", "x-1_b", "country:DE", "country:*", "workflow:train", "type:model.trial"}) {
        EXPECT_TRUE(check_pool_name(good)) << good;
    }
    for (const char* bad : {"", "Warehouse", "1st", "country:de", "country:DEU", "country:", "workflow:", "workflow:a/b", "type:A", "nothing:x", "a b", "a/b"}) {
        EXPECT_FALSE(check_pool_name(bad)) << bad;
    }
    EXPECT_FALSE(check_pool_name(std::string(101, 'a')));
    EXPECT_TRUE(is_token_pool("warehouse"));
    EXPECT_FALSE(is_token_pool("memory"));
    EXPECT_FALSE(is_token_pool("country:DE"));
}

TEST(Pools, WithoutLimitsNothingBinds) {
    const Pools pools;
    EXPECT_FALSE(pools.may_bind(workflow(), task()));
    EXPECT_EQ(full(claims_of(workflow(), task(), "DE"), pools, {}), "");
    EXPECT_TRUE(pools.may_bind(workflow(5), task()));
    EXPECT_TRUE(pools.may_bind(workflow(), task({{"warehouse", 1}})));
}

TEST(Pools, EachClaimHasItsRoom) {
    Pools pools;
    pools.set("warehouse", {2, 1});
    pools.set("country:*", {3, 1});
    pools.set("country:FR", {1, 1});
    pools.set("type:model.trial", {4, 1});
    const auto german = claims_of(workflow(), task({{"warehouse", 1}}), "DE");
    Holdings held;
    EXPECT_EQ(full(german, pools, held), "");
    held.add(german);
    held.add(german);
    EXPECT_EQ(full(german, pools, held), "warehouse");
    EXPECT_EQ(full(claims_of(workflow(), task(), "DE"), pools, held), "");
    held.add(claims_of(workflow(), task(), "DE"));
    EXPECT_EQ(full(claims_of(workflow(), task(), "DE"), pools, held), "country:DE") << "by the rule for each country";
    const auto french = claims_of(workflow(), task(), "FR");
    EXPECT_EQ(full(french, pools, held), "");
    held.add(french);
    EXPECT_EQ(full(french, pools, held), "country:FR") << "by its own";
    EXPECT_EQ(full(claims_of(workflow(), task(), "IT"), pools, held), "type:model.trial");
    held.subtract(french);
    EXPECT_EQ(full(claims_of(workflow(), task(), "IT"), pools, held), "");
    EXPECT_EQ(held.of("country:FR"), 0);
}

TEST(Pools, AWorkflowsOwnLimitAndThatOfPeopleHoldBoth) {
    Pools pools;
    Holdings held;
    held.add(claims_of(workflow(), task(), "DE"));
    EXPECT_EQ(full(claims_of(workflow(1), task(), "FR"), pools, held), "workflow:train");
    EXPECT_EQ(full(claims_of(workflow(2), task(), "FR"), pools, held), "");
    pools.set("workflow:train", {1, 1});
    EXPECT_EQ(full(claims_of(workflow(2), task(), "FR"), pools, held), "workflow:train");
    pools.remove("workflow:train");
    held.add(claims_of(workflow(9, 1), task(), "DE"));
    EXPECT_EQ(full(claims_of(workflow(9, 1), task(), "DE"), pools, held), "workflow:train/DE");
    EXPECT_EQ(full(claims_of(workflow(9, 1), task(), "FR"), pools, held), "");
}

TEST(Pools, ATokenPoolThatNobodyMadeHasNoRoom) {
    Pools pools;
    EXPECT_EQ(full(claims_of(workflow(), task({{"warehouse", 1}}), ""), pools, {}), "warehouse");
    pools.set("warehouse", {0, 1});
    EXPECT_EQ(full(claims_of(workflow(), task({{"warehouse", 1}}), ""), pools, {}), "warehouse") << "it is closed";
}

TEST(Pools, WhoWantsMoreMemoryThanThereIsRunsAlone) {
    Pools pools;
    pools.set("memory", {1000, 1});
    const auto large = claims_of(workflow(), task({}, 5000), "DE");
    const auto small = claims_of(workflow(), task({}, 400), "DE");
    Holdings held;
    EXPECT_EQ(full(large, pools, held), "");
    held.add(small);
    EXPECT_EQ(full(large, pools, held), "memory");
    EXPECT_EQ(full(small, pools, held), "");
    pools.set("memory", {0, 1});
    EXPECT_EQ(full(large, pools, {}), "memory") << "closed";
}

}  // namespace
}  // namespace kontor::core::fair
