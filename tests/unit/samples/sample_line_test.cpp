#include "samples/sample_line.hpp"

#include <gtest/gtest.h>

#include "samples/line_cutter.hpp"

namespace kontor::samples {
namespace {

std::string fault_of(std::string_view line) {
    Sample sample;
    const auto fault = parse_sample(line, sample);
    return fault ? fault->field + ": " + fault->message : "";
}
Sample sample_of(std::string_view line) {
    Sample sample;
    EXPECT_EQ(fault_of(line), "");
    parse_sample(line, sample);
    return sample;
}

TEST(SampleLine, HoldsAnItemsColumnsAsTheyStandInATable) {
    const Sample sample = sample_of(
        R"({"country":"DE","item":"A-1","version":3,"code":"1.03","columns":{"title":"Wasserkocher \"X\"","price":24.9,"n":7,"used":true,"brand":null}})"
    );
    EXPECT_EQ(sample.country, "DE");
    EXPECT_EQ(sample.item, "A-1");
    EXPECT_EQ(sample.version, 3);
    EXPECT_EQ(sample.code, "1.03");
    EXPECT_EQ(
        sample.columns,
        (std::map<std::string, std::string>{{"n", "7"}, {"price", "24.9"}, {"title", "Wasserkocher \"X\""}, {"used", "true"}})
    );
}

TEST(SampleLine, EqualContentHasOneDigestInWhateverOrderAndNothingElseHasIt) {
    const std::string digest = sample_of(R"({"country":"DE","item":"a","version":1,"code":"c","columns":{"x":"1","y":"2"}})").digest;
    EXPECT_EQ(digest.size(), 32U);
    EXPECT_EQ(sample_of(R"({"columns":{"y":"2","z":null,"x":"1"},"code":"c","version":1,"item":"a","country":"DE"})").digest, digest);
    for (const char* other : {
             R"({"country":"FR","item":"a","version":1,"code":"c","columns":{"x":"1","y":"2"}})",
             R"({"country":"DE","item":"b","version":1,"code":"c","columns":{"x":"1","y":"2"}})",
             R"({"country":"DE","item":"a","version":2,"code":"c","columns":{"x":"1","y":"2"}})",
             R"({"country":"DE","item":"a","version":1,"code":"d","columns":{"x":"1","y":"2"}})",
             R"({"country":"DE","item":"a","version":1,"code":"c","columns":{"x":"1","y":"3"}})",
             R"({"country":"DE","item":"a","version":1,"code":"c","columns":{"x":"11:y1:2"}})",
         }) {
        EXPECT_NE(sample_of(other).digest, digest) << other;
    }
}

TEST(SampleLine, WhatDoesNotFitIsNamedWithItsField) {
    const auto line = [](const std::string& member, const std::string& value) {
        std::map<std::string, std::string> all{
            {"country", "\"DE\""}, {"item", "\"a\""}, {"version", "1"}, {"code", "\"c\""}, {"columns", "{\"x\":\"1\"}"}};
        all[member] = value;
        std::string text;
        for (const auto& [name, each] : all) {
            text += (text.empty() ? "{\"" : ",\"") + name + "\":" + each;
        }
        return text + "}";
    };
    EXPECT_EQ(fault_of(line("item", "\"a\"")), "");
    const std::pair<const char*, std::string> wrong[] = {
        {"country", "\"de\""}, {"country", "\"DEU\""}, {"country", "7"}, {"country", "\"\""},
        {"item", "\"\""}, {"item", "\" a\""}, {"item", "\"a\\u0000b\""}, {"item", "\"a\\nb\""}, {"item", "\"" + std::string(513, 'x') + "\""}, {"item", "null"},
        {"version", "-1"}, {"version", "1.5"}, {"version", "\"1\""}, {"version", "9007199254740992"}, {"version", "18446744073709551615"}, {"version", "1e400"},
        {"code", "\"\""}, {"code", "{}"}, {"code", "\"" + std::string(201, 'x') + "\""},
        {"columns", "{}"}, {"columns", "[]"}, {"columns", "null"}, {"columns", "{\"\":\"1\"}"}, {"columns", "{\"a\\tb\":\"1\"}"},
        {"columns/x", "{\"x\":[1]}"}, {"columns/x", "{\"x\":{}}"}, {"columns/x", "{\"x\":\"a\\u0000\"}"}, {"title", "\"t\""},
    };
    for (const auto& [field, value] : wrong) {
        const std::string name(field);
        const std::string fault = fault_of(line(name.substr(0, name.find('/')), value));
        const bool whole_line = value == "1e400";
        EXPECT_EQ(fault.substr(0, fault.find(": ")), whole_line ? "" : name) << value << " gave " << fault;
        EXPECT_FALSE(fault.empty()) << value;
    }
    EXPECT_EQ(fault_of(R"({"country":"DE","item":"a","code":"c","columns":{"x":"1"}})"), "version: is missing: a whole number, higher for what is newer");
    for (const char* none : {"", "{", "7", "[1]", "nonsense", "{\"country\":\"DE\",\"country\":\"DE\"}", "{} {}", "{\"item\":\"\xff\"}", "\xef\xbb\xbf{}"}) {
        EXPECT_EQ(fault_of(none).substr(0, 2), ": ") << none;
    }
    std::string many = "{";
    for (int i = 0; i <= 200; ++i) {
        many += (i == 0 ? "\"c" : ",\"c") + std::to_string(i) + "\":1";
    }
    EXPECT_EQ(fault_of(line("columns", many + "}")), "columns: has more than 200 members");
}

std::vector<std::string> cut(const std::vector<std::string>& pieces, std::size_t most) {
    LineCutter cutter(most);
    std::vector<std::string> lines;
    const auto take = [&](std::int64_t number, std::string_view text, bool too_long) -> Result<void> {
        lines.push_back(std::to_string(number) + (too_long ? "!" : "=") + std::string(text));
        return {};
    };
    for (const std::string& piece : pieces) {
        EXPECT_TRUE(cutter.push(piece, take));
    }
    EXPECT_TRUE(cutter.end(take));
    return lines;
}

TEST(LineCutter, GivesTheSameLinesHoweverTheStreamIsCut) {
    const std::string text = "one\n\ntwo\r\nthis is too long\nlast";
    const std::vector<std::string> wanted{"1=one", "2=", "3=two", "4!", "5=last"};
    for (std::size_t size = 1; size <= text.size(); ++size) {
        std::vector<std::string> pieces;
        for (std::size_t at = 0; at < text.size(); at += size) {
            pieces.push_back(text.substr(at, size));
        }
        EXPECT_EQ(cut(pieces, 8), wanted) << size;
    }
    EXPECT_EQ(cut({"a\n"}, 8), (std::vector<std::string>{"1=a"}));
    EXPECT_EQ(cut({std::string(9, 'x')}, 8), (std::vector<std::string>{"1!"}));
    EXPECT_TRUE(cut({""}, 8).empty());
}

}  // namespace
}  // namespace kontor::samples
