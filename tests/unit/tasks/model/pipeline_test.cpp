// The road of one country: prepare, trials of both families, choose, predict, score, compare, promote.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "support/catalogue.hpp"
#include "support/task_bench.hpp"
#include "tasks/dataset/register.hpp"
#include "tasks/model/register.hpp"

namespace kontor::tasks {
namespace {

using sdk::Json;
using sdk::JsonArray;
using sdk::JsonObject;

class Pipeline : public testing::Test {
 protected:
    Pipeline() {
        dataset::register_tasks(registry_);
        model::register_tasks(registry_);
    }
    JsonObject run(std::string_view type, JsonObject input) {
        outcome_ = bench_.run(registry_, type, std::move(input));
        if (const auto* done = std::get_if<sdk::Succeeded>(&outcome_)) {
            return done->outputs.get_object();
        }
        const auto* failed = std::get_if<sdk::Failed>(&outcome_);
        ADD_FAILURE() << type << ": " << (failed == nullptr ? "interrupted" : failed->reason);
        return {};
    }
    sdk::Failed run_failing(std::string_view type, JsonObject input) {
        outcome_ = bench_.run(registry_, type, std::move(input));
        const auto* failed = std::get_if<sdk::Failed>(&outcome_);
        EXPECT_NE(failed, nullptr) << type << " did not fail";
        return failed == nullptr ? sdk::Failed{} : *failed;
    }
    const std::vector<sdk::Effect>& effects() const { return std::get<sdk::Succeeded>(outcome_).effects; }
    JsonObject prepare(const std::string& csv, std::int64_t min_rows = 50) {
        return run(
            "dataset.prepare",
            {{"dataset", csv::to_json(bench_.store_csv(csv, 400))}, {"schema", schema_}, {"min_rows", min_rows}}
        );
    }
    JsonObject trial(const JsonObject& prepared, int number, JsonObject more = {}) {
        JsonObject input{{"train", prepared.at("train")}, {"schema", schema_}, {"trial", number}};
        for (auto& member : more) {
            input[member.key()] = member.value();
        }
        return run("model.trial", std::move(input));
    }
    JsonObject choose(const JsonObject& prepared, JsonArray trials) {
        return run(
            "model.choose", {{"trials", std::move(trials)}, {"train", prepared.at("train")}, {"schema", schema_}}
        );
    }
    JsonObject predict_and_score(const JsonObject& prepared, const Json& chosen) {
        const auto predicted = run(
            "model.predict", {{"items", prepared.at("holdout")}, {"model", chosen}, {"schema", schema_}}
        );
        return run(
            "model.score",
            {{"predictions", predicted.at("predictions")},
             {"truth", prepared.at("holdout")},
             {"model", chosen},
             {"schema", schema_}}
        );
    }

