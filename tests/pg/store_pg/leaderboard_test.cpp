// The models of a country by how good they are, by what they cost to find, by how fast they are, by their size.
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "commit_rows.hpp"
#include "contract/store_rows.hpp"
#include "store_pg/queries.hpp"
#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using namespace ports;
using contract::at_second;
using test::PgCluster;

class Leaderboard : public ::testing::Test {
 protected:
    Leaderboard() : target_(PgCluster::shared().migrated_database()), reads_(make_reads({target_})) {
        batch_.definitions = {contract::a_definition("hash-1", "infer")};
        batch_.runs_inserted = {contract::a_run(1, "succeeded")};
        // The best is dear and slow; of the old one it is not known what it cost, and nothing was classified with the last.
        model("good", 0.9, 5000, JsonObject{{"search", JsonObject{{"trials", 30}, {"seconds", 60.5}}}});
        classified("good", 100, 0);  // within no time: says nothing
        classified("good", 1000, 10);
        model("cheap", 0.7, 900, JsonObject{{"search", JsonObject{{"trials", 2}, {"seconds", 0.25}}}});
        classified("cheap", 1000, 2);
        classified("cheap", 10, 9);
        model("old", 0.8, 100, JsonObject{});
        classified("old", 1000, 4);
        model("new", 0.6, 2000, JsonObject{{"search", JsonObject{{"trials", 3}, {"seconds", 9}}}});
        test::commit_rows(target_, batch_);
    }

    void model(const std::string& name, double score, std::int64_t bytes, JsonObject metrics) {
        effect(sdk::ModelRegistered{name, "DE", "linear", {"model/" + name, "ab", bytes}, JsonObject{}, std::move(metrics)});
        effect(sdk::ModelScored{name, "DE", "rows-1", 80, JsonObject{{"macro_f1", score}}});
    }
    void classified(const std::string& model, std::int64_t rows, int seconds) {
        DoneTaskRow row = contract::a_done_task(++id_, 1);
        row.task = "predict";
        row.item = std::to_string(id_);
        row.started_at = at_second(1);
        row.finished_at = at_second(1 + seconds);
        batch_.done_inserted.push_back(row);
        batch_.effects.push_back({++id_, 1, row.id, at_second(20), sdk::DatasetRegistered{"DE", "predictions", {"p", "cd", 10}, rows, 0, JsonObject{{"model", model}}}});
    }
    void effect(sdk::Effect what) { batch_.effects.push_back({++id_, 1, 1, at_second(1), std::move(what)}); }
    JsonArray board(const std::optional<std::string>& by) {
        const auto text = reads_->read("leaderboard", {"DE", by});
        EXPECT_TRUE(text) << describe(text.error());
        return text ? json_from_text(*text)->at("items").as_array() : JsonArray{};
    }
    std::string order(const std::optional<std::string>& by) {
        std::string names;
        std::int64_t rank = 0;
        for (const Json& each : board(by)) {
            EXPECT_EQ(each.at("rank"), ++rank);
            names += std::string(each.at("model").as_string()) + " ";
        }
        return names;
    }

    std::string target_;
    std::unique_ptr<Reads> reads_;
    Batch batch_;
    std::int64_t id_ = 100;
};

TEST_F(Leaderboard, RanksByQualityCostSpeedAndSize) {
    EXPECT_EQ(order(std::nullopt), "good old cheap new ");
    EXPECT_EQ(order("quality"), "good old cheap new ");
    EXPECT_EQ(order("cost"), "cheap new good old ") << "what is not known comes last";
    EXPECT_EQ(order("speed"), "cheap old good new ");
    EXPECT_EQ(order("size"), "old cheap new good ");
}

TEST_F(Leaderboard, SaysWhatItRanksBy) {
    const JsonArray models = board("quality");
    ASSERT_EQ(models.size(), 4U);
    EXPECT_EQ(models[0].at("seconds"), Json(60.5));
    EXPECT_EQ(models[0].at("per_second"), Json(100.0)) << "of its largest classification";
    EXPECT_EQ(models[0].at("bytes"), 5000);
    EXPECT_TRUE(models[1].at("seconds").is_null());
    EXPECT_EQ(models[2].at("per_second"), Json(500.0));
    EXPECT_TRUE(models[3].at("per_second").is_null());
}

}  // namespace
}  // namespace kontor::store_pg
