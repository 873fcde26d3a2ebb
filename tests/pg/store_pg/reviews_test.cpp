// The queue of reviews on a real database: taken in once, claimed by one, settled by the words of people.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base/json.hpp"
#include "contract/store_rows.hpp"
#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using namespace ports;
using contract::at_second;
using core::review::Verdict;
using core::review::Word;
using test::PgCluster;

const Word fridge{Verdict::Code, "1.1"};
const Word screen{Verdict::Code, "2.1"};

class ReviewQueue : public ::testing::Test {
 protected:
    ReviewQueue() : target_(PgCluster::shared().migrated_database()), reviews_(make_reviews(target_)), reads_(make_reads({target_})) {}

    std::string sql(const std::string& statement) { return PgCluster::run(target_, statement); }
    ReviewBatch a_batch(std::int64_t id, const std::string& period = "2026-11") {
        return {id, id * 10, id * 100, "DE",
                JsonObject{{"period", period}, {"model", "m-1"},
                           {"reviews", JsonObject{{"object", JsonObject{{"key", "review/infer/1/DE/x"}, {"sha256", "ab"}, {"bytes", 9}}}, {"rows", 3}}}}};
    }
    static std::vector<ReviewCode> list() { return {{"1.1", "Fridges"}, {"2.1", "Screens, \\ \t\n and \"more\""}}; }
    // Items a, b, c ... : the first costs most.
    Result<bool> take_in(const ReviewBatch& batch, int items, int looks = 1) {
        int n = 0;
        return reviews_->take_in(
            batch, list(),
            [&](ReviewRow& row) {
                row = {std::string(1, static_cast<char>('a' + n)), n + 1, "1.1", 0.25, R"([["2.1",0.2]])", 3, 4.5, 100.5 - n, looks};
                return n++ < items;
            },
            at_second(1)
        );
    }
    std::vector<std::int64_t> claim(const std::string& who, int take, int second, std::optional<std::string> countries = std::nullopt) {
        const auto places = reviews_->claim({who, countries, "", take, at_second(second)});
        EXPECT_TRUE(places) << describe(places.error());
        std::vector<std::int64_t> ids;
        for (const ReviewPlace& place : *places) {
            EXPECT_EQ(place.object.key, "review/infer/1/DE/x");
            ids.push_back(place.review);
        }
        return ids;
    }
    static ReviewCaller by(const std::string& who, const std::string& key = "", const std::string& print = "p") {
        ReviewCaller caller{who, who == "root", {}, key, print};
        caller.audit.who = who;
        caller.audit.route = "POST /v1/reviews/{id}/decide";
        return caller;
    }
    std::string state_after(const Result<ReviewReply>& reply) {
        EXPECT_TRUE(reply) << describe(reply.error());
        return reply ? text_member(*json_from_text(reply->body), "state") : "";
    }
    ErrorKind fault_of(const Result<ReviewReply>& reply) {
        EXPECT_FALSE(reply);
        return reply ? ErrorKind::Internal : reply.error().kind;
    }

    std::string target_;
    std::unique_ptr<Reviews> reviews_;
    std::unique_ptr<Reads> reads_;
};

