#include "base/json.hpp"

#include "base/limits.hpp"
#include "base/prng.hpp"
#include "base/stored_json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace kontor {
namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// A random value whose texts hold quotes, control characters and several scripts.
Json random_value(Prng& prng, int depth) {
    static const std::vector<std::string> texts = {
        "", "a", "\"quoted\"", "line\nbreak", "Größe", "日本", "\x01", "a/b\\c", "🇩🇪"};
    switch (prng.below(depth > 3 ? 6 : 8)) {
        case 0:
            return nullptr;
        case 1:
            return prng.below(2) == 0;
        case 2:
            return static_cast<std::int64_t>(prng.next());
        case 3:
            return prng.next();
        case 4:
            return (prng.unit() - 0.5) * 1e9;
        case 5:
            return Json(texts[prng.below(texts.size())]);
        case 6: {
            JsonArray array;
            for (std::uint64_t i = prng.below(4); i > 0; --i) {
                array.push_back(random_value(prng, depth + 1));
            }
            return array;
        }
    }
    JsonObject object;
    for (std::uint64_t i = prng.below(4); i > 0; --i) {
        object[texts[prng.below(texts.size())] + std::to_string(i)] = random_value(prng, depth + 1);
    }
    return object;
}

TEST(Json, WhatIsWrittenReadsBackAsTheSameValue) {
    Prng prng(7);
    for (int i = 0; i < 2000; ++i) {
        const Json value = random_value(prng, 0);
        const Result<Json> plain = json_from_text(to_text(value));
        ASSERT_TRUE(plain.has_value()) << to_text(value);
        EXPECT_EQ(*plain, value) << to_text(value);
        const Result<Json> canonical = json_from_text(to_canonical_text(value));
        ASSERT_TRUE(canonical.has_value()) << to_canonical_text(value);
        EXPECT_EQ(*canonical, value) << to_canonical_text(value);
    }
}

TEST(Json, DoublesReadBackToTheLastBit) {
    Prng prng(8);
    for (int i = 0; i < 20'000; ++i) {
        const double value =
            (prng.unit() - 0.5) * std::pow(10.0, static_cast<double>(prng.below(40)) - 20.0);
        EXPECT_EQ(json_from_text(to_text(Json(value))).value().get_double(), value);
        EXPECT_EQ(json_from_store(to_text(Json(value))).get_double(), value);
    }
    EXPECT_EQ(json_from_text("5e-324").value().get_double(), 5e-324);
    EXPECT_EQ(json_from_text("1e-999").value().get_double(), 0.0);
    EXPECT_EQ(json_from_text("[0.1, 1e2, -2.5E-3]").value(), Json(JsonArray{0.1, 1e2, -2.5E-3}));
}

TEST(Json, DecimalNumbersAreWrittenAsPeopleWriteThem) {
    const std::vector<std::pair<double, const char*>> written{
        {0.2, "0.2"}, {1.0, "1.0"}, {-15.0, "-15.0"}, {0.0, "0.0"}, {1234567.25, "1234567.25"}, {1e15, "1000000000000000.0"},
        {0.000001, "0.000001"}, {2.5e-7, "2.5e-07"}, {1e300, "1e+300"}, {std::nan(""), "null"}};
    for (const auto& [number, text] : written) {
        EXPECT_EQ(to_text(Json(number)), text);
    }
}

TEST(Json, WhatIsWrittenIsEscapedAndReadsBack) {
    const Json value = JsonObject{{"a\"b", "line\nnext\ttab \\ \x01 Zürich"}, {"empty", JsonObject{}}, {"list", JsonArray{nullptr, true}}};
    EXPECT_EQ(to_text(value), R"({"a\"b":"line\nnext\ttab \\ \u0001 Zürich","empty":{},"list":[null,true]})");
    EXPECT_EQ(json_from_text(to_text(value)).value(), value);
}

TEST(Json, ANumberBeyondTheLargestDoubleIsRefusedAndNotMadeInfinite) {
    EXPECT_FALSE(json_from_text("1e400").has_value());
    EXPECT_FALSE(json_from_text("-1e99999999999").has_value());
    EXPECT_FALSE(json_from_text("[1" + std::string(400, '0') + ".5]").has_value());
}

TEST(Json, LargeIntegersStayWhatTheyAre) {
    EXPECT_EQ(json_from_text("9223372036854775807").value().get_int64(), INT64_MAX);
    EXPECT_EQ(json_from_text("-9223372036854775808").value().get_int64(), INT64_MIN);
    EXPECT_EQ(json_from_text("18446744073709551615").value().get_uint64(), UINT64_MAX);
}

TEST(Json, CanonicalTextDoesNotDependOnTheOrderOfKeys) {
    const Json one = json_from_text(R"({"b": [1, {"y": 2, "x": []}], "a": {}})").value();
    const Json other = json_from_text(R"({"a": {}, "b": [1, {"x": [], "y": 2}]})").value();
    EXPECT_EQ(to_canonical_text(one), R"({"a":{},"b":[1,{"x":[],"y":2}]})");
    EXPECT_EQ(to_canonical_text(one), to_canonical_text(other));
}

TEST(Json, CanonicalArraysOfArraysKeepTheirCommas) {
    EXPECT_EQ(
        to_canonical_text(json_from_text("[[], [], [[1], [2]], {}]").value()),
        "[[],[],[[1],[2]],{}]"
    );
}