    test::TaskBench bench_;
    sdk::TaskRegistry registry_;
    sdk::Outcome outcome_;
    Json schema_ = boost::json::parse(test::catalogue_schema);
};

TEST_F(Pipeline, BothFamiliesLearnTheCatalogueAndTheBetterOneIsPromoted) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 500}));
    EXPECT_TRUE(prepared.at("usable").get_bool());
    EXPECT_EQ(prepared.at("classes").get_int64(), 5);
    JsonArray trials;
    std::set<std::string> families;
    for (int number = 0; number < 4; ++number) {
        trials.push_back(trial(prepared, number));
        families.insert(trials.back().at("family").get_string().c_str());
        EXPECT_GT(trials.back().at("metrics").at("macro_f1").to_number<double>(), 0.85)
            << boost::json::serialize(trials.back());
    }
    EXPECT_EQ(families, (std::set<std::string>{"linear", "softprob"}));
    const auto chosen = choose(prepared, trials);
    const auto& registered = std::get<sdk::ModelRegistered>(effects().at(0));
    EXPECT_EQ(registered.model, chosen.at("model").at("id").get_string());
    EXPECT_EQ(registered.country, "DE");
    const auto scored = predict_and_score(prepared, chosen.at("model"));
    EXPECT_GT(scored.at("metrics").at("macro_f1").to_number<double>(), 0.9);
    EXPECT_LT(scored.at("metrics").at("log_loss").to_number<double>(), 0.3);
    EXPECT_LT(scored.at("metrics").at("ece").to_number<double>(), 0.15);
    EXPECT_EQ(
        scored.at("metrics").at("rows").get_int64(), prepared.at("holdout").at("rows").get_int64()
    );
    std::int64_t counted = 0;
    for (const Json& row : scored.at("confusion").at("counts").get_array()) {
        for (const Json& cell : row.get_array()) {
            counted += cell.get_int64();
        }
    }
    EXPECT_EQ(counted, scored.at("metrics").at("rows").get_int64());
    std::int64_t in_bins = 0;
    for (const Json& rows : scored.at("calibration").at("rows").get_array()) {
        in_bins += rows.get_int64();
    }
    EXPECT_EQ(in_bins, counted);
    const auto comparison = run(
        "model.compare",
        {{"challenger", scored}, {"champion", nullptr}, {"truth", prepared.at("holdout")}, {"schema", schema_}}
    );
    EXPECT_EQ(comparison.at("winner").get_string(), "challenger");
    EXPECT_EQ(comparison.at("reason").get_string(), "it is the first model of DE");
    const auto promoted = run(
        "model.promote",
        {{"comparison", comparison}, {"model", chosen.at("model")}, {"metrics", scored.at("metrics")}}
    );
    EXPECT_TRUE(promoted.at("changed").get_bool());
    const auto& winner = std::get<sdk::WinnerChosen>(effects().at(0));
    EXPECT_EQ(winner.details.at("model").at("id"), chosen.at("model").at("id"));
}

TEST_F(Pipeline, TheSameInputsGiveTheSameModelWhateverTheNumberOfThreads) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 300}));
    for (const int number : {0, 1, 2}) {
        bench_.cores_ = 1;
        const auto once = trial(prepared, number, {{"keep", true}});
        bench_.cores_ = 2;
        const auto again = trial(prepared, number, {{"keep", true}});
        EXPECT_EQ(once.at("model").at("id"), again.at("model").at("id")) << number;
        EXPECT_EQ(once.at("params"), again.at("params"));
    }
}

TEST_F(Pipeline, AModelOfEachFamilyPredictsTheSameFromItsFile) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 300}));
    for (const int number : {0, 1}) {
        const auto kept = trial(prepared, number, {{"keep", true}});
        JsonObject input{{"items", prepared.at("holdout")}, {"model", kept.at("model")}, {"schema", schema_}};
        const auto first = run("model.predict", input);
        const auto second = run("model.predict", input);
        EXPECT_EQ(first.at("predictions").at("object").at("sha256"), second.at("predictions").at("object").at("sha256"));
        const auto rows = bench_.rows_of(sdk::object_ref_from(first.at("predictions").at("object"), "predictions"));
        ASSERT_GT(rows.size(), 10U);
        EXPECT_EQ(rows[0], (std::vector<std::string>{"item_id", "code", "probability", "status", "alternatives"}));
        const Json alternatives = boost::json::parse(rows[1][4]);
        EXPECT_EQ(alternatives.get_array().size(), 2U);
    }
}

TEST_F(Pipeline, ATamperedModelIsRefused) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 300}));
    const auto kept = trial(prepared, 1, {{"keep", true}});
    auto& bytes = bench_.objects_.stored()[kept.at("model").at("object").at("key").get_string().c_str()];
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    const auto failed = run_failing(
        "model.predict", {{"items", prepared.at("holdout")}, {"model", kept.at("model")}, {"schema", schema_}}
    );
    EXPECT_EQ(failed.kind, sdk::FailureClass::Data);
}