TEST_F(ReviewQueue, ARegisteredReportIsTakenInOnceWhoeverTriesHowOften) {
    sql("insert into dataset (id, run, task, country, kind, key, sha256, bytes, rows, quarantined, details, created_at)"
        " values (1, 10, 100, 'DE', 'report', 'k', 's', 1, 1, 0, '{\"period\": \"2026-11\"}', now()), (2, 10, 100, 'DE', 'train', 'k', 's', 1, 1, 0, null, now())");
    ASSERT_EQ(reviews_->waiting()->size(), 1U);
    // Stopped half way, nothing of it is there.
    EXPECT_THROW(
        static_cast<void>(reviews_->take_in(a_batch(1), list(), [n = 0](ReviewRow& row) mutable {
            row.alternatives = "[]";
            return n++ < 2 ? true : throw sdk::TaskFailure(sdk::FailureClass::Data, "torn");
        }, at_second(1))),
        sdk::TaskFailure
    );
    EXPECT_EQ(sql("select count(*) from review"), "0");
    EXPECT_EQ(reviews_->waiting()->size(), 1U);
    const auto other = make_reviews(target_);
    std::vector<int> taken(2);
    std::thread second([&] {
        int n = 0;
        const auto done = other->take_in(a_batch(1), list(), [&](ReviewRow& row) { row = {"a", 1, "1.1", 0.25, "[]", 1, 1, 1, 1}; return n++ < 1; }, at_second(1));
        taken[1] = done && *done ? 1 : 0;
    });
    const auto first = take_in(a_batch(1), 1);
    taken[0] = first && *first ? 1 : 0;
    second.join();
    EXPECT_EQ(taken[0] + taken[1], 1);
    EXPECT_EQ(sql("select count(*) from review"), "1");
    EXPECT_TRUE(reviews_->waiting()->empty());
    EXPECT_FALSE(*take_in(a_batch(1), 3));
}

TEST_F(ReviewQueue, AHundredThousandItemsAreTakenInByCopyAndClaimedQuickly) {
    int n = 0;
    const auto began = std::chrono::steady_clock::now();
    ASSERT_TRUE(reviews_->take_in(a_batch(1), list(), [&](ReviewRow& row) {
        row = {"item " + std::to_string(n), n + 1, "1.1", 0.25, R"([["2.1",0.2]])", 3, 4.5, static_cast<double>(n), 1};
        return n++ < 100'000;
    }, at_second(1)));
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
    sql("analyze review");
    const auto asked = std::chrono::steady_clock::now();
    EXPECT_EQ(claim("anna", 20, 10).size(), 20U);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(2));
    EXPECT_EQ(sql("select max(cost) from review where claimed_by = 'anna'"), "99999");
}

TEST_F(ReviewQueue, TwoPeopleNeverGetTheSameItemUntilAClaimIsOver) {
    ASSERT_TRUE(take_in(a_batch(1), 10));
    const auto hers = claim("anna", 4, 10);
    const auto his = claim("boris", 4, 10);
    std::set<std::int64_t> both(hers.begin(), hers.end());
    both.insert(his.begin(), his.end());
    EXPECT_EQ(both.size(), 8U);
    EXPECT_EQ(claim("anna", 4, 11), hers) << "what she has comes again";
    EXPECT_EQ(claim("carl", 10, 11).size(), 2U);
    EXPECT_EQ(fault_of(reviews_->decide(hers[0], fridge, by("boris"), at_second(12))), ErrorKind::Conflict);
    // A quarter of an hour later the dearest, which she did nothing about, is his.
    EXPECT_EQ(claim("boris", 1, 11 + 15 * 60), std::vector<std::int64_t>{hers[0]});
    EXPECT_TRUE(claim("dora", 10, 11, "FR,IT").empty()) << "it is not hers to see";
}

TEST_F(ReviewQueue, ManyAtOnceShareTheQueueWithoutMeeting) {
    ASSERT_TRUE(take_in(a_batch(1), 24));
    std::vector<std::vector<std::int64_t>> got(4);
    std::vector<std::thread> people;
    for (std::size_t i = 0; i < got.size(); ++i) {
        people.emplace_back([&, i] {
            const auto own = make_reviews(target_);
            const auto places = own->claim({"person " + std::to_string(i), std::nullopt, "", 6, at_second(10)});
            for (const ReviewPlace& place : places ? *places : std::vector<ReviewPlace>()) {
                got[i].push_back(place.review);
            }
        });
    }
    std::set<std::int64_t> all;
    std::size_t sum = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        people[i].join();
        all.insert(got[i].begin(), got[i].end());
        sum += got[i].size();
    }
    EXPECT_EQ(all.size(), sum);
    EXPECT_GT(sum, 0U);
}

