#include "http/router.hpp"

#include "http/gate.hpp"

#include <gtest/gtest.h>

namespace kontor::http {
namespace {

// A route without a guard does not compile: Guard has no default, and refuses what denies.
static_assert(!std::is_default_constructible_v<Guard>);

TEST(Router, RouteIsDeniedUnlessItSaysOtherwise) {
    EXPECT_EQ(Access{}, Access::Denied);
    EXPECT_EQ(Where{}, Where::Undeclared);
    EXPECT_EQ(Caller{}.role, Role::None);
    EXPECT_FALSE(Countries{}.is_all() || Countries{}.contains("DE") || Countries{}.contains(""));
    EXPECT_EQ(Countries{}.filter(), "");
    EXPECT_EQ(Countries::of({"FR", "DE"}).filter(), "DE,FR");
    EXPECT_FALSE(Countries::of({"DE"}).contains("")) << "what belongs to no country is for all alone";
}

TEST(Router, FindsRoutesWithTheirParameters) {
    const Match found = match(Method::Post, {"v1", "schedules", "train", "monthly", "run"});
    ASSERT_NE(found.route, nullptr);
    EXPECT_EQ(found.route->pattern, "/v1/schedules/{workflow}/{trigger}/run");
    EXPECT_EQ(found.path.at("workflow"), "train");
    EXPECT_EQ(found.path.at("trigger"), "monthly");
}

TEST(Router, NamesTheMethodsOfAKnownPath) {
    const Match found = match(Method::Delete, {"v1", "runs"});
    EXPECT_EQ(found.route, nullptr);
    EXPECT_EQ(allow_list(found.allowed), "GET, HEAD, POST, OPTIONS");
    EXPECT_TRUE(match(Method::Get, {"v1", "runs", ""}).allowed.empty());
    EXPECT_TRUE(match(Method::Get, {}).allowed.empty());
}

TEST(Router, NoTwoRoutesMatchTheSameRequest) {
    for (const Route& one : routes()) {
        for (const Route& other : routes()) {
            if (&one != &other) {
                EXPECT_FALSE(one.method == other.method && one.pattern == other.pattern)
                    << one.pattern;
            }
        }
    }
}

TEST(Forms, IdsAreWholeNumbersAboveZeroThatFit) {
    EXPECT_TRUE(is_id("1") && is_id("9223372036854775807"));
    for (const char* text : {"", "0", "01", "-1", "+1", "1x", " 1", "9223372036854775808", "1.0"}) {
        EXPECT_FALSE(is_id(text)) << text;
    }
}

TEST(Forms, NamesAndCountriesAreNarrow) {
    EXPECT_TRUE(is_name("train") && is_name("m-17") && is_name("on_alarm.v2") && is_name("2026"));
    for (const std::string& text :
         {std::string(),
          std::string("."),
          std::string("-a"),
          std::string("a b"),
          std::string("a/b"),
          std::string("\u00e9"),
          std::string(101, 'a')}) {
        EXPECT_FALSE(is_name(text)) << text;
    }
    EXPECT_TRUE(is_country("NO"));
    EXPECT_FALSE(is_country("no") || is_country("NOR") || is_country("N1"));
}

}  // namespace
}  // namespace kontor::http
