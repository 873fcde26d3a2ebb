// Imported code lists on a real database: versions that never change, the one in force on a day, the way from older codes.
#include <gtest/gtest.h>

#include <thread>

#include "base/json.hpp"
#include "contract/store_rows.hpp"
#include "store_pg/store_pg.hpp"
#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using namespace ports;
using contract::at_second;
using test::PgCluster;

class CodeLists : public ::testing::Test {
 protected:
    CodeLists() : target_(PgCluster::shared().migrated_database()), lists_(make_code_lists(target_)), reads_(make_reads({target_})) {}

    std::string sql(const std::string& statement) { return PgCluster::run(target_, statement); }
    static DeskCaller by(const std::string& key = "") {
        DeskCaller caller{"rita", false, {}, key, "p"};
        caller.audit.who = "rita";
        caller.audit.role = "reviewer";
        caller.audit.route = "POST /v1/countries/{country}/code-lists";
        return caller;
    }
    Result<DeskReply> add(std::int64_t newest, const std::string& day, const std::vector<ListRow>& rows, const std::vector<ListMove>& moves = {}, const std::string& key = "") {
        const ImportOrder order{"DE", day, "", "", "the law", false};
        return lists_->add(order, {newest, "sha " + std::to_string(newest), rows, moves, JsonObject{{"version", newest + 1}}}, by(key), at_second(1));
    }
    std::int64_t in_force(const std::string& day) {
        const auto found = lists_->on_day("DE", day);
        EXPECT_TRUE(found) << describe(found.error());
        return found && *found ? (*found)->list.version : 0;
    }
    Json read(const char* name, const std::vector<std::optional<std::string>>& parameters) {
        const auto text = reads_->read(name, parameters);
        EXPECT_TRUE(text) << describe(text.error());
        return text ? *json_from_text(*text) : Json();
    }

    std::string target_;
    std::unique_ptr<CodeListRows> lists_;
    std::unique_ptr<Reads> reads_;
};

TEST_F(CodeLists, TheNewestVersionOfTheNewestDayIsInForce) {
    ASSERT_TRUE(add(0, "2026-01-01", {{"1", "one", "", ""}}));
    ASSERT_TRUE(add(1, "2027-01-01", {{"A", "\"eins\", neu", "2027-01-01", "2028-01-01"}, {"B", "", "", ""}}, {{"1", "A", "split", 0.25}, {"1", "B", "split", 0.75}}));
    ASSERT_TRUE(add(2, "2026-07-01", {{"1", "one", "", ""}, {"2", "two", "", ""}}, {{"0", "", "end", 1}}));
    ASSERT_TRUE(add(3, "2027-01-01", {{"A", "", "", ""}}, {{"1", "A", "rename", 1}, {"2", "A", "merge", 1}}));
    EXPECT_EQ(in_force("2025-12-31"), 0);
    EXPECT_EQ(in_force("2026-01-01"), 1);
    EXPECT_EQ(in_force("2026-06-30"), 1);
    EXPECT_EQ(in_force("2026-07-01"), 3);
    EXPECT_EQ(in_force("2030-01-01"), 4);
    const auto found = lists_->on_day("DE", "2027-05-01");
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->list.rows, (std::vector<ListRow>{{"A", "", "", ""}}));
    ASSERT_EQ((*found)->steps.size(), 3U) << "what was replaced on its day counts no more";
    EXPECT_EQ((*found)->steps[1].first, "2026-07-01");
    EXPECT_EQ((*found)->steps[1].second, (std::vector<ListMove>{{"0", "", "end", 1}}));
    EXPECT_EQ((*found)->steps[2].second.size(), 2U);
    const auto fr = lists_->on_day("FR", "2027-05-01");
    EXPECT_TRUE(fr && !*fr);

    const Json page = read("code_lists_page", {"DE", "3"});
    ASSERT_EQ(page.at("items").as_array().size(), 3U);
    EXPECT_EQ(page.at("next"), "2");
    EXPECT_EQ(page.at("items").at(0).at("version"), 4);
    EXPECT_EQ(page.at("items").at(0).at("superseded"), false);
    EXPECT_EQ(page.at("items").at(2).at("superseded"), true);
    EXPECT_EQ(read("code_lists_page", {"DE", "3", "2"}).at("items").as_array().size(), 1U);
    const Json all = read("code_lists_all", {});
    EXPECT_EQ(all.at("items").as_array().size(), 4U) << to_text(all);
    EXPECT_EQ(all.at("items").at(0), page.at("items").at(0)) << "of each country the newest first";
    EXPECT_TRUE(read("code_lists_all", {"FR"}).at("items").as_array().empty()) << "out of sight";
    EXPECT_EQ(read("code_list_one", {"DE", "2"}).at("effective_from"), "2027-01-01");
    EXPECT_TRUE(read("code_list_one", {"DE", "9"}).is_null());
    EXPECT_TRUE(read("code_list_one", {"DE", "2", "FR"}).is_null()) << "out of sight";
    EXPECT_EQ(to_text(read("code_list_codes", {"DE", "2", "1"}).at("items").at(0)),
              R"({"code":"A","line":1,"title":"\"eins\", neu","valid_to":"2028-01-01","valid_from":"2027-01-01"})");
    EXPECT_EQ(read("code_list_codes", {"DE", "2", "1", "1"}).at("items").at(0).at("code"), "B");
    EXPECT_EQ(to_text(read("code_list_moves", {"DE", "2"}).at("items").at(1)), R"({"to":"B","from":"1","kind":"split","line":2,"weight":0.75})");
}