TEST_F(ReviewQueue, AWordDecidesStandsOnTheRecordAndIsALabelUntilItIsTakenBack) {
    ASSERT_TRUE(take_in(a_batch(1), 2));
    const auto ids = claim("anna", 2, 10);
    EXPECT_EQ(state_after(reviews_->decide(ids[0], screen, by("anna"), at_second(20))), "decided");
    EXPECT_EQ(fault_of(reviews_->decide(ids[0], fridge, by("anna"), at_second(21))), ErrorKind::Conflict);
    EXPECT_EQ(sql("select who || ' ' || country || ' ' || status from audit"), "anna DE 200");
    auto labels = reviews_->labels("DE");
    ASSERT_EQ(labels->size(), 1U);
    EXPECT_EQ(labels->front().item, "a");
    EXPECT_EQ(labels->front().code, "2.1");
    EXPECT_EQ(labels->front().by, "anna");
    EXPECT_EQ(labels->front().at, at_second(20));
    EXPECT_EQ(labels->front().period, "2026-11");
    EXPECT_EQ(labels->front().place.row, 1);
    EXPECT_TRUE(reviews_->labels("FR")->empty());
    EXPECT_EQ(fault_of(reviews_->undo(ids[0], by("boris"), at_second(30))), ErrorKind::Conflict);
    EXPECT_EQ(fault_of(reviews_->undo(ids[0], by("anna"), at_second(20 + 601))), ErrorKind::Conflict);
    EXPECT_EQ(state_after(reviews_->undo(ids[0], by("anna"), at_second(30))), "open");
    EXPECT_TRUE(reviews_->labels("DE")->empty());
    EXPECT_EQ(claim("anna", 1, 31), std::vector<std::int64_t>{ids[0]}) << "she has it again";
    EXPECT_EQ(state_after(reviews_->decide(ids[0], {Verdict::Excluded, ""}, by("anna"), at_second(32))), "decided");
    EXPECT_TRUE(reviews_->labels("DE")->empty()) << "no code, no label";
}

TEST_F(ReviewQueue, AnItemForTwoIsSecondedBlindlyAndADisputeIsEndedByAThird) {
    ASSERT_TRUE(take_in(a_batch(1), 2, 2));
    const auto ids = claim("anna", 2, 10);
    const auto first = reviews_->decide(ids[0], fridge, by("anna"), at_second(20));
    EXPECT_EQ(state_after(first), "second");
    EXPECT_EQ(first->body.find("anna"), std::string::npos) << "who comes next must not know: " << first->body;
    EXPECT_EQ(fault_of(reviews_->decide(ids[0], fridge, by("anna"), at_second(21))), ErrorKind::Conflict);
    const auto asking = [&](const std::string& who) {
        ReviewCaller caller = by(who);
        caller.audit.dry_run = true;
        return caller;
    };
    EXPECT_EQ(state_after(reviews_->undo(ids[0], asking("anna"), at_second(21))), "open") << "her own word hides nothing from her";
    EXPECT_EQ(claim("anna", 2, 22), std::vector<std::int64_t>{ids[1]});
    EXPECT_EQ(claim("boris", 2, 22), std::vector<std::int64_t>{ids[0]});
    for (const auto& word : {fridge, screen}) {
        const auto told = reviews_->decide(ids[0], word, asking("boris"), at_second(22));
        EXPECT_EQ(state_after(told), "second") << "neither whether they agree";
        EXPECT_EQ(told->body.find("anna"), std::string::npos) << "nor with whom: " << told->body;
    }
    EXPECT_EQ(state_after(reviews_->decide(ids[0], screen, by("boris"), at_second(23))), "disputed");
    EXPECT_EQ(fault_of(reviews_->decide(ids[0], screen, by("anna"), at_second(24))), ErrorKind::Conflict);
    EXPECT_EQ(claim("carl", 1, 25), std::vector<std::int64_t>{ids[0]});
    EXPECT_EQ(state_after(reviews_->decide(ids[0], screen, by("carl"), at_second(26))), "decided");
    EXPECT_EQ(reviews_->labels("DE")->front().code, "2.1");
    // An administrator who was one of the two may end it, too.
    EXPECT_EQ(state_after(reviews_->decide(ids[1], {Verdict::CannotSay, ""}, by("anna"), at_second(27))), "disputed");
    EXPECT_EQ(state_after(reviews_->decide(ids[1], {Verdict::CannotSay, ""}, by("root"), at_second(28))), "disputed");
    EXPECT_EQ(state_after(reviews_->decide(ids[1], fridge, by("root"), at_second(29))), "decided");
}

