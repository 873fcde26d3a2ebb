#include "core/retry/retry.hpp"

#include <gtest/gtest.h>

namespace kontor::core::retry {
namespace {

using std::chrono::seconds;

const dag::RetryPolicy plain{4, seconds(2), 2.0, seconds(10), dag::Jitter::None};

TEST(Retry, DelaysGrowUpToTheirLimit) {
    EXPECT_EQ(delay(plain, 1, 1), seconds(2));
    EXPECT_EQ(delay(plain, 2, 1), seconds(4));
    EXPECT_EQ(delay(plain, 3, 1), seconds(8));
    EXPECT_EQ(delay(plain, 4, 1), seconds(10));
    EXPECT_EQ(delay(plain, 4000, 1), seconds(10)) << "the power overflows to infinity, the delay does not";
}

TEST(Retry, FullJitterSpreadsOverTheWholeDelayAndFollowsFromTheSeed) {
    dag::RetryPolicy jittered = plain;
    jittered.jitter = dag::Jitter::Full;
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const Duration chosen = delay(jittered, 3, seed);
        EXPECT_GE(chosen, seconds(0));
        EXPECT_LT(chosen, seconds(8));
        EXPECT_EQ(chosen, delay(jittered, 3, seed));
        sum += static_cast<double>(chosen.count()) / 1e6;
    }
    EXPECT_NEAR(sum / 2000, 4.0, 0.3);
}

TEST(Retry, WaitsAtLeastAsLongAsTheOtherSideAskedFor) {
    EXPECT_EQ(delay(plain, 1, 1, seconds(60)), seconds(60));
    EXPECT_EQ(delay(plain, 2, 1, seconds(1)), seconds(4));
}

TEST(Retry, OnlyTheWorldsFailuresAreTriedAgain) {
    dag::TaskNode node;
    node.retry = plain;
    for (const auto kind : {sdk::FailureClass::Transient, sdk::FailureClass::Resource}) {
        EXPECT_TRUE(may_retry(node, 3, kind));
        EXPECT_FALSE(may_retry(node, 4, kind));
    }
    for (const auto kind : {sdk::FailureClass::Data, sdk::FailureClass::Config, sdk::FailureClass::Bug}) {
        EXPECT_FALSE(may_retry(node, 1, kind));
    }
}

TEST(Retry, AClassOfFailuresMayHaveAPolicyOfItsOwn) {
    dag::TaskNode node;
    node.retry = plain;
    node.retry_of[sdk::FailureClass::Resource] = {2, seconds(60), 1.0, seconds(60), dag::Jitter::None};
    node.retry_of[sdk::FailureClass::Data] = {3, seconds(1), 1.0, seconds(1), dag::Jitter::None};
    EXPECT_TRUE(may_retry(node, 3, sdk::FailureClass::Transient));
    EXPECT_FALSE(may_retry(node, 2, sdk::FailureClass::Resource));
    EXPECT_EQ(delay(policy_of(node, sdk::FailureClass::Resource), 1, 1), seconds(60));
    EXPECT_TRUE(may_retry(node, 2, sdk::FailureClass::Data));
    EXPECT_FALSE(may_retry(node, 3, sdk::FailureClass::Data));
    EXPECT_FALSE(may_retry(node, 1, sdk::FailureClass::Bug));
    EXPECT_TRUE(may_retry_crash(node, 3));
    node.retry_of[sdk::FailureClass::Bug] = {1, seconds(1), 1.0, seconds(1), dag::Jitter::None};
    EXPECT_FALSE(may_retry_crash(node, 1));
}

}  // namespace
}  // namespace kontor::core::retry