TEST_F(Pipeline, OneClassGivesAConstantModel) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 100, .codes = 1}));
    EXPECT_TRUE(prepared.at("usable").get_bool());
    EXPECT_NE(prepared.at("reason").get_string().find("constant"), std::string::npos);
    const auto chosen = choose(prepared, {trial(prepared, 0), trial(prepared, 1)});
    EXPECT_EQ(chosen.at("model").at("family").get_string(), "constant");
    const auto scored = predict_and_score(prepared, chosen.at("model"));
    EXPECT_EQ(scored.at("metrics").at("accuracy").to_number<double>(), 1.0);
}

TEST_F(Pipeline, TwoRowsAreTooFewButNoCrash) {
    const std::string csv = "item_id,title,weight_kg,brand,code\na,kettle,1,X,5.1\nb,fridge,60,Y,1.1\n";
    const auto prepared = prepare(csv);
    EXPECT_FALSE(prepared.at("usable").get_bool());
    EXPECT_NE(prepared.at("reason").get_string().find("min_rows"), std::string::npos);
    JsonObject all = prepared;
    all["train"] = csv::to_json(bench_.store_csv(csv, 2));
    for (const int number : {0, 1}) {
        const auto done = trial(all, number);
        EXPECT_FALSE(done.at("metrics").at("validated").get_bool());
    }
}

TEST_F(Pipeline, EmptyTextsConstantColumnsAndTwoClassesAreNoTrouble) {
    std::string csv = "item_id,title,weight_kg,brand,code\n";
    for (int i = 0; i < 60; ++i) {
        csv += "i" + std::to_string(i) + "," + (i % 7 == 0 ? "" : i % 2 == 0 ? "kettle" : "fridge") + ",5,," +
               (i % 2 == 0 ? "5.1" : "1.1") + "\n";
    }
    const auto prepared = prepare(csv);
    for (const int number : {0, 1}) {
        EXPECT_GT(trial(prepared, number).at("metrics").at("accuracy").to_number<double>(), 0.7);
    }
}

TEST_F(Pipeline, TheFirstTrialAfterTheDefaultsRepeatsTheChampionsParameters) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 200}));
    const auto first = trial(prepared, 6);
    const JsonObject champion{{"family", first.at("family")}, {"params", first.at("params")}};
    const auto repeated = trial(prepared, 2, {{"champion", champion}});
    EXPECT_EQ(repeated.at("params").at("c"), first.at("params").at("c"));
    // A champion of a program that knew other parameters is followed as far as it goes.
    JsonObject older = first.at("params").get_object();
    older["cc"] = 1;
    older.erase("min_rows");
    bench_.log_.clear();
    const auto followed =
        trial(prepared, 2, {{"champion", JsonObject{{"family", "linear"}, {"params", older}}}});
    EXPECT_EQ(followed.at("params").at("c"), first.at("params").at("c"));
    EXPECT_FALSE(followed.at("params").get_object().contains("cc"));
    ASSERT_EQ(bench_.log_.size(), 1U);
    EXPECT_NE(bench_.log_[0].find("\"cc\""), std::string::npos);
}

TEST_F(Pipeline, AStopEndsALongTrialBetweenRounds) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 200}));
    for (const int number : {0, 1}) {
        bench_.progress_.clear();
        bench_.stop_ = std::stop_source();
        bench_.stop_after_progress_ = 3;
        outcome_ = bench_.run(
            registry_, "model.trial", {{"train", prepared.at("train")}, {"schema", schema_}, {"trial", number}}
        );
        EXPECT_TRUE(std::holds_alternative<sdk::Interrupted>(outcome_)) << number;
    }
}

