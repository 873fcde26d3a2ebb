#include "base/caller.hpp"

#include <gtest/gtest.h>

namespace kontor {
namespace {

TEST(Caller, ZeroValuesMayDoNothing) {
    const Caller nobody;
    EXPECT_EQ(nobody.role, Role::None);
    EXPECT_FALSE(nobody.countries.contains("DE"));
    EXPECT_FALSE(nobody.countries.contains(""));
    EXPECT_EQ(nobody.countries.filter(), "");
}

TEST(Caller, CountriesAreASortedSetOrAll) {
    const Countries some = Countries::of({"FR", "DE", "FR"});
    EXPECT_EQ(some.filter(), "DE,FR");
    EXPECT_TRUE(some.contain_all_of({"FR", "DE"}));
    EXPECT_FALSE(some.contain_all_of({"FR", "IT"}));
    EXPECT_FALSE(some.contains("")) << "what belongs to no country is in no scope but all";
    EXPECT_TRUE(Countries::all().contains(""));
    EXPECT_EQ(Countries::all().filter(), std::nullopt);
}

TEST(Caller, WhatIsCommonToTwoIsNeverMoreThanEither) {
    const Countries some = Countries::of({"DE", "FR"});
    EXPECT_EQ(some.common_with(Countries::all()), some);
    EXPECT_EQ(Countries::all().common_with(some), some);
    EXPECT_EQ(some.common_with(Countries::of({"FR", "IT"})), Countries::of({"FR"}));
    EXPECT_EQ(some.common_with({}).filter(), "");
    EXPECT_TRUE(Countries::all().common_with(Countries::all()).is_all());
}

}  // namespace
}  // namespace kontor
