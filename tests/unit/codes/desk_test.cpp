// Importing a list: what is kept, what is told beforehand, and the same list again.
#include "codes/desk.hpp"

#include <gtest/gtest.h>

namespace kontor::codes {
namespace {

using namespace ports;

class Rows final : public CodeListRows {
 public:
    Result<std::optional<DeskReply>> earlier(const DeskCaller& by) override {
        return by.reply_key == "again" ? std::optional(DeskReply{"{}", true}) : std::nullopt;
    }
    Result<KnownLists> known(const std::string&, const std::string&) override { return known_; }
    Result<DeskReply> add(const ImportOrder& order, NewList list, const DeskCaller&, Instant) override {
        known_.newest += 1;
        known_.same_day = ListVersion{known_.newest, order.effective_from, list.sha256, list.rows, list.moves};
        return DeskReply{to_text(list.body), false};
    }
    Result<DeskReply> keep(const ImportOrder&, const Json& body, const DeskCaller&, Instant) override {
        ++kept_;
        return DeskReply{to_text(body), false};
    }
    Result<std::optional<ListOnDay>> on_day(const std::string&, const std::string&) override { return std::optional<ListOnDay>(); }

    KnownLists known_;
    int kept_ = 0;
};

class Import : public testing::Test {
 protected:
    Result<DeskReply> send(const std::string& list, const std::string& crosswalk = "", bool dry_run = false, const std::string& key = "") {
        DeskCaller by;
        by.who = "rita";
        by.reply_key = key;
        return desk_.import({"DE", day_, list, crosswalk, "", dry_run}, by, Instant{});
    }
    Json told(const Result<DeskReply>& reply) {
        EXPECT_TRUE(reply) << describe(reply.error());
        return reply ? *json_from_text(reply->body) : Json();
    }
    Rows rows_;
    ListDesk desk_{rows_};
    std::string day_ = "2027-01-01";
};

TEST_F(Import, TheSameListAgainIsTheSameVersionHoweverItIsWritten) {
    EXPECT_EQ(told(send("code,title\n1,one\n2,two\n")).at("version"), 1);
    const Json again = told(send("title,code,valid_from\r\none,1,\r\n\"two\",2,\r\n"));
    EXPECT_EQ(again.at("version"), 1);
    EXPECT_EQ(again.at("unchanged"), true);
    const Json other = told(send("code,title\n1,one\n2,zwei\n"));
    EXPECT_EQ(other.at("version"), 2);
    EXPECT_EQ(other.at("unchanged"), false);
}

TEST_F(Import, ADryRunKeepsNothingAndAKeyAnswersAgain) {
    const Json tried = told(send("code,title\n1,one\n", "", true));
    EXPECT_EQ(tried.at("dry_run"), true);
    EXPECT_EQ(tried.at("version"), 1);
    EXPECT_EQ(rows_.known_.newest, 0);
    EXPECT_EQ(rows_.kept_, 1);
    EXPECT_TRUE(send("", "", false, "again")->replayed);
}

TEST_F(Import, WhatDoesNotFitIsRefusedAsAWhole) {
    day_ = "next year";
    EXPECT_EQ(send("code,title\n1,one\n").error().details.at(0).pointer, "/effective_from");
    day_ = "2027-01-01";
    EXPECT_EQ(send("code,title\n1,one\n1,one\n").error().kind, ErrorKind::Invalid);
    EXPECT_EQ(send("code,title\n1,one\n", "from,to,kind\na,2,rename\n").error().message,
              "the code list is not taken: line 2, column \"to\": \"2\" is not in the new list");
    EXPECT_EQ(rows_.known_.newest, 0);
}

TEST_F(Import, ThePreviewSaysWhatBecomesOfCodesItemsAndTheModel) {
    rows_.known_.newest = 1;
    rows_.known_.before = ListVersion{1, "2026-01-01", "x", {{"keep", "", "", ""}, {"a", "", "", ""}, {"b", "", "", ""}, {"c", "", "", ""}, {"s", "", "", ""}, {"t", "", "", ""}, {"e", "", "", ""}, {"lost", "", "", ""}}, {}};
    rows_.known_.period = "2026-12";
    rows_.known_.items = {{"keep", 100}, {"a", 10}, {"b", 20}, {"c", 30}, {"s", 40}, {"t", 50}, {"e", 3}, {"lost", 2}, {"never listed", 1}};
    rows_.known_.waiting = 7;
    rows_.known_.winner = JsonObject{{"id", "m-1"}, {"list", JsonObject{{"effective_from", "2026-01-01"}}}};
    const Json impact = told(send(
        "code,title\nkeep,\nA,\nbc,\ns,\nt1,\nt2,\nnew,\n",
        "from,to,kind,weight\na,A,rename,\nb,bc,merge,\nc,bc,merge,\ns,s,split,0.9\ns,new,split,0.1\nt,t1,split,0.5\nt,t2,split,0.5\ne,,end,\n", true
    )).at("impact");
    EXPECT_EQ(to_text(impact.at("codes")), R"({"kept":1,"renamed":1,"merged":2,"split":1,"split_in_doubt":1,"ended":1,"lost":1,"in_list":7,"new":5})");
    EXPECT_EQ(to_text(impact.at("items")),
              R"({"kept":100,"renamed":10,"merged":50,"split":40,"split_in_doubt":50,"ended":3,"lost":3,"period":"2026-12","total":263,"waiting":7,"expected_review":{"crosswalk":63,"review":263}})");
    EXPECT_EQ(impact.at("model").at("outdated"), true);
    EXPECT_EQ(to_text(impact.at("examples").at("lost")), R"(["lost"])");
    ASSERT_EQ(impact.at("warnings").as_array().size(), 2U) << to_text(impact);
    EXPECT_NE(to_text(impact.at("warnings").at(1)).find("stands in both lists"), std::string::npos);
    EXPECT_EQ(impact.at("before").at("version"), 1);
}

TEST_F(Import, WithoutAReportAModelOrAListBeforeNothingIsMadeUp) {
    const Json impact = told(send("code,title\n1,one\n", "from,to,kind\nx,1,rename\n", true)).at("impact");
    EXPECT_TRUE(impact.at("items").is_null());
    EXPECT_TRUE(impact.at("model").is_null());
    EXPECT_TRUE(impact.at("before").is_null());
    EXPECT_EQ(to_text(impact.at("codes")), R"({"in_list":1})");
}

}  // namespace
}  // namespace kontor::codes
