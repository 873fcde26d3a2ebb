#include "unit/core/expr/scope.hpp"

namespace kontor::core::expr::testing {
namespace {

struct Case {
    const char* text;
    const char* gives;
};

constexpr const char* world = R"json({
  "country": "DE", "none": null, "big": 18446744073709551615,
  "params": {"trials": 24, "share": 0.25, "countries": ["DE", "FR"], "name": "a-b"},
  "tasks": {"extract": {"outputs": {"datasets": {"DE": {"rows": 7}, "NO": {"rows": 0}}}, "succeeded": ["DE"]},
            "on-alarm": {"state": "failed"}}
})json";

void check(std::initializer_list<Case> cases) {
    for (const Case& each : cases) {
        EXPECT_EQ(eval(each.text, world), each.gives) << each.text;
    }
}

TEST(Evaluate, GivesLiterals) {
    check({
        {"null", "null"}, {"true", "true"}, {"-7", "-7"}, {"0x1F", "31"}, {"1.5e3", "1500.0"}, {".5", "0.5"},
        {"'it''s'", "syntax at 4: ''s'' is not expected here"}, {"'it\\'s'", "\"it's\""}, {"\"q\"", "\"q\""},
        {"'\\u00e9\\x41\\101\\n'", "\"\u00e9AA\\n\""}, {"r'\\d'", "\"\\\\d\""}, {"[1, 'a', [],]", "[1,\"a\",[]]"},
        {"{'a': 1, 'b': {'c': 2}}", "{\"a\":1,\"b\":{\"c\":2}}"},
        {"-9223372036854775808", "-9223372036854775808"}, {"9223372036854775807", "9223372036854775807"},
    });
}

TEST(Evaluate, FollowsPaths) {
    check({
        {"params.trials", "24"},
        {"tasks['on-alarm'].state", "\"failed\""},
        {"tasks.extract.outputs.datasets[country]", "{\"rows\":7}"},
        {"tasks.extract.outputs.datasets['NO'].rows", "0"},
        {"params.countries[1]", "\"FR\""},
        {"[1, 2, 3][2]", "3"},
        {"{'a': {'b': 5}}.a.b", "5"},
    });
}

TEST(Evaluate, NamesThePathThatIsMissing) {
    check({
        {"tasks.extract.outputs.rows", "error: tasks.extract.outputs has no member 'rows'"},
        {"tasks['on-alarm'].stat", "error: tasks['on-alarm'] has no member 'stat'"},
        {"params.countries[2]", "error: params.countries has 2 elements, so none at 2"},
        {"params.countries[-1]", "error: params.countries has 2 elements, so none at -1"},
        {"params.countries.DE",
         "error: params.countries is a list, so it has no member 'DE'; take one of its elements with [0]"},
        {"none.model", "error: none is null, so it has no member 'model'"},
        {"params.trials.x", "error: params.trials is a whole number, so it has no member 'x'"},
        {"nobody", "error: there is no name 'nobody' here"},
        {"params[1.5]", "error: an index is a text or a whole number, not a decimal number"},
    });
}

TEST(Evaluate, CountsWholeNumbersExactly) {
    check({
        {"1 + 2 * 3", "7"}, {"(1 + 2) * 3", "9"}, {"7 / 2", "3"}, {"-7 / 2", "-3"}, {"-7 % 3", "-1"}, {"8 - 2 - 1", "5"},
        {"- - 3", "3"}, {"-params.trials", "-24"},
        {"9223372036854775807 + 1", "error: '+' overflows a 64-bit whole number"},
        {"-9223372036854775808 - 1", "error: '-' overflows a 64-bit whole number"},
        {"-9223372036854775808 / -1", "error: '/' overflows a 64-bit whole number"},
        {"-9223372036854775808 % -1", "0"},
        {"-(-9223372036854775808)", "error: '-' overflows a 64-bit whole number"},
        {"3037000500 * 3037000500", "error: '*' overflows a 64-bit whole number"},
        {"big + 1", "error: '+' overflows a 64-bit whole number"},
        {"1 / 0", "error: division by zero"}, {"1 % 0", "error: division by zero"},
    });
}

TEST(Evaluate, NeverMixesNumbersSilently) {
    check({
        {"0.5 + 0.25", "0.75"},
        {"params.trials * params.share",
         "error: '*' does not go between a whole number and a decimal number; convert one with int() or double()"},
        {"double(params.trials) * params.share", "6.0"},
        {"int(6.9)", "6"}, {"int(-6.9)", "-6"}, {"int('12')", "12"},
        {"int('12x')", "error: int(): '12x' is not a whole number"},
        {"int(1e300)", "error: int(): 1e+300 is out of range"},
        {"1.0 / 0.0", "error: '/' gives no finite number"},
        {"1e308 * 10.0", "error: '*' gives no finite number"},
        {"5.0 % 2.0", "error: '%' does not go between a decimal number and a decimal number; convert one with int() or double()"},
        {"'a' + 1", "error: '+' does not go between a text and a whole number; convert with string()"},
    });
}

