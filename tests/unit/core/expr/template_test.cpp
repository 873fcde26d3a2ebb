#include "unit/core/expr/scope.hpp"

namespace kontor::core::expr::testing {
namespace {

std::string rendered(std::string_view value, std::string_view scope) {
    const auto compiled = compile(json_from_text(value).value());
    if (!compiled) {
        return "fault in " + compiled.error().details.at(0).pointer + " at " + compiled.error().details.at(0).message;
    }
    const auto result = render(*compiled, JsonScope(scope));
    return result ? to_text(*result) : "error in " + result.error().details.at(0).pointer + ": " + result.error().message;
}

TEST(Template, AWholeExpressionKeepsItsType) {
    EXPECT_EQ(rendered(R"j({"n": "${{ n + 1 }}", "list": ["${{ m }}"], "plain": [1, "x"]})j", R"({"n": 1, "m": {"a": [1]}})"),
              R"j({"n":2,"list":[{"a":[1]}],"plain":[1,"x"]})j");
    EXPECT_EQ(rendered("\"${{ n }}\\n\"", R"({"n": 1})"), "1") << "a block scalar's last line break";
}

TEST(Template, TextAroundGivesText) {
    EXPECT_EQ(rendered(R"j("${{ n }} of ${{ m }}")j", R"({"n": 1, "m": "x"})"), R"j("1 of x")j");
    EXPECT_EQ(rendered(R"j(" ${{ n }}")j", R"({"n": [1]})"), R"j(" [1]")j");
}

TEST(Template, BracesAndQuotesInsideDoNotCloseIt) {
    EXPECT_EQ(rendered(R"j("${{ {'a': {'b': 1}} }}")j", "{}"), R"j({"a":{"b":1}})j");
    EXPECT_EQ(rendered(R"j("${{ '}}' + '${{' }}")j", "{}"), R"j("}}${{")j");
    EXPECT_EQ(rendered(R"j("${{ r'\\' }}!")j", "{}"), R"j("\\!")j");
    EXPECT_EQ(rendered(R"j("{{ n }} $(id) }}")j", "{}"), R"j("{{ n }} $(id) }}")j") << "inert text";
}

TEST(Template, FaultsNameTextAndOffset) {
    EXPECT_EQ(rendered(R"j({"a/b": ["x", "ab ${{ 1 + }}"]})j", "{}"), "fault in /a~1b/1 at 11: the expression ends too early");
    EXPECT_EQ(rendered(R"j("x ${{ n ")j", "{}"), "fault in  at 2: '${{' has no closing '}}'");
    EXPECT_EQ(rendered(R"j("${{ 'n }}")j", "{}"), "fault in  at 4: the text has no closing '");
    EXPECT_EQ(rendered(R"j({"a": "${{ x.y }}"})j", R"({"x": {}})"), "error in /a: x has no member 'y'");
}

TEST(Template, ReferencesSayWhereTheyStand) {
    const auto compiled = compile(json_from_text(R"j({"a": ["${{ params.x }}", "n ${{ 1 + tasks.t.outputs }}"]})j").value());
    const auto found = located_references(*compiled);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].pointer, "/a/0");
    EXPECT_EQ(found[0].offset, 4U);
    EXPECT_EQ(found[1].pointer, "/a/1");
    EXPECT_EQ(found[1].offset, 10U);
    EXPECT_EQ(found[1].path, (std::vector<std::string>{"tasks", "t", "outputs"}));
}

TEST(Template, ParseWrappedTakesExactlyOneExpression) {
    EXPECT_TRUE(parse_wrapped("${{ a }}").has_value());
    EXPECT_TRUE(parse_wrapped("${{ a }}\n").has_value()) << "a block scalar";
    EXPECT_TRUE(parse_wrapped("a").has_error());
    EXPECT_TRUE(parse_wrapped("${{ a }} ${{ b }}").has_error());
    EXPECT_EQ(parse_wrapped("${{ a + }}").error().details[0].pointer, "8");
}

}  // namespace
}  // namespace kontor::core::expr::testing