TEST_F(Pipeline, BoostedTrialsSayHowManyRoundsTheyKeptAndAChampionsRoundsLimitNobody) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 300}));
    for (const char* family : {"softprob", "rerank"}) {
        const auto kept = trial(prepared, 0, {{"families", {family}}});
        const auto most = kept.at("params").at("rounds").get_int64();
        // Of 60 and 150 at most: the goods are easy, early stopping ends it.
        EXPECT_LT(most, 150) << family;
        JsonObject params = kept.at("params").get_object();
        params["rounds"] = 2;
        const auto again = trial(
            prepared, 1, {{"families", {family}}, {"champion", JsonObject{{"family", family}, {"params", params}}}}
        );
        EXPECT_EQ(again.at("params").at("rounds").get_int64(), most) << family;
        EXPECT_GT(most, 2) << family;
    }
}

// One item's weight that no float holds must not keep its whole country from being classified.
TEST_F(Pipeline, NumbersBeyondAnyFloatAreClassifiedToo) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 300}));
    const Json items = csv::to_json(bench_.store_csv("item_id,title,weight_kg,brand\na,USB cable,1e300,x\nb,USB cable,-1e300,x\n", 2, "dataset"));
    for (const char* family : {"linear", "softprob", "rerank"}) {
        const auto model = trial(prepared, 0, {{"families", {family}}, {"keep", true}}).at("model");
        EXPECT_EQ(run("model.predict", {{"items", items}, {"model", model}, {"schema", schema_}}).at("rows"), 2) << family;
    }
}

TEST_F(Pipeline, TheChosenModelSaysByNameWhatItGoesBy) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 300}));
    const auto by = [&](const char* family, JsonObject params) {
        const JsonObject done{
            {"trial", 0}, {"family", family}, {"params", std::move(params)},
            {"metrics", JsonObject{{"macro_f1", 0.5}, {"log_loss", 1.0}}}};
        const auto chosen = choose(prepared, {done});
        EXPECT_FALSE(chosen.at("metrics").get_object().contains("importances"));
        const auto& registered = std::get<sdk::ModelRegistered>(effects().at(0));
        std::set<std::string> names;
        double sum = 0;
        double last = 1;
        for (const Json& each : registered.metrics.at("importances").get_array()) {
            names.insert(each.at("feature").get_string().c_str());
            const double share = each.at("share").to_number<double>();
            EXPECT_LE(share, last);
            last = share;
            sum += share;
        }
        EXPECT_GT(names.size(), 3U) << family;
        EXPECT_LE(names.size(), 50U);
        EXPECT_GT(sum, 0.2) << family;
        EXPECT_LT(sum, 1.001);
        return names;
    };
    const auto has_text = [](const std::set<std::string>& names) {
        return std::any_of(names.begin(), names.end(), [](const std::string& name) {
            return name.starts_with("title \"") || name.starts_with("title *");
        });
    };
    const auto linear = by("linear", {});
    EXPECT_TRUE(has_text(linear)) << boost::json::serialize(Json(JsonArray(linear.begin(), linear.end())));
    for (const char* select : {"chi2", "gain"}) {
        const auto trees = by("softprob", {{"rounds", 8}, {"ngrams", 12}, {"select", select}});
        EXPECT_TRUE(has_text(trees)) << boost::json::serialize(Json(JsonArray(trees.begin(), trees.end())));
        EXPECT_TRUE(trees.contains("weight_kg")) << boost::json::serialize(Json(JsonArray(trees.begin(), trees.end())));
    }
    EXPECT_TRUE(by("rerank", {{"rounds", 20}}).contains("linear score"));
}