TEST(Json, ADuplicateKeyIsRefusedAndNamedWithItsPlace) {
    const Result<Json> parsed = json_from_text("{\"a\": 1,\n \"b\": 2, \"a\": 3}");
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(parsed.error().kind, ErrorKind::Invalid);
    EXPECT_NE(parsed.error().message.find("'a' stands twice"), std::string::npos)
        << parsed.error().message;
    ASSERT_EQ(parsed.error().details.size(), 1U);
    EXPECT_EQ(parsed.error().details[0].pointer.substr(0, 2), "2:");
}

TEST(Json, TheSameKeyInDifferentObjectsIsAllowed) {
    EXPECT_TRUE(json_from_text(R"({"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]})").has_value());
}

TEST(Json, ADuplicateKeyWrittenWithAnEscapeIsStillADuplicate) {
    EXPECT_FALSE(json_from_text(R"({"key": 1, "k\u0065y": 2})").has_value());
}

TEST(Json, ALongDuplicateKeyIsFound) {
    const std::string key(5000, 'k');
    EXPECT_FALSE(json_from_text("{\"" + key + "\": 1, \"" + key + "\": 2}").has_value());
    EXPECT_TRUE(json_from_text("{\"" + key + "\": 1, \"" + key + "x\": 2}").has_value());
}

TEST(Json, DepthUpToTheLimitIsReadAndOneMoreIsRefused) {
    EXPECT_TRUE(json_from_text(nested(limits::json_depth_max)).has_value());
    const Result<Json> deeper = json_from_text(nested(limits::json_depth_max + 1));
    ASSERT_FALSE(deeper.has_value());
    EXPECT_NE(deeper.error().message.find("nests deeper than 64"), std::string::npos)
        << deeper.error().message;
}

TEST(Json, AMillionOpenBracketsAreAnErrorAndNotACrash) {
    EXPECT_FALSE(json_from_text(std::string(1'000'000, '[')).has_value());
}

TEST(Json, BrokenTextsAreRefusedWithAPosition) {
    for (const char* text :
         {"",
          " ",
          "{",
          "[1,]",
          "{\"a\" 1}",
          "nul",
          "01",
          "1 2",
          "{} x",
          "\"\\ud800\"",
          "\"\xff\"",
          "'a'",
          "// no",
          "NaN",
          "+1",
          "\"a\tb\""}) {
        const Result<Json> parsed = json_from_text(text);
        ASSERT_FALSE(parsed.has_value()) << text;
        ASSERT_EQ(parsed.error().details.size(), 1U) << text;
        EXPECT_NE(parsed.error().details[0].pointer.find(':'), std::string::npos) << text;
    }
}

TEST(Json, ThePositionNamesLineAndColumn) {
    const Result<Json> parsed = json_from_text("{\n  \"a\": ?\n}");
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(parsed.error().details[0].pointer, "2:8");
}

TEST(Json, WhiteSpaceAroundAValueIsNoTrailingText) {
    EXPECT_TRUE(json_from_text(" \r\n\t{} \n").has_value());
    EXPECT_TRUE(json_from_text(" 12 ").has_value());
}

TEST(Json, MemberOfSomethingElseThanAnObjectIsAbsent) {
    EXPECT_EQ(member(Json(1), "a"), nullptr);
    EXPECT_EQ(member(JsonObject{}, "a"), nullptr);
    EXPECT_EQ(text_member(JsonObject{{"a", 1}}, "a", "other"), "other");
    EXPECT_EQ(text_member(JsonObject{{"a", "x"}}, "a", "other"), "x");
    EXPECT_EQ(text_member(nullptr, "a"), "");
}

TEST(Utf8, TellsValidFromInvalidSequences) {
    for (const char* good :
         {"",
          "a",
          "\xC2\x80",
          "\xDF\xBF",
          "\xE0\xA0\x80",
          "\xED\x9F\xBF",
          "\xEE\x80\x80",
          "\xF0\x90\x80\x80",
          "\xF4\x8F\xBF\xBF"}) {
        EXPECT_TRUE(is_valid_utf8(good));
    }
    for (const char* bad :
         {"\x80",
          "\xC0\x80",
          "\xC1\xBF",
          "\xC2",
          "\xE0\x9F\xBF",
          "\xED\xA0\x80",
          "\xE2\x82",
          "\xF0\x8F\xBF\xBF",
          "\xF4\x90\x80\x80",
          "\xF5\x80\x80\x80",
          "\xFF",
          "a\xF0\x9F\x98"}) {
        EXPECT_FALSE(is_valid_utf8(bad));
    }
}

TEST(Utf8, StorableTextIsValidHasNoZeroByteAndKeepsWhatWasFine) {
    EXPECT_EQ(
        storable(std::string_view("a\0b", 3)),
        "a\xEF\xBF\xBD"
        "b"
    );
    EXPECT_EQ(storable("x\xFFy"), "x\xEF\xBF\xBDy");
    Prng prng(3);
    for (int i = 0; i < 2000; ++i) {
        std::string bytes;
        for (std::uint64_t n = prng.below(12); n > 0; --n) {
            bytes.push_back(static_cast<char>(prng.below(256)));
        }
        const std::string clean = storable(bytes);
        EXPECT_TRUE(is_valid_utf8(clean));
        EXPECT_EQ(clean.find('\0'), std::string::npos);
        EXPECT_EQ(storable(clean), clean);
        if (is_valid_utf8(bytes) && bytes.find('\0') == std::string::npos) {
            EXPECT_EQ(clean, bytes);
        }
    }
}

}  // namespace
}  // namespace kontor