TEST_F(CodeLists, AVersionNeverChanges) {
    ASSERT_TRUE(add(0, "2026-01-01", {{"1", "one", "", ""}}, {{"0", "1", "rename", 1}}));
    for (const char* change : {"update code_list set effective_from = now()", "update code_list_code set title = 'x'", "delete from code_list_move"}) {
        EXPECT_EQ(sql(std::string("do $$ begin ") + change + "; exception when check_violation then raise notice 'refused'; end $$; select count(*) from code_list_move"), "1") << change;
    }
    EXPECT_EQ(sql("select title from code_list_code"), "one");
    EXPECT_EQ(sql("select effective_from from code_list"), "2026-01-01");
}

TEST_F(CodeLists, OnlyOneOfTwoAtTheSameTimeIsTaken) {
    std::vector<Result<DeskReply>> replies;
    std::mutex mutex;
    {
        std::vector<std::jthread> threads;
        for (int n = 0; n < 4; ++n) {
            threads.emplace_back([&, rows = make_code_lists(target_)] {
                auto reply = rows->add({"DE", "2026-01-01", "", "", "", false}, {0, "x", {{"1", "one", "", ""}}, {}, JsonObject{}}, by(), at_second(1));
                const std::lock_guard lock(mutex);
                replies.push_back(std::move(reply));
            });
        }
    }
    int taken = 0;
    for (const auto& reply : replies) {
        taken += reply ? 1 : 0;
        EXPECT_TRUE(reply || reply.error().kind == ErrorKind::Conflict) << describe(reply.error());
    }
    EXPECT_EQ(taken, 1);
    EXPECT_EQ(sql("select count(*) from code_list"), "1");
}

TEST_F(CodeLists, AnAnswerIsKeptUnderItsKeyAndEveryImportIsOnRecord) {
    ASSERT_TRUE(add(0, "2026-01-01", {{"1", "one", "", ""}}, {}, "k"));
    const auto again = lists_->earlier(by("k"));
    ASSERT_TRUE(again && *again);
    EXPECT_EQ((*again)->body, R"({"version":1})");
    ASSERT_TRUE(lists_->keep({"DE", "2027-01-01", "", "", "", true}, JsonObject{}, by(), at_second(2)));
    EXPECT_EQ(sql("select string_agg(country || ' ' || dry_run::text || ' ' || who, ', ' order by id) from audit"), "DE false rita, DE true rita");
}

TEST_F(CodeLists, WhatIsKnownBeforehandIsTheListBeforeTheLastReportAndTheModel) {
    ASSERT_TRUE(add(0, "2026-01-01", {{"1", "one", "", ""}}));
    ASSERT_TRUE(add(1, "2027-01-01", {{"A", "", "", ""}}));
    ASSERT_TRUE(add(2, "2028-01-01", {{"Z", "", "", ""}}));
    sql("insert into report_month (country, period, changes) values ('DE', '2026-10', 1), ('DE', '2026-11', 1);"
        "insert into report (country, period, version, state, batch, run, model, seen, figures, balanced, waiting, codes, object, drafted_by, automatic, known_at)"
        " values ('DE', '2026-11', 1, 'draft', 1, 1, 'm', 1, '{}', true, 9, 1, '{}', 'anna', false, now()),"
        " ('DE', '2026-10', 1, 'draft', 1, 1, 'm', 1, '{}', true, 1, 1, '{}', 'anna', false, now());"
        "insert into report_line (report, line, code, items, units_milli, grams, reviewed_items, reviewed_units, reviewed_grams)"
        " select id, 1, '1', 40, 0, 0, 0, 0, 0 from report where period = '2026-11'");
    const auto known = lists_->known("DE", "2027-01-01");
    ASSERT_TRUE(known) << describe(known.error());
    EXPECT_EQ(known->newest, 3);
    ASSERT_TRUE(known->same_day && known->before);
    EXPECT_EQ(known->same_day->version, 2);
    EXPECT_EQ(known->before->version, 1);
    EXPECT_EQ(known->later, 1);
    EXPECT_EQ(known->period, "2026-11");
    EXPECT_EQ(known->waiting, 9);
    EXPECT_EQ(known->items, (std::vector<std::pair<std::string, std::int64_t>>{{"1", 40}}));
    EXPECT_TRUE(known->winner.is_null());
}

}  // namespace
}  // namespace kontor::store_pg
