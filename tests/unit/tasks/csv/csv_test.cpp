#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/task_bench.hpp"
#include "tasks/csv/reader.hpp"
#include "tasks/csv/utf8.hpp"
#include "tasks/csv/writer.hpp"
#include "tasks/csv/zstd_stream.hpp"

namespace kontor::csv {
namespace {

struct Seen {
    std::vector<std::string> fields;
    RowFault fault;
    std::int64_t line;
};

std::vector<Seen> read_all(const std::string& text, std::size_t piece, ReaderLimits limits = {}) {
    Reader reader(std::make_unique<test::MemoryReader>(text, piece), limits);
    std::vector<Seen> seen;
    Row row;
    while (reader.next(row)) {
        auto& last = seen.emplace_back(Seen{{}, row.fault(), row.line()});
        EXPECT_EQ(row.number(), static_cast<std::int64_t>(seen.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            last.fields.emplace_back(row[i]);
        }
    }
    return seen;
}

using Fields = std::vector<std::string>;

TEST(CsvReader, ReadsQuotesNewlinesAndCarriageReturnsWhereverTheBufferIsCut) {
    const std::string text =
        "\xEF\xBB\xBFid,title\r\n1,\"a \"\"big\"\" one,\r\nin two lines\"\r\n\r\n2,plain\n3,\"\"\n4,5\" screen\n\"5\",last";
    for (const std::size_t piece : {1, 2, 3, 7, 4096}) {
        const auto seen = read_all(text, piece);
        ASSERT_EQ(seen.size(), 5U) << piece;
        EXPECT_EQ(seen[0].fields, (Fields{"1", "a \"big\" one,\r\nin two lines"}));
        EXPECT_EQ(seen[1].fields, (Fields{"2", "plain"}));
        EXPECT_EQ(seen[1].line, 5);
        EXPECT_EQ(seen[2].fields, (Fields{"3", ""}));
        EXPECT_EQ(seen[3].fields, (Fields{"4", "5\" screen"}));
        EXPECT_EQ(seen[4].fields, (Fields{"5", "last"}));
        for (const Seen& row : seen) {
            EXPECT_EQ(row.fault, RowFault::None);
        }
    }
}

TEST(CsvReader, ReportsFaultyRowsAndGoesOn) {
    const std::string text = std::string("id,title\n1\n2,a,b\n3,\"x\"y\n4,\xC3\n5,n") + '\0' + "l\n6,\xC3\xA4\n7,\"open";
    for (const std::size_t piece : {1, 4096}) {
        const auto seen = read_all(text, piece);
        ASSERT_EQ(seen.size(), 7U);
        EXPECT_EQ(seen[0].fault, RowFault::Ragged);
        EXPECT_EQ(seen[1].fault, RowFault::Ragged);
        EXPECT_EQ(seen[2].fault, RowFault::BadQuotes);
        EXPECT_EQ(seen[3].fault, RowFault::InvalidUtf8);
        EXPECT_EQ(seen[4].fault, RowFault::NulByte);
        EXPECT_EQ(seen[5].fault, RowFault::None);
        EXPECT_EQ(seen[6].fault, RowFault::BadQuotes);
    }
}

TEST(CsvReader, HalvesOfACharacterInTwoFieldsAreNotOneCharacter) {
    EXPECT_EQ(read_all("a,b\n\xC3,\xA4\n", 4096).at(0).fault, RowFault::InvalidUtf8);
}

TEST(CsvReader, ALostQuoteCostsOneRowAndNotTheMemoryOfTheMachine) {
    std::string text = "id,title\n1,\"lost quote ";
    for (int i = 0; i < 20'000; ++i) {
        text += "more text without an end ";
    }
    text += "\n2,good\n";
    const auto seen = read_all(text, 4096, ReaderLimits{.row_bytes_max = 1000, .columns_max = 10});
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].fault, RowFault::TooLong);
    EXPECT_LT(seen[0].fields.at(1).size(), 100'000U);
    EXPECT_EQ(seen[1].fault, RowFault::None);
    EXPECT_EQ(seen[1].fields, (Fields{"2", "good"}));
}

TEST(CsvReader, RefusesHeadersThatCannotNameColumns) {
    for (const char* text : {"", "a,a\n", "a,,b\n", "a,\xFF\n", "\"a\n"}) {
        try {
            read_all(text, 4096);
            ADD_FAILURE() << text;
        } catch (const sdk::TaskFailure& failure) {
            EXPECT_EQ(failure.kind(), sdk::FailureClass::Data);
            EXPECT_NE(failure.reason().find("header"), std::string::npos);
        }
    }
}

TEST(CsvWriter, WhatIsWrittenReadsBackTheSame) {
    test::MemoryObjects objects;
    Writer writer(objects.create("raw", "DE", "x.csv"));
    writer.header({"a", "b"});
    const std::vector<Fields> rows{
        {"plain", ""}, {"", ""}, {"\"", "\"\""}, {"a,b", "line\nbreak"}, {"cr\r", "\xD0\xB6"}, {" blank ", "'"}};
    for (const auto& row : rows) {
        writer.field(row[0]).field(row[1]).end_row();
    }
    const auto object = writer.commit();
    const auto seen = read_all(objects.stored()[object.key], 5);
    ASSERT_EQ(seen.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(seen[i].fields, rows[i]);
        EXPECT_EQ(seen[i].fault, RowFault::None);
    }
    EXPECT_EQ(writer.rows(), 6);
}

TEST(CsvWriter, ARowOfOneEmptyFieldIsNoBlankLine) {
    test::MemoryObjects objects;
    Writer writer(objects.create("raw", "DE", "x.csv"));
    writer.header({"a"});
    writer.row({""});
    const auto object = writer.commit();
    EXPECT_EQ(read_all(objects.stored()[object.key], 4096).size(), 1U);
}

TEST(ZstdStream, GivesBackWhatWasWrittenAndIsSmaller) {
    test::MemoryObjects objects;
    Writer writer = create_rows(objects, "raw", "DE", "rows");
    writer.header({"id", "title"});
    for (int i = 0; i < 50'000; ++i) {
        writer.row({std::to_string(i), "washing machine, white"});
    }
    const auto object = writer.commit();
    EXPECT_LT(objects.stored()[object.key].size(), 500'000U);
    Reader reader = open_rows(objects, object);
    Row row;
    int rows = 0;
    while (reader.next(row)) {
        ASSERT_EQ(row[0], std::to_string(rows));
        ASSERT_EQ(row[1], "washing machine, white");
        ++rows;
    }
    EXPECT_EQ(rows, 50'000);
}

TEST(ZstdStream, ACutOrForeignFileIsAFaultOfTheDataAtEveryCut) {
    test::MemoryObjects objects;
    Writer writer = create_rows(objects, "raw", "DE", "rows");
    writer.header({"id"});
    writer.row({"1"});
    const std::string whole = objects.stored()[writer.commit().key];
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        EXPECT_THROW(
            {
                Reader reader(
                    std::make_unique<ZstdReader>(std::make_unique<test::MemoryReader>(whole.substr(0, cut)))
                );
                Row row;
                while (reader.next(row)) {
                }
            },
            sdk::TaskFailure
        ) << cut;
    }
    EXPECT_THROW(
        Reader(std::make_unique<ZstdReader>(std::make_unique<test::MemoryReader>("id,title\n"))), sdk::TaskFailure
    );
}

TEST(Utf8, KnowsValidFromBroken) {
    EXPECT_TRUE(is_valid_utf8("plain text longer than a word"));
    EXPECT_TRUE(is_valid_utf8("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"));
    for (const char* broken : {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\xE2\x82"}) {
        EXPECT_FALSE(is_valid_utf8(broken));
    }
    EXPECT_EQ(utf8_prefix("a\xC3\xA4", 2), "a");
}

}  // namespace
}  // namespace kontor::csv
