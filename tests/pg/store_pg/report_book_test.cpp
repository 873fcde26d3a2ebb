// Versions of reports on a real database: figures read at one moment, people's steps, what is filed and amended, as of a time.
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "contract/store_rows.hpp"
#include "support/pg_cluster.hpp"
#include "store_pg/store_pg.hpp"

namespace kontor::store_pg {
namespace {

using namespace ports;
using contract::at_second;
using core::review::Verdict;
using test::PgCluster;

class Book : public ::testing::Test {
 protected:
    Book()
        : target_(PgCluster::shared().migrated_database()), reviews_(make_reviews(target_)), book_(make_report_book(target_)),
          reads_(make_reads({target_})) {}

    std::string sql(const std::string& statement) { return PgCluster::run(target_, statement); }
    // A run's report of the month: ten items under 1.1 and 2.1, and `doubts` (a, b, ...) that weigh 1.5 kg each.
    void count(std::int64_t id, int doubts, int second) {
        const JsonObject details{{"period", "2026-11"}, {"model", "m-1"}, {"balanced", true},
                                 {"reviews", JsonObject{{"object", JsonObject{{"key", "review/infer/1/DE/x"}, {"sha256", "ab"}, {"bytes", 9}}}, {"rows", doubts}}}};
        sql("insert into dataset (id, run, task, country, kind, key, sha256, bytes, rows, quarantined, details, created_at) values (" +
            std::to_string(id) + ", 10, 100, 'DE', 'report', 'k', 's', 1, 1, 0, '" + to_text(details) + "', now())");
        int n = 0;
        const auto taken = reviews_->take_in({id, 10, 100, "DE", details}, {{"1.1", "Fridges"}, {"2.1", "Screens"}}, [&](ReviewRow& row) {
            row = {std::string(1, static_cast<char>('a' + n)), n + 1, "1.1", 0.25, "[]", 2, 1.5, 100.0 - n, 1};
            return n++ < doubts;
        }, at_second(second));
        ASSERT_TRUE(taken && *taken);
    }
    void say(std::int64_t review, core::review::Word word, int second) {
        const auto done = reviews_->decide(review, word, by("rita"), at_second(second));
        ASSERT_TRUE(done) << describe(done.error());
    }
    static DeskCaller by(const std::string& who, const std::string& key = "", const std::string& print = "p") {
        DeskCaller caller{who, false, {}, key, print};
        caller.audit.who = who;
        caller.audit.route = "POST /v1/reports";
        return caller;
    }
    core::filing::Figures figures(const KnownMonth& month) {
        core::filing::Counted counted;
        const std::int64_t doubts = month.details.at("reviews").at("rows").to_number<std::int64_t>();
        counted.classified = {{"1.1", {6, 6'000, 600}, {}}, {"2.1", {4, 4'000, 400}, {}}};
        counted.sold = core::filing::Amount{10, 10'000, 1'000} + core::filing::Amount{doubts, 2'000 * doubts, 1'500 * doubts};
        return core::filing::reconcile(counted, month.reviewed);
    }
    Result<DeskReply> draft(const std::string& who, int second, bool automatic = false, const std::string& key = "") {
        const auto month = book_->month({"DE", "2026-11"});
        if (!month) {
            return month.error();
        }
        const core::filing::Figures now = figures(*month);
        DraftOrder order;
        order.country = "DE";
        order.period = "2026-11";
        order.automatic = automatic;
        const std::string says = to_text(core::filing::to_json(now));
        if (month->last != 0 && month->last_sha256 == says) {
            return book_->keep(*month, "", order, by(who, key), at_second(second));
        }
        return book_->add(
            {*month, now, core::filing::changes(month->filed_lines, now.lines), {"report/reports/10/DE/" + std::to_string(second), says, 9}}, order,
            by(who, key), at_second(second)
        );
    }
    Json told(const Result<DeskReply>& reply) {
        EXPECT_TRUE(reply) << describe(reply.error());
        return reply ? *json_from_text(reply->body) : Json();
    }
    std::string refused(const Result<DeskReply>& reply) {
        EXPECT_FALSE(reply);
        return reply ? "" : reply.error().message;
    }
    Json read(const char* name, const std::vector<std::optional<std::string>>& parameters) {
        const auto text = reads_->read(name, parameters);
        EXPECT_TRUE(text) << describe(text.error());
        return text ? *json_from_text(*text) : Json();
    }

