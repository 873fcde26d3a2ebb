#include "tasks/ml/text.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <map>
#include <string>

#include "tasks/ml/murmur.hpp"
#include "tasks/ml/unicode.hpp"

namespace kontor::ml {
namespace {

TEST(Murmur3, GivesThePublishedValues) {
    EXPECT_EQ(murmur3(""), 0U);
    EXPECT_EQ(murmur3("", 1), 0x514E28B7U);
    EXPECT_EQ(murmur3("test"), 0xBA6BD213U);
    EXPECT_EQ(murmur3("Hello, world!"), 0xC0363E43U);
    EXPECT_EQ(murmur3("The quick brown fox jumps over the lazy dog"), 0x2E4FF723U);
}

TEST(TextHasher, CountsEveryTextOfTheFixtureAsScikitLearnDoes) {
    std::ifstream file(KONTOR_SOURCE_DIR "/tests/unit/tasks/ml/fixtures/hashing.jsonl");
    TextHasher hasher;
    std::string line;
    int lines = 0;
    while (std::getline(file, line)) {
        ++lines;
        const sdk::Json expected = boost::json::parse(line);
        const TextSpec spec = text_spec_from(expected);
        const auto& text = expected.at("text").get_string();
        hasher.set_text(text);
        std::map<std::int64_t, std::int64_t> cells;
        for (const Cell& cell : hasher.count(spec)) {
            if (cell.value != 0) {
                cells[cell.column] = static_cast<std::int64_t>(cell.value);
            }
        }
        std::map<std::int64_t, std::int64_t> wanted;
        for (const auto& cell : expected.at("cells").get_array()) {
            wanted[cell.at(0).get_int64()] = cell.at(1).get_int64();
        }
        EXPECT_EQ(cells, wanted) << line.substr(0, 300);
    }
    EXPECT_GT(lines, 500);
}

TEST(TextHasher, ALongTextOutgrowsItsFirstTableUnharmed) {
    std::string text;
    for (int i = 0; i < 5000; ++i) {
        text += "w" + std::to_string(i) + " ";
    }
    TextHasher hasher;
    hasher.set_text(text);
    const auto& cells = hasher.count(TextSpec{Analyzer::Word, 1, 1, 1U << 24U, false});
    float sum = 0;
    for (const Cell& cell : cells) {
        sum += cell.value;
    }
    EXPECT_EQ(sum, 5000);
    EXPECT_GT(cells.size(), 4990U);
}

TEST(TextHasher, SurvivesBrokenUtf8) {
    TextHasher hasher;
    for (const char* broken : {"\x80\xFF", "ab\xC3", "\xE2\x82", "\xF0\x9F\x98", "a\xED\xA0\x80 b"}) {
        hasher.set_text(broken);
        EXPECT_FALSE(hasher.count(TextSpec{Analyzer::Char, 1, 3, 1024, false}).empty());
        hasher.count(TextSpec{Analyzer::CharWb, 3, 5, 1024, false});
        hasher.count(TextSpec{Analyzer::Word, 1, 2, 1024, false});
    }
}

TEST(TextSpec, RefusesWhatNoHasherCanDo) {
    for (const char* text :
         {R"([])", R"({"analyzer":"words","n_min":1,"n_max":1,"features":8})",
          R"({"analyzer":"word","n_min":0,"n_max":1,"features":8})", R"({"analyzer":"word","n_min":3,"n_max":2,"features":8})",
          R"({"analyzer":"word","n_min":1,"n_max":1,"features":1})"}) {
        EXPECT_THROW(text_spec_from(boost::json::parse(text)), sdk::TaskFailure) << text;
    }
}

}  // namespace
}  // namespace kontor::ml
