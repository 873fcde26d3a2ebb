#include "http/target.hpp"

#include <gtest/gtest.h>

namespace kontor::http {
namespace {

TEST(Target, SplitsAndDecodesPathAndQuery) {
    const auto target =
        split_target("/v1/campaigns/2026-11%20t%C3%A9st?limit=5&cursor=a%2Bb+c&flag");
    ASSERT_TRUE(target) << describe(target.error());
    EXPECT_EQ(target->path, "/v1/campaigns/2026-11%20t%C3%A9st");
    EXPECT_EQ(target->segments, (std::vector<std::string>{"v1", "campaigns", "2026-11 t\u00e9st"}));
    const std::vector<std::pair<std::string, std::string>> query{
        {"limit", "5"}, {"cursor", "a+b c"}, {"flag", ""}};
    EXPECT_EQ(target->query, query);
    EXPECT_TRUE(split_target("/")->segments.empty());
    EXPECT_TRUE(split_target("/?")->query.empty());
}

TEST(Target, TrailingSlashIsAnotherPath) {
    EXPECT_EQ(split_target("/v1/runs/")->segments, (std::vector<std::string>{"v1", "runs", ""}));
}

TEST(Target, RefusesEverySecondSpelling) {
    for (const char* target : {
             "",          "v1",         "//",       "/a//b",  "/./a",     "/a/..",  "/%2e/a",
             "/a/%2E%2e", "/.%2e/a",    "/a%2eb",   "/a%2fb", "/a%2Fb",   "/a%5cb", "/a\\b",
             "/a;b",      "/a%3bb",     "/a%00b",   "/a%0ab", "/a%7fb",   "/a%",    "/a%2",
             "/a%zz",     "/a#b",       "/a?b#c",   "/a%ff",  "/a%c0%af", "/a b",   "/a\x80",
             "/a?b=%ff",  "/a?b=1&b=2", "/a?b=%00", "/a\"b",
         }) {
        EXPECT_FALSE(split_target(target)) << target;
    }
}

TEST(Target, NothingIsDecodedTwice) {
    EXPECT_EQ(split_target("/a/%252e%252e")->segments.back(), "%2e%2e");
    EXPECT_EQ(split_target("/a?b=%252f")->query.front().second, "%2f");
}

TEST(Target, BoundsTheNumberOfParameters) {
    std::string target = "/a?";
    for (int i = 0; i < 40; ++i) {
        target += "p" + std::to_string(i) + "=1&";
    }
    EXPECT_FALSE(split_target(target));
}

}  // namespace
}  // namespace kontor::http
