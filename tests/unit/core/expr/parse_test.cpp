#include "base/prng.hpp"
#include "unit/core/expr/scope.hpp"

namespace kontor::core::expr::testing {
namespace {

TEST(Parse, SaysWhereItStopped) {
    EXPECT_EQ(eval("a ="), "syntax at 2: a single '=' compares nothing: write '=='");
    EXPECT_EQ(eval("a & b"), "syntax at 2: write '&&'");
    EXPECT_EQ(eval("a b"), "syntax at 2: 'b' is not expected here");
    EXPECT_EQ(eval("(a"), "syntax at 2: ')' is expected here");
    EXPECT_EQ(eval("[a b]"), "syntax at 3: ',' or ']' is expected here");
    EXPECT_EQ(eval("{'a' 1}"), "syntax at 5: ':' is expected here");
    EXPECT_EQ(eval("a ? b"), "syntax at 5: ':' is expected here");
    EXPECT_EQ(eval("1 +"), "syntax at 3: the expression ends too early");
    EXPECT_EQ(eval(""), "syntax at 0: the expression ends too early");
    EXPECT_EQ(eval("'abc"), "syntax at 0: the text has no closing '");
    EXPECT_EQ(eval("1x"), "syntax at 1: 'x' may not follow a number");
    EXPECT_EQ(eval("a.1"), "syntax at 1: '.1' is not expected here") << "a number, not a member";
    EXPECT_EQ(eval("99999999999999999999"), "syntax at 0: the number is out of range");
    EXPECT_EQ(eval("1e999"), "syntax at 0: the number is out of range");
    EXPECT_EQ(eval("lenght(a)"), "syntax at 0: there is no function 'lenght'");
    EXPECT_EQ(eval("sizee(a)"), "syntax at 0: there is no function 'sizee'; did you mean 'size'?");
    EXPECT_EQ(eval("size(a, b)"), "syntax at 0: size() does not take 2 arguments");
    EXPECT_EQ(eval("has(a)"), "syntax at 0: has() takes one path, such as has(event.data.country)");
    EXPECT_EQ(eval("a.matches('(')"), "syntax at 10: the pattern is not valid: missing ): (");
    EXPECT_EQ(eval("in"), "syntax at 0: 'in' stands between a value and a list or map");
    EXPECT_EQ(eval("'\\q'"), "syntax at 1: unknown escape; known are \\n \\t \\\\ \\' \\\" \\xHH \\uHHHH and the like");
    EXPECT_EQ(eval("a # b"), "syntax at 2: '#' has no meaning in an expression");
}

TEST(Parse, RefusesBombs) {
    const std::string deep(100'000, '(');
    EXPECT_TRUE(parse(deep).has_error());
    EXPECT_TRUE(parse(std::string(15'000, '(')).has_error());
    EXPECT_TRUE(parse(std::string(15'000, '!') + "true").has_error());
    EXPECT_TRUE(parse(std::string(15'000, '[')).has_error());
    EXPECT_TRUE(parse(std::string(15'000, '-') + "1").has_error());
    std::string chain = "1";
    std::string path = "a";
    std::string choice = "1";
    for (int i = 0; i < 3000; ++i) {
        chain += "+1";
        path += ".a";
        choice = i < 1000 ? "true ? 1 : " + choice : choice;
    }
    EXPECT_TRUE(parse(chain).has_error());
    EXPECT_TRUE(parse(path).has_error());
    EXPECT_TRUE(parse(choice).has_error());
    EXPECT_TRUE(parse(std::string(60, '(') + "1" + std::string(60, ')')).has_error()) << "bound counts both levels";
    EXPECT_TRUE(parse(std::string(30, '(') + "1" + std::string(30, ')')).has_value());
}

TEST(Parse, ListsTheStaticPathsItReads) {
    EXPECT_TRUE(parse("f(x)").has_error()) << "f is no function";
    EXPECT_TRUE(parse("has(x)").has_error()) << "a root name is always there or never";
    using Paths = std::vector<std::vector<std::string>>;
    const Paths wanted{{"tasks", "extract", "outputs", "datasets"}, {"country"}, {"a", "b-c", "0", "d"}, {"x"}, {"x", "y"}};
    EXPECT_EQ(
        references(*parse("tasks.extract.outputs.datasets[country].rows > 1 && a['b-c'][0].d == size(x) && has(x.y)")), wanted
    );
    EXPECT_EQ(located_references(*parse("1 + params.x"))[0].offset, 4U);
}

// Whatever the bytes: a program, or an error that points into the text.
TEST(Parse, AnyTextGivesAProgramOrAPosition) {
    const std::vector<std::string> pieces{
        "a", ".", "b", "[", "]", "(", ")", "'x'", "\"", "'", "1", "2.5", "+", "-", "*", "/", "%", "==", "<", "&&", "||",
        "!", "?", ":", ",", "{", "}", "in", " ", "size", "has", "default", "true", "null", "matches", "\\", "\x80", "0x", "e9",
    };
    Prng random(20261122);
    const JsonScope scope(R"({"a": {"b": [1, 2.5, "x"]}, "b": 3})");
    int programs = 0;
    for (int round = 0; round < 15'000; ++round) {
        std::string text;
        for (std::uint64_t left = random.below(12); left > 0; --left) {
            text += pieces[random.below(pieces.size())];
        }
        const auto program = parse(text);
        if (program) {
            ++programs;
            const auto value = evaluate(*program, scope);
            EXPECT_TRUE(value || !value.error().message.empty()) << text;
        } else {
            ASSERT_EQ(program.error().kind, ErrorKind::Invalid);
            ASSERT_LE(std::stoul(program.error().details.at(0).pointer), text.size()) << text;
        }
    }
    EXPECT_GT(programs, 150);
}

}  // namespace
}  // namespace kontor::core::expr::testing
