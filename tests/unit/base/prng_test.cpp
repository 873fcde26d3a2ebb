#include "base/prng.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace kontor {
namespace {

TEST(Prng, FollowsTheReferenceSequenceOfSplitMix64) {
    Prng prng(1234567);
    for (const std::uint64_t expected :
         {6457827717110365317ULL,
          3203168211198807973ULL,
          9817491932198370423ULL,
          4593380528125082431ULL,
          16408922859458223821ULL}) {
        EXPECT_EQ(prng.next(), expected);
    }
}

TEST(Prng, UnitsLieInZeroToOneAndSpreadEvenly) {
    Prng prng(5);
    std::array<int, 10> buckets{};
    for (int i = 0; i < 100'000; ++i) {
        const double value = prng.unit();
        ASSERT_GE(value, 0.0);
        ASSERT_LT(value, 1.0);
        ++buckets[static_cast<std::size_t>(value * 10)];
    }
    for (const int count : buckets) {
        EXPECT_NEAR(count, 10'000, 500);
    }
}

TEST(Prng, BelowStaysBelowAndReachesEveryValue) {
    Prng prng(6);
    std::vector<bool> seen(7, false);
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t value = prng.below(7);
        ASSERT_LT(value, 7U);
        seen[value] = true;
    }
    EXPECT_EQ(seen, std::vector<bool>(7, true));
    EXPECT_EQ(prng.below(1), 0U);
}

TEST(StableHash, IsFnv1aSoThatSeedsFromNamesNeverChange) {
    EXPECT_EQ(stable_hash(""), 0xcbf29ce484222325ULL);
    EXPECT_EQ(stable_hash("a"), 0xaf63dc4c8601ec8cULL);
    EXPECT_EQ(stable_hash("foobar"), 0x85944171f73967e8ULL);
    EXPECT_EQ(stable_hash("bar", stable_hash("foo")), stable_hash("foobar"));
}

}  // namespace
}  // namespace kontor