    std::string target_;
    std::unique_ptr<Reviews> reviews_;
    std::unique_ptr<ReportBook> book_;
    std::unique_ptr<Reads> reads_;
};

TEST_F(Book, AMonthIsWhatTheLastRunAndPeopleMadeOfIt) {
    EXPECT_EQ(book_->month({"DE", "2026-11"}).error().kind, ErrorKind::NotFound);
    EXPECT_TRUE(book_->to_draft()->empty());
    count(1, 4, 1);
    say(1, {Verdict::Code, "2.1"}, 10);
    say(2, {Verdict::Excluded, ""}, 11);
    say(3, {Verdict::CannotSay, ""}, 12);
    const auto month = book_->month({"DE", "2026-11"});
    ASSERT_TRUE(month) << describe(month.error());
    const core::filing::Figures now = figures(*month);
    EXPECT_TRUE(now.balanced()) << to_text(core::filing::to_json(now));
    EXPECT_EQ(now.reviewed, (core::filing::Amount{1, 2'000, 1'500}));
    EXPECT_EQ(now.excluded.items, 1);
    EXPECT_EQ(now.unresolved.items, 1);
    EXPECT_EQ(now.waiting.items, 1);
    EXPECT_EQ(now.lines[1].all, (core::filing::Amount{5, 6'000, 1'900}));
    EXPECT_EQ(month->model, "m-1");
    const auto decided = book_->decided("DE");
    ASSERT_EQ(decided->size(), 2U);
    EXPECT_EQ(decided->front().item, "a");
    EXPECT_EQ(decided->front().code, "2.1");
    EXPECT_EQ(decided->back().code, "");
    ASSERT_EQ(book_->to_draft()->size(), 1U);
}

TEST_F(Book, DraftedApprovedByAnotherFiledAndAmendedWithItsDifference) {
    count(1, 2, 1);
    const Json first = told(draft("anna", 20));
    EXPECT_EQ(first.at("version"), 1);
    EXPECT_EQ(first.at("state"), "draft");
    EXPECT_EQ(first.at("waiting"), 2);
    const std::int64_t id = first.at("id").get_int64();
    EXPECT_NE(refused(book_->approve({id, true, false, ""}, by("anna"), at_second(21))).find("another person"), std::string::npos);
    EXPECT_NE(refused(book_->approve({id, false, false, ""}, by("boris"), at_second(21))).find("2 items still wait"), std::string::npos);
    EXPECT_NE(refused(book_->file({id, "R-1", false, ""}, by("boris"), at_second(21))).find("is draft"), std::string::npos);
    // A preview says what would be, and changes nothing.
    const Json would = told(book_->approve({id, true, true, ""}, by("boris"), at_second(22)));
    EXPECT_EQ(would.at("state"), "approved");
    EXPECT_EQ(would.at("dry_run"), true);
    EXPECT_EQ(sql("select state from report"), "draft");
    EXPECT_EQ(told(book_->approve({id, true, false, "as agreed"}, by("boris"), at_second(23))).at("state"), "approved");
    const Json filed = told(book_->file({id, "R-1", false, ""}, by("anna"), at_second(24)));
    EXPECT_EQ(filed.at("state"), "filed");
    EXPECT_EQ(filed.at("receipt"), "R-1");
    EXPECT_EQ(filed.at("steps").as_array().size(), 3U);
    EXPECT_TRUE(book_->to_draft()->empty()) << "nothing has changed since";

    say(1, {Verdict::Code, "2.1"}, 30);
    say(2, {Verdict::Excluded, ""}, 31);
    ASSERT_EQ(book_->to_draft()->size(), 1U);
    const Json amendment = told(draft("daemon", 40, true));
    EXPECT_EQ(amendment.at("amends"), id);
    EXPECT_EQ(amendment.at("version"), 2);
    EXPECT_EQ(amendment.at("changed").at("codes"), 1);
    EXPECT_EQ(amendment.at("changed").at("items"), 1);
    EXPECT_EQ(amendment.at("changed").at("weight_kg"), 1.5);
    const std::int64_t second = amendment.at("id").get_int64();
    const Json diff = read("report_changes", {std::to_string(second), std::nullopt, std::nullopt, std::nullopt});
    ASSERT_EQ(diff.at("items").as_array().size(), 1U);
    EXPECT_EQ(diff.at("items").at(0).at("code"), "2.1");
    EXPECT_EQ(diff.at("items").at(0).at("before").at("items"), 4);
    EXPECT_EQ(diff.at("items").at(0).at("difference").at("units"), 2);
    EXPECT_EQ(told(book_->approve({second, false, false, ""}, by("boris"), at_second(41))).at("state"), "approved");
    EXPECT_NE(refused(book_->file({second, "R-2", false, ""}, by("boris"), at_second(42))).find("another person must file"), std::string::npos);
    EXPECT_EQ(told(book_->file({second, "R-2", false, ""}, by("anna"), at_second(43))).at("state"), "filed");
    EXPECT_EQ(sql("select string_agg(version || state, ' ' order by version) from report"), "1amended 2filed");

    // As of a time: the version of then, as it stood then.
    const auto as_of = [&](int at) { return read("report_as_of", {"DE", "2026-11", to_iso(at_second(at)), std::nullopt}); };
    EXPECT_TRUE(as_of(19).is_null());
    EXPECT_EQ(as_of(20).at("state"), "draft");
    EXPECT_TRUE(as_of(23).at("filed").is_null());
    EXPECT_EQ(as_of(24).at("state"), "filed");
    EXPECT_EQ(as_of(39).at("version"), 1);
    EXPECT_EQ(as_of(39).at("figures"), first.at("figures"));
    EXPECT_EQ(as_of(42).at("state"), "approved");
    EXPECT_EQ(as_of(42).at("filed").at("receipt"), "R-1");
    EXPECT_EQ(as_of(43).at("filed").at("receipt"), "R-2");
    EXPECT_TRUE(read("report_as_of", {"DE", "2026-11", std::nullopt, "FR"}).is_null());
}

TEST_F(Book, AVersionThatIsBehindIsNotApprovedAndANewDraftTakesItsPlace) {
    count(1, 2, 1);
    const std::int64_t id = told(draft("anna", 20)).at("id").get_int64();
    EXPECT_EQ(told(draft("boris", 21)).at("unchanged"), true) << "the same figures are the same version";
    EXPECT_EQ(sql("select count(*) || ' ' || min(drafted_by) from report"), "1 anna");
    say(1, {Verdict::Code, "1.1"}, 22);
    EXPECT_EQ(read("report_one", {std::to_string(id), "DE"}).at("stale"), true);
    EXPECT_NE(refused(book_->approve({id, true, false, ""}, by("boris"), at_second(23))).find("draft DE 2026-11 again"), std::string::npos);
    // What is taken back leaves the figures as they were: the version stands, and is not behind any more.
    ASSERT_TRUE(reviews_->undo(1, by("rita"), at_second(24)));
    EXPECT_EQ(told(draft("anna", 25)).at("id"), id);
    EXPECT_EQ(read("report_one", {std::to_string(id), "DE"}).at("stale"), false);
    EXPECT_EQ(told(book_->approve({id, true, false, ""}, by("boris"), at_second(26))).at("state"), "approved");
    count(2, 1, 30);
    EXPECT_EQ(told(draft("boris", 31)).at("version"), 2);
    EXPECT_EQ(sql("select string_agg(version || state, ' ' order by version) from report"), "1superseded 2draft");
    EXPECT_NE(refused(book_->file({id, "R", false, ""}, by("anna"), at_second(32))).find("superseded"), std::string::npos);
}

TEST_F(Book, TwoDraftsAtOnceMakeOneVersion) {
    count(1, 2, 1);
    const auto one = book_->month({"DE", "2026-11"});
    told(draft("anna", 20));
    DraftOrder order;
    order.country = "DE";
    order.period = "2026-11";
    const core::filing::Figures now = figures(*one);
    const auto late = book_->add({*one, now, {}, {"k", "s", 1}}, order, by("boris"), at_second(21));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, ErrorKind::Conflict);
    EXPECT_EQ(sql("select count(*) from report"), "1");
}

TEST_F(Book, TheSameKeyGivesTheFirstAnswerAgainAndTheRecordTellsOnce) {
    count(1, 0, 1);
    const std::int64_t id = told(draft("anna", 20, false, "d")).at("id").get_int64();
    ASSERT_TRUE(book_->earlier(by("anna", "d"))->has_value());
    EXPECT_FALSE(book_->earlier(by("anna", "other"))->has_value());
    EXPECT_EQ(book_->earlier(by("anna", "d", "another")).error().kind, ErrorKind::Invalid);
    const auto first = book_->approve({id, false, false, ""}, by("boris", "k"), at_second(21));
    const auto again = book_->approve({id, false, false, ""}, by("boris", "k"), at_second(22));
    ASSERT_TRUE(first && again) << describe(again.error());
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(first->body, again->body);
    EXPECT_EQ(sql("select string_agg(who, ' ' order by id) from audit"), "anna boris");
    EXPECT_EQ(book_->approve({77, false, false, ""}, by("boris"), at_second(23)).error().kind, ErrorKind::NotFound);
}

TEST_F(Book, WhatWasReportedCannotBeChangedInTheDatabase) {
    count(1, 1, 1);
    told(draft("anna", 20));
    for (const char* forbidden : {
             "update report set figures = '{}'", "update report set state = 'filed'", "delete from report", "update report_line set items = 0",
             "delete from report_step", "truncate report_change"}) {
        EXPECT_ANY_THROW(sql(forbidden)) << forbidden;
    }
    EXPECT_EQ(sql("select state from report"), "draft");
}

TEST_F(Book, AMonthThatCannotBeDraftedWaitsForAChange) {
    count(1, 1, 1);
    ASSERT_TRUE(book_->refuse({"DE", "2026-11"}, "its object is gone"));
    EXPECT_TRUE(book_->to_draft()->empty());
    EXPECT_EQ(read("report_status", {std::nullopt, std::nullopt}).at("items").at(0).at("fault"), "its object is gone");
    say(1, {Verdict::Code, "1.1"}, 10);
    EXPECT_EQ(book_->to_draft()->size(), 1U);
}

TEST_F(Book, ListsAndStatusStayWithinTheCallersCountries) {
    count(1, 1, 1);
    const Json first = told(draft("anna", 20));
    EXPECT_EQ(read("reports_page", {"DE", "2026-11", "draft", "10", std::nullopt, "DE"}).at("items").as_array().size(), 1U);
    EXPECT_TRUE(read("reports_page", {std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, "FR"}).at("items").as_array().empty());
    const Json lines = read("report_lines", {std::to_string(first.at("id").get_int64()), "1", std::nullopt, "DE"});
    EXPECT_EQ(lines.at("items").at(0).at("code"), "1.1");
    EXPECT_EQ(lines.at("next"), "1");
    EXPECT_EQ(read("report_lines", {std::to_string(first.at("id").get_int64()), "1", "1", "DE"}).at("items").at(0).at("code"), "2.1");
    EXPECT_TRUE(read("report_lines", {std::to_string(first.at("id").get_int64()), std::nullopt, std::nullopt, "FR"}).is_null());
    const Json status = read("report_status", {std::nullopt, "DE,FR"}).at("items");
    ASSERT_EQ(status.as_array().size(), 1U);
    EXPECT_EQ(status.at(0).at("state"), "draft");
    EXPECT_EQ(status.at(0).at("period"), "2026-11");
    EXPECT_EQ(read("report_status", {"2026-12", "DE"}).at("items").at(0).at("state"), "missing");
    EXPECT_TRUE(read("report_status", {std::nullopt, "FR"}).at("items").as_array().empty());
}

}  // namespace
}  // namespace kontor::store_pg
