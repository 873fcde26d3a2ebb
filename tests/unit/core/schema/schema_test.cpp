#include "core/schema/schema.hpp"

#include <gtest/gtest.h>

namespace kontor::core::schema {
namespace {

Json json(std::string_view text) { return json_from_text(text).value(); }

// Every fault as "pointer: message", one a line; "" when there is none.
std::string faults(const Result<void>& result) {
    std::string text;
    if (!result) {
        for (const ErrorDetail& detail : result.error().details) {
            text += (text.empty() ? "" : "\n") + detail.pointer + ": " + detail.message;
        }
    }
    return text;
}
std::string check(std::string_view schema, std::string_view value) { return faults(validate(json(schema), json(value))); }

TEST(Schema, ChecksTypes) {
    EXPECT_EQ(check(R"({"type":"integer"})", "1"), "");
    EXPECT_EQ(check(R"({"type":"integer"})", "2.0"), "");
    EXPECT_EQ(check(R"({"type":"integer"})", "2.5"), ": must be an integer, not a decimal number");
    EXPECT_EQ(check(R"({"type":"number"})", "18446744073709551615"), "");
    EXPECT_EQ(check(R"({"type":"boolean"})", R"("NO")"), ": must be a boolean, not a text");
    EXPECT_EQ(check(R"({"type":["string","null"]})", "null"), "");
    EXPECT_EQ(check(R"({"type":["string","null"]})", "1"), ": must be a string or null, not a whole number");
    EXPECT_EQ(check("true", "1"), "");
    EXPECT_EQ(check("false", "1"), ": nothing is allowed here");
}

TEST(Schema, ChecksNumbers) {
    EXPECT_EQ(check(R"({"minimum":1,"maximum":5})", "5"), "");
    EXPECT_EQ(check(R"({"minimum":1})", "0.5"), ": must be at least 1, not 0.5");
    EXPECT_EQ(check(R"({"maximum":5})", "9223372036854775808"), ": must be at most 5, not 9223372036854775808");
    EXPECT_EQ(check(R"({"exclusiveMinimum":0})", "0"), ": must be more than 0, not 0");
    EXPECT_EQ(check(R"({"exclusiveMaximum":1.0})", "1"), ": must be less than 1.0, not 1");
}

TEST(Schema, ChecksTexts) {
    EXPECT_EQ(check(R"({"minLength":2,"maxLength":2})", R"("äö")"), "") << "characters, not bytes";
    EXPECT_EQ(check(R"({"minLength":2})", R"("ä")"), ": must have at least 2 characters");
    EXPECT_EQ(check(R"({"maxLength":1})", R"("ab")"), ": must have at most 1 characters");
    EXPECT_EQ(check(R"({"pattern":"^[A-Z]{2}$"})", R"("de")"), R"(: "de" does not match ^[A-Z]{2}$)");
    EXPECT_EQ(check(R"({"pattern":"(a+)+b"})", "\"" + std::string(30'000, 'a') + "\"").substr(0, 4), ": \"a");
}

TEST(Schema, ChecksFormats) {
    EXPECT_EQ(check(R"({"format":"date"})", R"("2024-02-29")"), "");
    EXPECT_EQ(check(R"({"format":"date"})", R"("2023-02-29")"), ": \"2023-02-29\" is no date");
    EXPECT_EQ(check(R"({"format":"date-time"})", R"("2023-02-28T10:00:00+01:00")"), "");
    EXPECT_EQ(check(R"({"format":"date-time"})", R"("2023-02-28")"), ": \"2023-02-28\" is no date-time");
    EXPECT_EQ(check(R"({"format":"uri"})", R"("https://example.org/a?b=c")"), "");
    EXPECT_EQ(check(R"({"format":"uri"})", R"("not a uri")"), ": \"not a uri\" is no uri");
}

TEST(Schema, ChecksListsAndChoices) {
    EXPECT_EQ(check(R"({"items":{"type":"string"},"minItems":1})", R"(["a", 1, "b", 2])"),
              "/1: must be a string, not a whole number\n/3: must be a string, not a whole number");
    EXPECT_EQ(check(R"({"minItems":1})", "[]"), ": must have at least 1 items");
    EXPECT_EQ(check(R"({"uniqueItems":true})", R"([{"a":1,"b":2},{"b":2,"a":1}])"), "/1: stands twice in the list");
    EXPECT_EQ(check(R"({"uniqueItems":true})", "[1, 1.0]"), "/1: stands twice in the list");
    EXPECT_EQ(check(R"({"enum":["a",1]})", "1.0"), "");
    EXPECT_EQ(check(R"({"enum":["a",1]})", "2"), ": must be one of [\"a\",1], not 2");
    EXPECT_EQ(check(R"({"const":"a"})", R"("b")"), ": must be \"a\"");
}

TEST(Schema, ChecksObjectsAndPointsInside) {
    constexpr std::string_view schema = R"({"type":"object","required":["a","b"],"additionalProperties":false,
        "properties":{"a":{"type":"integer"},"b":{"type":"object","properties":{"x/y":{"type":"string"}}}}})";
    EXPECT_EQ(check(schema, R"({"a":1,"b":{"x/y":"z","more":1}})"), "");
    EXPECT_EQ(check(schema, R"({"a":"1","b":{"x/y":2},"c":0})"),
              "/a: must be an integer, not a text\n/b/x~1y: must be a string, not a whole number\n"
              "/c: there is no 'c' here; known: a, b");
    EXPECT_EQ(check(schema, "{}"), ": 'a' is missing\n: 'b' is missing");
    EXPECT_EQ(check(R"({"additionalProperties":{"type":"integer"}})", R"({"x":"y"})"), "/x: must be an integer, not a text");
}

TEST(Schema, StopsAtTwentyFaults) {
    std::string list = "[\"x\"";
    for (int i = 0; i < 100; ++i) {
        list += ",\"x\"";
    }
    const auto result = validate(json(R"({"items":{"type":"integer"}})"), json(list + "]"));
    EXPECT_EQ(result.error().details.size(), 20U);
}

TEST(Schema, FillsInDefaults) {
    const Json schema = json(R"({"properties":{"n":{"default":3},"o":{"properties":{"p":{"default":[]}}},"q":{}}})");
    EXPECT_EQ(to_text(with_defaults(schema, json(R"({"o":{}})"))), R"({"o":{"p":[]},"n":3})");
    EXPECT_EQ(to_text(with_defaults(schema, json(R"({"n":null})"))), R"({"n":null})");
}

TEST(CheckSchema, RefusesWhatItWouldIgnore) {
    EXPECT_EQ(faults(check_schema(json(R"({"type":"object","properties":{"a":{"type":"int"}}})"))),
              "/properties/a/type: must be null, boolean, integer, number, string, array or object, or a list of these");
    EXPECT_EQ(faults(check_schema(json(R"({"oneOf":[]})"))), "/oneOf: 'oneOf' is no keyword of the supported JSON Schema subset");
    EXPECT_EQ(faults(check_schema(json(R"({"pattern":"("})"))), "/pattern: the pattern is not valid: missing ): (");
    EXPECT_EQ(faults(check_schema(json(R"({"minLength":-1})"))), "/minLength: must be a whole number, zero or more");
    EXPECT_EQ(faults(check_schema(json(R"({"type":"integer","minimum":1,"default":0})"))),
              "/default: does not satisfy its own schema: the value must be at least 1, not 0");
    EXPECT_EQ(faults(check_schema(json(R"({"items":5})"))), "/items: a schema is a map such as {type: integer}, not a whole number");
    EXPECT_EQ(faults(check_schema(json(R"({"format":"email"})"))), "/format: must be date, date-time or uri");
    EXPECT_EQ(faults(check_schema(json(R"({"type":"array","items":{"type":"string","pattern":"^[A-Z]{2}$"},"default":[]})"))), "");
}

}  // namespace
}  // namespace kontor::core::schema
