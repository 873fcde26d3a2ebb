#include "tasks/warehouse/placeholders.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace kontor::tasks::warehouse {
namespace {

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? "''" : std::string(1, c);
    }
    return out + "'";
}

BoundQuery bound(std::string_view sql, std::string_view values = "{}") {
    return bind_placeholders(sql, boost::json::parse(values).get_object(), quoted);
}

std::string refusal(std::string_view sql, std::string_view values = "{}") {
    try {
        bound(sql, values);
    } catch (const sdk::TaskFailure& failure) {
        EXPECT_EQ(failure.kind(), sdk::FailureClass::Config);
        return failure.reason();
    }
    return "accepted";
}

TEST(Placeholders, EveryKindOfValueBecomesALiteral) {
    EXPECT_EQ(bound("select :a", R"({"a": "x"})").sql, "select 'x'");
    EXPECT_EQ(bound("select :a", R"({"a": "it's"})").sql, "select 'it''s'");
    EXPECT_EQ(bound("select :a", R"({"a": 7})").sql, "select 7");
    EXPECT_EQ(bound("select 1 -:a", R"({"a": -7})").sql, "select 1 -(-7)");
    EXPECT_EQ(bound("select :a", R"({"a": true})").sql, "select TRUE");
    EXPECT_EQ(bound("select :a", R"({"a": null})").sql, "select NULL");
    EXPECT_EQ(bound("x = any(:a)", R"({"a": ["DE", "F'R"]})").sql, "x = any(ARRAY['DE','F''R']::text[])");
    EXPECT_EQ(bound("x = any(:a)", R"({"a": []})").sql, "x = any(ARRAY[]::text[])");
    EXPECT_EQ(bound("x = any(:a)", R"({"a": [1, 2]})").sql, "x = any(ARRAY[1,2]::numeric[])");
}

TEST(Placeholders, AValueIsNeverReadAsSqlOrAsAnotherPlaceholder) {
    EXPECT_EQ(bound("select :a, :b", R"({"a": ":b", "b": "'; drop table x; --"})").sql, "select ':b', '''; drop table x; --'");
}

TEST(Placeholders, QuotesCommentsCastsAndSlicesAreLeftAlone) {
    for (const std::string_view sql : {
             "select ':a'", "select 'it''s :a'", R"(select E'\':a')", R"(select ":a" from "b:a")", "select $$:a$$", "select $q$ $$ :a $q$",
             "select 1 -- :a", "select /* :a /* :a */ :a */ 1", "select x::text", "select x :: text", "select xs[1:n]", "select f(a := 1)",
         }) {
        EXPECT_EQ(bound(sql).sql, sql);
    }
}

TEST(Placeholders, ACastBehindAPlaceholderStays) {
    EXPECT_EQ(bound("select :a::date", R"({"a": "2026-11-01"})").sql, "select '2026-11-01'::date");
}

TEST(Placeholders, TheSemicolonAtTheEndGoesAndASecondStatementIsRefused) {
    EXPECT_EQ(bound("select 1; \n-- done\n").sql, "select 1");
    EXPECT_EQ(bound("select ';'").sql, "select ';'");
    EXPECT_EQ(refusal("select 1;\n select 2"),
              "the query cannot be read at line 2, column 2: a second statement begins here; a query is one statement");
}

TEST(Placeholders, AMissingValueIsNamedWithItsPlaceAndWhatIsGiven) {
    EXPECT_EQ(refusal("select 1\nwhere ü = :period", R"({"countries": [], "month": 1})"),
              "the query cannot be read at line 2, column 11: :period has no value; with.params gives countries, month");
}

TEST(Placeholders, WhatCannotBeALiteralIsRefused) {
    EXPECT_EQ(refusal("select :a", R"({"a": {"b": 1}})"),
              "with.params.a must be a text, a number, true or false, null, or a list of texts or numbers");
    EXPECT_EQ(refusal("select :a", R"({"a": [1, "x"]})"), "with.params.a must hold texts only or numbers only, as every list does");
    EXPECT_NE(refusal("select 'x").find("line 1, column 8: the quote that opens here is never closed"), std::string::npos);
    EXPECT_NE(refusal("select /* x").find("never closed"), std::string::npos);
    EXPECT_NE(refusal("select $x$ 1").find("never closed"), std::string::npos);
    EXPECT_EQ(refusal(" -- nothing\n ; "), "the query is empty: write a SELECT");
}

TEST(Placeholders, ValuesThatNoPlaceholderAskedForAreTold) {
    EXPECT_EQ(bound("select :a", R"({"a": 1, "b": 2})").unused, std::vector<std::string>{"b"});
}

TEST(Placeholders, ByteOfTheBoundQueryLeadsBackToTheSource) {
    const std::string source = "select :a, nope, :b, no2";
    const BoundQuery result = bound(source, R"({"a": "a long value", "b": 1})");
    EXPECT_EQ(source_byte(result, result.sql.find("select")), 0U);
    EXPECT_EQ(source_byte(result, result.sql.find("nope")), source.find("nope"));
    EXPECT_EQ(source_byte(result, result.sql.find("no2")), source.find("no2"));
    EXPECT_EQ(source_byte(result, result.sql.find("long")), source.find(":a"));
}

}  // namespace
}  // namespace kontor::tasks::warehouse
