// Samples on a real database: a version counts once, whoever sends it how often and at the same time.
#include <gtest/gtest.h>

#include <thread>

#include "base/json.hpp"
#include "contract/store_rows.hpp"
#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using namespace ports;
using contract::at_second;
using test::PgCluster;

class Samples : public ::testing::Test {
 protected:
    Samples() : target_(PgCluster::shared().migrated_database()), samples_(make_samples(target_)), reads_(make_reads({target_})) {}

    std::string sql(const std::string& statement) { return PgCluster::run(target_, statement); }
    static SampleBatch batch(const std::string& country, const std::string& object, std::vector<SampleRow> rows) {
        for (SampleRow& row : rows) {
            row.country = country;
        }
        return {country, {"sample/samples/1/" + country + "/" + object, "ab", 9}, "shop", std::move(rows)};
    }
    static SampleRow row(const std::string& item, std::int64_t version, const std::string& digest = "d") { return {"DE", item, version, digest, "1.1"}; }
    // "N" new, "S" the same, "O" another.
    static std::string letters(const Result<std::vector<SampleFate>>& fates) {
        EXPECT_TRUE(fates) << describe(fates.error());
        std::string text;
        for (const SampleFate fate : fates ? *fates : std::vector<SampleFate>()) {
            text += fate == SampleFate::New ? 'N' : fate == SampleFate::Same ? 'S' : 'O';
        }
        return text;
    }
    std::string known(std::vector<SampleRow> rows) {
        std::vector<const SampleRow*> asked;
        for (const SampleRow& each : rows) {
            asked.push_back(&each);
        }
        return letters(samples_->known(asked));
    }
    Json page(std::vector<std::optional<std::string>> parameters) {
        const auto text = reads_->read("samples_page", parameters);
        EXPECT_TRUE(text) << describe(text.error());
        return text ? json_from_text(*text).value() : Json();
    }
    static std::string items_of(const Json& answer) {
        std::string text;
        for (const Json& item : answer.at("items").as_array()) {
            text += text_member(item, "country") + ":" + text_member(item, "item") + to_text(item.at("version")) + (item.at("current").as_bool() ? "! " : " ");
        }
        return text;
    }

    std::string target_;
    std::unique_ptr<SampleRows> samples_;
    std::unique_ptr<Reads> reads_;
};

TEST_F(Samples, AVersionIsKeptOnceAndWhatSaysSomethingElseIsTold) {
    EXPECT_EQ(known({}), "");
    EXPECT_EQ(known({row("a", 1), row("b", 1)}), "NN");
    EXPECT_EQ(letters(samples_->keep({batch("DE", "1", {row("a", 1), row("b", 1)}), batch("FR", "1", {row("a", 1)})}, at_second(1))), "NNN");
    EXPECT_EQ(known({row("b", 1), row("a", 2), row("a", 1, "e"), row("a", 1)}), "SNOS");
    EXPECT_EQ(letters(samples_->keep({batch("DE", "2", {row("a", 2), row("b", 1, "e"), row("a", 1)})}, at_second(2))), "NOS");
    EXPECT_EQ(sql("select string_agg(country || item || version || digest, ' ' order by country, item, version) from sample"), "DEa1d DEa2d DEb1d FRa1d");
    EXPECT_EQ(sql("select string_agg(rows::text, ' ' order by id) from sample_batch"), "2 1 1");
}

TEST_F(Samples, OfAnItemTheHighestVersionCountsWhateverCameLast) {
    ASSERT_TRUE(samples_->current("DE")->empty());
    samples_->keep({batch("DE", "1", {row("a", 5), row("b", 1), row("c", 1)})}, at_second(1));
    samples_->keep({batch("DE", "2", {row("a", 4), row("c", 2)}), batch("FR", "2", {row("a", 9)})}, at_second(2));
    samples_->keep({batch("DE", "3", {row("a", 1)})}, at_second(3));
    const auto current = samples_->current("DE");
    ASSERT_TRUE(current);
    ASSERT_EQ(current->size(), 2U);
    EXPECT_EQ((*current)[0].object.key, "sample/samples/1/DE/1");
    EXPECT_EQ((*current)[0].places, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ((*current)[0].sent_by, "shop");
    EXPECT_EQ((*current)[0].at, at_second(1));
    EXPECT_EQ((*current)[1].places, (std::vector<std::int64_t>{2}));
    EXPECT_EQ((*current)[1].object.bytes, 9);
}

TEST_F(Samples, TwoWhoSendTheSameAtOnceKeepItOnceBetweenThem) {
    const auto other = make_samples(target_);
    std::vector<SampleRow> up;
    std::vector<SampleRow> down;
    for (int i = 0; i < 20'000; ++i) {
        up.push_back(row("item " + std::to_string(i), 1));
        down.push_back(row("item " + std::to_string(19'999 - i), 1));
    }
    std::string theirs;
    std::thread second([&] { theirs = letters(other->keep({batch("DE", "2", down)}, at_second(1))); });
    const std::string ours = letters(samples_->keep({batch("DE", "1", up)}, at_second(1)));
    second.join();
    EXPECT_EQ(std::count(ours.begin(), ours.end(), 'N') + std::count(theirs.begin(), theirs.end(), 'N'), 20'000);
    EXPECT_EQ(std::count(ours.begin(), ours.end(), 'S') + std::count(theirs.begin(), theirs.end(), 'S'), 20'000);
    EXPECT_EQ(sql("select count(*) from sample"), "20000");
    EXPECT_EQ(sql("select sum(rows) from sample_batch"), "20000");
}

TEST_F(Samples, AreListedNewestFirstPageByPageWithinTheAskersCountries) {
    samples_->keep({batch("DE", "1", {row("a", 1), row("b", 1), row("c", 1)}), batch("FR", "1", {row("x", 1)})}, at_second(1));
    samples_->keep({batch("DE", "2", {row("a", 2), row("d", 1)})}, at_second(2));
    EXPECT_EQ(items_of(page({})), "DE:d1! DE:a2! FR:x1! DE:c1! DE:b1! DE:a1 ");
    EXPECT_EQ(items_of(page({"DE"})), "DE:d1! DE:a2! DE:c1! DE:b1! DE:a1 ");
    EXPECT_EQ(items_of(page({"DE", "a"})), "DE:a2! DE:a1 ");
    EXPECT_EQ(items_of(page({std::nullopt, std::nullopt, std::nullopt, std::nullopt, "FR"})), "FR:x1! ");
    EXPECT_EQ(items_of(page({"DE", "a", std::nullopt, std::nullopt, "FR"})), "");
    std::string all;
    Json one = page({std::nullopt, std::nullopt, "2"});
    for (int pages = 1;; ++pages) {
        ASSERT_LE(pages, 3);
        all += items_of(one);
        if (one.at("next").is_null()) {
            break;
        }
        one = page({std::nullopt, std::nullopt, "2", text_member(one, "next")});
    }
    EXPECT_EQ(all, "DE:d1! DE:a2! FR:x1! DE:c1! DE:b1! DE:a1 ");
    const Json versions = page({"DE", "a", "1"});
    EXPECT_EQ(items_of(versions) + items_of(page({"DE", "a", "1", text_member(versions, "next")})), "DE:a2! DE:a1 ");
}

}  // namespace
}  // namespace kontor::store_pg