TEST_F(ReviewQueue, ASkippedItemGoesToOthersAndComesBackLater) {
    ASSERT_TRUE(take_in(a_batch(1), 1));
    const auto ids = claim("anna", 1, 10);
    EXPECT_EQ(state_after(reviews_->skip(ids[0], by("anna"), at_second(11))), "open");
    EXPECT_TRUE(claim("anna", 1, 12).empty());
    EXPECT_EQ(claim("anna", 1, 11 + 3601), ids);
}

TEST_F(ReviewQueue, ACodeOutsideTheListOfTheMonthIsRefused) {
    ASSERT_TRUE(take_in(a_batch(1), 1));
    const auto refused = reviews_->decide(1, {Verdict::Code, "9.9"}, by("anna"), at_second(10));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Invalid);
    EXPECT_NE(refused.error().message.find("9.9 is not in the list of DE in force in 2026-11"), std::string::npos);
    EXPECT_EQ(fault_of(reviews_->decide(77, fridge, by("anna"), at_second(10))), ErrorKind::NotFound);
    EXPECT_EQ(sql("select count(*) from review_word"), "0");
}

TEST_F(ReviewQueue, AWordAboutACodeThatMovedSinceIsNotCarriedOver) {
    ASSERT_TRUE(take_in(a_batch(1), 2));
    EXPECT_EQ(state_after(reviews_->decide(1, screen, by("anna"), at_second(10))), "decided");
    EXPECT_EQ(state_after(reviews_->decide(2, fridge, by("anna"), at_second(11))), "decided");
    sql("insert into code_list (country, version, effective_from, sha256, codes, moves, imported_by, imported_at, reason) values ('DE', 1, '2026-12-01', 'x', 2, 2, 'rita', now(), '');"
        "insert into code_list_move (country, version, line, code_from, code_to, kind, weight) values ('DE', 1, 1, '2.1', '2.1', 'split', 0.5), ('DE', 1, 2, '2.1', '2.2', 'split', 0.5)");
    ASSERT_TRUE(take_in(a_batch(2), 2));
    ASSERT_TRUE(take_in(a_batch(3, "2026-12"), 2));
    EXPECT_EQ(sql("select string_agg(batch || item || ' ' || state, ', ' order by id) from review"),
              "1a decided, 1b decided, 2a decided, 2b decided, 3a open, 3b decided");
    // Decided anew, it is decided for the months after the move.
    EXPECT_EQ(state_after(reviews_->decide(5, screen, by("boris"), at_second(12))), "decided");
    ASSERT_TRUE(take_in(a_batch(4, "2027-01"), 1));
    EXPECT_EQ(sql("select state || ' ' || decided_by from review where batch = 4"), "decided boris");
}