TEST(Evaluate, ComparesAcrossNumberTypesExactly) {
    check({
        {"1 == 1.0", "true"}, {"1 < 1.5", "true"}, {"big > 1", "true"}, {"big == 18446744073709551616.0", "false"},
        {"9223372036854775807 == 9223372036854775808.0", "false"},
        {"9223372036854775807 < 9223372036854775808.0", "true"},
        {"9007199254740993 > 9007199254740992.0", "true"},
        {"-1 < -0.5", "true"}, {"'a' < 'b'", "true"}, {"false < true", "true"},
        {"1 == '1'", "false"}, {"null == none", "true"}, {"[1, 2.0] == [1.0, 2]", "true"},
        {"{'a': 1} == {'a': 1.0}", "true"}, {"{'a': 1} != {'b': 1}", "true"},
        {"1 < 'a'", "error: '<' does not go between a whole number and a text"},
    });
}

TEST(Evaluate, LooksInsideListsAndMaps) {
    check({
        {"country in params.countries", "true"}, {"'NO' in params.countries", "false"},
        {"'NO' in tasks.extract.outputs.datasets", "true"}, {"!('X' in {'a': 1})", "true"},
        {"'a' in 'abc'", "error: 'in' looks into a list or a map, not into a text; write text.contains(part)"},
    });
}

TEST(Evaluate, ForgetsAnErrorThatDoesNotMatter) {
    check({
        {"true || nobody", "true"}, {"nobody || true", "true"}, {"false && nobody", "false"},
        {"nobody && false", "false"},
        {"nobody && true", "error: there is no name 'nobody' here"},
        {"nobody || false", "error: there is no name 'nobody' here"},
        {"1 && true", "error: '&&' takes booleans, not a whole number"},
        {"1 || true", "true"},
        {"true ? 1 : nobody", "1"}, {"false ? nobody : 2", "2"}, {"false ? 1 : true ? 2 : 3", "2"},
        {"1 ? 1 : 2", "error: what stands before '?' must be a boolean, not a whole number"},
        {"!1", "error: '!' takes a boolean, not a whole number"},
    });
}

TEST(Evaluate, AsksWhetherSomethingIsThere) {
    check({
        {"has(params.trials)", "true"}, {"has(params.seed)", "false"}, {"has(tasks['on-alarm'])", "true"},
        {"has(params.countries[5])", "false"},
        {"has(params.a.b)", "error: params has no member 'a'"},
        {"default(params.a.b, 5)", "5"}, {"default(none, 'x')", "\"x\""}, {"default(none.model, 1)", "1"},
        {"default(params.trials, 5)", "24"}, {"params.trials.default(5)", "24"},
        {"default(1 / 0, 5)", "error: division by zero"},
    });
}

TEST(Evaluate, CallsFunctions) {
    check({
        {"size('Zürich')", "6"}, {"size(params.countries)", "2"}, {"params.countries.size()", "2"},
        {"size(1)", "error: size() takes a text, a list or a map, not a whole number"},
        {"string(1.5)", "\"1.5\""}, {"string([1])", "\"[1]\""}, {"double('0.5')", "0.5"}, {"bool('true')", "true"},
        {"'abc'.contains('b') && 'abc'.startsWith('a') && 'abc'.endsWith('c')", "true"},
        {"country.matches('^[A-Z]{2}$')", "true"}, {"matches('x', params.name)", "false"},
        {"'aB'.lowerAscii() + 'aB'.upperAscii()", "\"abAB\""}, {"trim('  a b ')", "\"a b\""}, {"trim('   ')", "\"\""},
        {"'a,b,,c'.split(',')", "[\"a\",\"b\",\"\",\"c\"]"}, {"['a', 'b'].join('-')", "\"a-b\""}, {"[].join()", "\"\""},
        {"join([1])", "error: join() takes a list of texts, not a whole number"},
        {"'a'.split('')", "error: split() needs a separator that is not empty"},
        {"replace('aXbX', 'X', '--')", "\"a--b--\""},
        {"min(3, 1.5, 2)", "1.5"}, {"max(['a', 'c', 'b'])", "\"c\""}, {"min([])", "error: min() of an empty list"},
        {"keys(tasks.extract.outputs.datasets)", "[\"DE\",\"NO\"]"}, {"values({'b': 1, 'a': 2})", "[2,1]"},
        {"[1] + [2]", "[1,2]"}, {"'a' + 'b'", "\"ab\""},
    });
}

TEST(Evaluate, StopsBeforeItBuildsTooMuch) {
    std::string text = "'aaaaaaaaaaaaaaaa'";
    for (int i = 0; i < 20; ++i) {
        text += ".replace('a', 'aaaaaaaaaaaaaaaa')";
    }
    EXPECT_EQ(eval(text), "error: the expression builds more than 64 MiB");
}

TEST(Evaluate, AnEvilPatternTakesNoTime) {
    const std::string scope = "{\"text\": \"" + std::string(30'000, 'a') + "\"}";
    EXPECT_EQ(eval("text.matches('(a+)+b')", scope), "false");
}

}  // namespace
}  // namespace kontor::core::expr::testing