TEST_F(Pipeline, AWorseChallengerDoesNotWin) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 500}));
    const auto good = trial(prepared, 0, {{"keep", true}});
    // A model that saw one class alone is the worst there is.
    const auto single = prepare(test::catalogue_csv({.rows = 100, .seed = 3, .prefix = "s", .codes = 1}));
    const auto bad = trial(single, 0, {{"keep", true}});
    const auto champion = predict_and_score(prepared, good.at("model"));
    const auto challenger = predict_and_score(prepared, bad.at("model"));
    JsonObject input{
        {"challenger", challenger}, {"champion", champion}, {"truth", prepared.at("holdout")}, {"schema", schema_}};
    const auto kept = run("model.compare", input);
    EXPECT_EQ(kept.at("winner").get_string(), "champion");
    EXPECT_LT(kept.at("p_value").to_number<double>(), 0.05);
    std::swap(input["challenger"], input["champion"]);
    EXPECT_EQ(run("model.compare", input).at("winner").get_string(), "challenger");
    input["rule"] = JsonObject{{"metric", "accuracy"}, {"margin", 0.0}, {"min_rows", 100'000}};
    const auto few = run("model.compare", input);
    EXPECT_EQ(few.at("winner").get_string(), "champion");
    EXPECT_NE(few.at("reason").get_string().find("too few rows"), std::string::npos);
    const auto unchanged = run("model.promote", {{"comparison", few}, {"model", good.at("model")}});
    EXPECT_FALSE(unchanged.at("changed").get_bool());
    EXPECT_TRUE(effects().empty());
}

TEST_F(Pipeline, AModelOfOtherFeaturesIsRefused) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 200}));
    const auto kept = trial(prepared, 0, {{"keep", true}});
    const auto failed = run_failing(
        "model.predict",
        {{"items", prepared.at("holdout")},
         {"model", kept.at("model")},
         {"schema", boost::json::parse(R"({"id":"item_id","text":["title"],"label":"code"})")}}
    );
    EXPECT_EQ(failed.kind, sdk::FailureClass::Config);
}

TEST_F(Pipeline, ChoosingWithoutAnyResultIsAFaultOfTheData) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 100}));
    const auto failed = run_failing(
        "model.choose", {{"trials", JsonArray{nullptr}}, {"train", prepared.at("train")}, {"schema", schema_}}
    );
    EXPECT_EQ(failed.kind, sdk::FailureClass::Data);
}

TEST_F(Pipeline, AModelIsBoundToItsListAndTheSameModelForANewerListWins) {
    const auto prepared = prepare(test::catalogue_csv({.rows = 200}));
    const Json bound = JsonObject{{"source", "imported"}, {"version", 1}, {"codes_sha256", "x"}};
    JsonArray trials{trial(prepared, 0, {{"families", JsonArray{"constant"}}})};
    const auto chosen = run(
        "model.choose", {{"trials", trials}, {"train", prepared.at("train")}, {"schema", schema_}, {"list", bound}}
    );
    EXPECT_EQ(chosen.at("model").at("list"), bound);
    EXPECT_EQ(std::get<sdk::ModelRegistered>(effects().at(0)).metrics.at("code_list"), bound);
    const auto predicted =
        run("model.predict", {{"items", prepared.at("holdout")}, {"model", chosen.at("model")}, {"schema", schema_}});
    EXPECT_EQ(predicted.at("model"), chosen.at("model"));
    Json older = chosen.at("model");
    older.get_object()["list"] = JsonObject{{"source", "imported"}, {"version", 0}, {"codes_sha256", "w"}};
    const auto compare = [&](const Json& champion) {
        return run(
            "model.compare",
            {{"challenger", JsonObject{{"model", chosen.at("model")}, {"metrics", nullptr}, {"predictions", predicted.at("predictions")}}},
             {"champion", JsonObject{{"model", champion}, {"metrics", nullptr}, {"predictions", predicted.at("predictions")}}},
             {"truth", prepared.at("holdout")},
             {"schema", schema_}}
        );
    };
    EXPECT_EQ(compare(chosen.at("model")).at("winner"), "champion");
    const auto newer = compare(older);
    EXPECT_EQ(newer.at("winner"), "challenger");
    EXPECT_EQ(newer.at("model").at("list"), bound);
    run("model.promote", {{"comparison", newer}, {"model", chosen.at("model")}});
    EXPECT_EQ(std::get<sdk::WinnerChosen>(effects().at(0)).details.at("model").at("list"), bound);
}

}  // namespace
}  // namespace kontor::tasks
