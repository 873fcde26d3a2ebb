// Lists and crosswalks as people write them: what is taken, and what each fault is told as.
#include "codes/list_text.hpp"

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "tasks/codes/crosswalk.hpp"

namespace kontor::codes {
namespace {

std::vector<std::string> sentences(const std::vector<ErrorDetail>& faults) {
    std::vector<std::string> all;
    for (const ErrorDetail& fault : faults) {
        all.push_back(fault.pointer + " " + fault.message);
    }
    return all;
}
using Sentences = std::vector<std::string>;

const std::vector<ports::ListRow> fresh{{"1", "one", "", ""}, {"2", "two", "", ""}, {"3", "three", "", ""}};
const std::vector<ports::ListRow> old{{"a", "", "", ""}, {"b", "", "", ""}, {"c", "", "", ""}, {"d", "", "", ""}};

TEST(ListText, RowsAreReadWithTheirTextsAndDays) {
    const ListText list = read_list("\xEF\xBB\xBFtitle,code,valid_to,valid_from\r\n\"Lamps, red\", 1.1 ,2027-07-01,2027-01-01\r\n,1.2,,\r\n");
    EXPECT_EQ(sentences(list.faults), Sentences());
    EXPECT_EQ(list.rows, (std::vector<ports::ListRow>{{"1.1", "Lamps, red", "2027-01-01", "2027-07-01"}, {"1.2", "", "", ""}}));
    EXPECT_EQ(read_list("code,text\n1,x\n").rows, (std::vector<ports::ListRow>{{"1", "x", "", ""}}));
}

TEST(ListText, EachFaultNamesLineAndColumn) {
    const ListText list = read_list("code,title,valid_from,valid_to\nA,x,2027-02-30,\n,y,,\na,z,,\nA,z,,\nB,\"two\nlines\",2027-01-01,2026-01-01\nC,x\n\x01,x,,\n");
    EXPECT_EQ(
        sentences(list.faults),
        (Sentences{
            "/list line 2, column \"valid_from\": \"2027-02-30\" is no day: write YYYY-MM-DD, or leave it empty",
            "/list line 3, column \"code\": the code is missing",
            "/list line 4, column \"code\": \"a\" stands in line 2 already, as \"A\": codes must differ in more than case",
            "/list line 5, column \"code\": \"A\" stands in line 2 already",
            "/list line 6, column \"valid_to\": \"2026-01-01\" is not after valid_from: it is the first day on which the code is not valid any more",
            "/list line 8: has more or fewer fields than the header: quote a field that holds a comma",
            "/list line 9, column \"code\": a code is a line of at most 100 bytes"})
    );
}

TEST(ListText, AHeaderThatDoesNotFitIsToldOnce) {
    EXPECT_EQ(sentences(read_list("code;title\n1;x\n").faults),
              (Sentences{"/list line 1, column \"code\": is missing: fields are separated by commas, not by semicolons",
                         "/list line 1, column \"title or text\": is missing: fields are separated by commas, not by semicolons"}));
    EXPECT_EQ(sentences(read_list("code,title,valid_form\n1,x,\n").faults), (Sentences{"/list line 1, column \"valid_form\": is not known here"}));
    EXPECT_EQ(sentences(read_list("code,title\n").faults), (Sentences{"/list line 2: the list has no code"}));
    EXPECT_EQ(read_list("").faults.size(), 1U);
    EXPECT_EQ(read_list("code,code\n").faults.size(), 1U);
}

TEST(ListText, AFileFullOfFaultsIsToldInPart) {
    std::string text = "code,title\n";
    for (int i = 0; i < 1000; ++i) {
        text += ",x\n";
    }
    const ListText list = read_list(text);
    ASSERT_EQ(list.faults.size(), faults_max + 1);
    EXPECT_EQ(list.faults[faults_max - 1].message, "line 51, column \"code\": the code is missing");
    EXPECT_EQ(list.faults.back().message, "there may be more faults: the first 50 are told");
}

TEST(ListText, DaysAreThoseThatThereAre) {
    for (const char* day : {"2027-01-01", "2028-02-29", "1999-12-31"}) {
        EXPECT_TRUE(is_day(day)) << day;
    }
    for (const char* day : {"", "2027-1-1", "2027-13-01", "2027-02-29", "2027-00-10", "2027-01-01T", "0027-01-01", "2027/01/01", "-027-01-01", "2027-+1-01"}) {
        EXPECT_FALSE(is_day(day)) << day;
    }
}

TEST(CrosswalkText, EveryKindIsRead) {
    const CrosswalkText text = read_crosswalk("from,to,kind,weight\na,1,rename,\nb,2,merge,1\nc,2,merge,\nd,1,split,0.25\nd,3,split,0.75\n", fresh, old);
    EXPECT_EQ(sentences(text.faults), Sentences());
    EXPECT_EQ(text.moves, (std::vector<ports::ListMove>{{"a", "1", "rename", 1}, {"b", "2", "merge", 1}, {"c", "2", "merge", 1}, {"d", "1", "split", 0.25}, {"d", "3", "split", 0.75}}));
    EXPECT_EQ(read_crosswalk("from,to,kind\na,,end\n", fresh, {}).moves, (std::vector<ports::ListMove>{{"a", "", "end", 1}}));
}

TEST(CrosswalkText, EachFaultNamesLineAndColumn) {
    EXPECT_EQ(
        sentences(read_crosswalk("from,to,kind,weight\na,9,rename,\nz,1,rename,\nb,1,rename,\nc,2,split,0.5\nc,3,split,0.4\nd,2,merge,0.5\n,1,rename,\nd,,merge,\nd,1,end,\nd,1,moved,\nd,1,split,none\n", fresh, old).faults),
        (Sentences{
            "/crosswalk line 7, column \"weight\": only the parts of a split have weights other than 1",
            "/crosswalk line 8, column \"from\": the old code is missing",
            "/crosswalk line 9, column \"to\": the new code is missing",
            "/crosswalk line 10, column \"to\": a code that ends has no new one: leave it empty, or say what becomes of it",
            "/crosswalk line 11, column \"kind\": \"moved\" is none: it is rename, merge, split or end",
            "/crosswalk line 12, column \"weight\": \"none\" is no share: write a number above 0 and at most 1, as 0.7",
            "/crosswalk line 2, column \"to\": \"9\" is not in the new list",
            "/crosswalk line 3, column \"from\": \"z\" is not in the list before",
            "/crosswalk line 4, column \"kind\": \"1\" has a second old code here (line 3): that is a merge",
            "/crosswalk line 5, column \"weight\": the parts of \"c\" make 0.9 together: they must make 1"})
    );
    EXPECT_EQ(sentences(read_crosswalk("from,to,kind\na,1,rename\na,2,rename\nb,2,merge\nb,3,end\nc,2,merge\nc,2,merge\n", fresh, old).faults),
              (Sentences{"/crosswalk line 5, column \"to\": a code that ends has no new one: leave it empty, or say what becomes of it",
                         "/crosswalk line 3, column \"from\": \"a\" stands in line 2 already: a code that becomes several is a split",
                         "/crosswalk line 7, column \"to\": \"c\" leads to \"2\" twice"}));
}

// What is taken can be mapped, whatever it is: shares of a code that did not end make one.
TEST(CrosswalkText, MoreLinesThanOneListHasAreAFaultAndNotLeftOut) {
    std::string text = "from,to,kind\n";
    for (std::size_t n = 0; n <= rows_max; ++n) {
        text += "a" + std::to_string(n) + ",B,merge\n";
    }
    const CrosswalkText read = read_crosswalk(text, {{"B", "", "", ""}}, {});
    ASSERT_FALSE(read.faults.empty());
    EXPECT_NE(read.faults.front().message.find("more than 50000 lines"), std::string::npos) << read.faults.front().message;
}

TEST(CrosswalkText, WhateverIsTakenMapsEveryOldCodeAsAWhole) {
    Prng chance(7);
    for (int round = 0; round < 2000; ++round) {
        std::string csv = "from,to,kind,weight\n";
        const int lines = static_cast<int>(chance.next() % 6);
        for (int i = 0; i < lines; ++i) {
            const char* kinds[] = {"rename", "merge", "split", "end"};
            const char* weights[] = {"", "1", "0.5", "0.25", "0.75"};
            const char* targets[] = {"1", "2", "3", ""};
            csv += std::string(1, static_cast<char>('a' + chance.next() % 4)) + "," + targets[chance.next() % 4] + "," + kinds[chance.next() % 4] + "," + weights[chance.next() % 5] + "\n";
        }
        const CrosswalkText text = read_crosswalk(csv, fresh, old);
        if (!text.faults.empty()) {
            continue;
        }
        tasks::codes::Step step{"2027-01-01", {}};
        for (const ports::ListMove& move : text.moves) {
            step.moves.push_back({move.from, move.to, *tasks::codes::kind_from(move.kind), move.weight});
        }
        const tasks::codes::Crosswalk crosswalk({step});
        for (const ports::ListRow& row : old) {
            double sum = 0;
            const auto now = crosswalk.now(row.code);
            for (const auto& share : now) {
                sum += share.weight;
            }
            EXPECT_TRUE(now.empty() || std::abs(sum - 1) < 1e-6) << csv;
        }
    }
}

}  // namespace
}  // namespace kontor::codes