TEST_F(ReviewQueue, TheSameKeyGivesTheFirstAnswerAgain) {
    ASSERT_TRUE(take_in(a_batch(1), 1));
    const auto first = reviews_->decide(1, fridge, by("anna", "k"), at_second(10));
    const auto again = reviews_->decide(1, fridge, by("anna", "k"), at_second(11));
    ASSERT_TRUE(first && again);
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(first->body, again->body);
    EXPECT_EQ(sql("select count(*) from review_word"), "1");
    EXPECT_EQ(sql("select count(*) from audit"), "1");
    EXPECT_EQ(fault_of(reviews_->decide(1, fridge, by("anna", "k", "another"), at_second(12))), ErrorKind::Invalid);
}

TEST_F(ReviewQueue, ALaterRunAsksAnewAndKeepsWhatPeopleDecided) {
    ASSERT_TRUE(take_in(a_batch(1), 3));
    EXPECT_EQ(state_after(reviews_->decide(1, screen, by("anna"), at_second(10))), "decided");
    ASSERT_TRUE(take_in(a_batch(2), 2));
    ASSERT_TRUE(take_in(a_batch(3, "2026-12"), 1));
    EXPECT_EQ(sql("select string_agg(batch || item || ' ' || state || ' ' || decided_by, ', ' order by id) from review"),
              "1a decided anna, 1b superseded , 1c superseded , 2a decided anna, 2b open , 3a decided anna");
    EXPECT_EQ(fault_of(reviews_->decide(2, fridge, by("anna"), at_second(11))), ErrorKind::Conflict);
    EXPECT_EQ(reviews_->labels("DE")->size(), 1U);
    // Taken back, it waits in the runs that took it over.
    EXPECT_EQ(state_after(reviews_->undo(1, by("anna"), at_second(12))), "open");
    EXPECT_EQ(sql("select count(*) from review where item = 'a' and state = 'decided'"), "0");
    // One that was late, behind a newer one of its month, is nobody's task.
    ReviewBatch late = a_batch(0);
    ASSERT_TRUE(take_in(late, 3));
    EXPECT_EQ(sql("select count(*) from review where batch = 0 and state = 'open'"), "0");
}

TEST_F(ReviewQueue, ListsAndCountsShowWhatWaitsPageByPageAndWithinTheCallersCountries) {
    ASSERT_TRUE(take_in(a_batch(1), 5));
    reviews_->decide(2, screen, by("anna"), at_second(10)).value();
    const auto read = [&](const char* name, const std::vector<std::optional<std::string>>& parameters) {
        const auto text = reads_->read(name, parameters);
        EXPECT_TRUE(text) << describe(text.error());
        return *json_from_text(*text);
    };
    std::string seen;
    std::optional<std::string> cursor;
    do {
        const Json page = read("reviews_page", {"DE", std::nullopt, std::nullopt, "cost", "2", cursor, std::nullopt});
        for (const Json& item : page.at("items").as_array()) {
            seen += text_member(item, "item");
        }
        cursor = page.at("next").is_string() ? std::optional(text_member(page, "next")) : std::nullopt;
    } while (cursor);
    EXPECT_EQ(seen, "acde");
    const Json first = read("review_one", {"1", "DE"});
    EXPECT_EQ(first.at("title"), "Fridges");
    EXPECT_EQ(text_member(first.at("alternatives").at(0), "title"), list()[1].title) << "COPY keeps every character";
    EXPECT_TRUE(read("review_one", {"1", "FR"}).is_null());
    EXPECT_TRUE(read("reviews_page", {std::nullopt, std::nullopt, "all", "id", "10", std::nullopt, "FR"}).at("items").as_array().empty());
    const Json counts = read("review_counts", {std::nullopt, std::nullopt}).at("items");
    ASSERT_EQ(counts.as_array().size(), 1U);
    EXPECT_EQ(counts.at(0).at("open"), 4);
    EXPECT_EQ(counts.at(0).at("decided"), 1);
    EXPECT_EQ(read("review_codes", {"DE", "2026-11", "SCREEN"}).at("items").at(0).at("code"), "2.1");
}

}  // namespace
}  // namespace kontor::store_pg
