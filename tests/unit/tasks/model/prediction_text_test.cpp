#include "tasks/model/prediction_text.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <charconv>

#include "support/catalogue.hpp"
#include "support/task_bench.hpp"
#include "tasks/dataset/register.hpp"
#include "tasks/ml/random.hpp"
#include "tasks/model/register.hpp"

namespace kontor::tasks::model {
namespace {

std::string by_to_chars(float value) {
    char digits[32];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, 6);
    EXPECT_EQ(error, std::errc());
    return std::string(digits, end);
}

TEST(PredictionText, WritesProbabilitiesAsToCharsDoes) {
    std::vector<float> values{0.0F, 1.0F, 0.9999995F, 0.99999951F, 1e-7F, 5e-7F, 1e-30F};
    for (int i = 0; i <= 128; ++i) {
        values.push_back(static_cast<float>(i) / 128.0F);  // ends in a half of the last digit
    }
    ml::Random random(4);
    for (int i = 0; i < 20'000; ++i) {
        values.push_back(static_cast<float>(random.unit()));
        values.push_back(static_cast<float>(random.unit() * 1e-5));
    }
    for (const float value : values) {
        std::string text;
        append_probability(text, value);
        ASSERT_EQ(text, by_to_chars(value));
    }
}

TEST(PredictionText, PutsTheLikeliestFirstAndTheEarlierOfEqualsBefore) {
    PredictionRows rows;
    const std::vector<std::string> classes{"a", "b,\"c\"", "d", "e"};
    const std::vector<float> probabilities{0.25F, 0.5F, 0.125F, 0.125F};
    PredictionText(classes, 0.5, 3).add("x,1", probabilities, rows);
    EXPECT_EQ(rows.text, "\"x,1\",\"b,\"\"c\"\"\",0.500000,classified,\"[[\"\"a\"\",0.250000],[\"\"d\"\",0.125000]]\"\n");
    rows.clear();
    PredictionText(classes, 0.6, 1).add("y", probabilities, rows);
    EXPECT_EQ(rows.text, "y,\"b,\"\"c\"\"\",0.500000,review,[]\n");
    EXPECT_EQ(rows.classified, 0);
    EXPECT_EQ(rows.best, std::vector<float>{0.5F});
    rows.clear();
    PredictionText(classes, 0.6, 100).add("y", probabilities, rows);
    EXPECT_EQ(rows.text, "y,\"b,\"\"c\"\"\",0.500000,review,\"[[\"\"a\"\",0.250000],[\"\"d\"\",0.125000],[\"\"e\"\",0.125000]]\"\n");
}

TEST(PredictionText, GivesOnlyAllowedCodesAndAnEmptyOneWhenThereIsNone) {
    PredictionRows rows;
    const std::vector<std::string> classes{"a", "b", "c"};
    const std::vector<float> probabilities{0.25F, 0.5F, 0.25F};
    PredictionText(classes, 0.25, 3, {true, false, true}).add("x", probabilities, rows);
    EXPECT_EQ(rows.text, "x,a,0.250000,classified,\"[[\"\"c\"\",0.250000]]\"\n");
    rows.clear();
    PredictionText(classes, 0.0, 3, {false, false, false}).add("x", probabilities, rows);
    EXPECT_EQ(rows.text, "x,,0.000000,review,[]\n");
    EXPECT_EQ(rows.classified, 0);
    EXPECT_EQ(rows.best, std::vector<float>{0.0F});
}

TEST(Predict, GivesTheSameBytesOnAnyNumberOfCores) {
    test::TaskBench bench;
    sdk::TaskRegistry registry;
    dataset::register_tasks(registry);
    register_tasks(registry);
    const sdk::Json schema = boost::json::parse(test::catalogue_schema);
    const auto run = [&](std::string_view type, sdk::JsonObject input) {
        const sdk::Outcome outcome = bench.run(registry, type, std::move(input));
        const auto* failed = std::get_if<sdk::Failed>(&outcome);
        EXPECT_EQ(failed, nullptr) << type << ": " << failed->reason;
        return std::get<sdk::Succeeded>(outcome).outputs.get_object();
    };
    const auto prepared = run(
        "dataset.prepare",
        {{"dataset", csv::to_json(bench.store_csv(test::catalogue_csv({.rows = 400}), 400))}, {"schema", schema}, {"min_rows", 50}}
    );
    const csv::Dataset items = bench.store_csv(test::catalogue_csv({.rows = 9000, .seed = 77}), 9000);
    for (const char* family : {"linear", "softprob"}) {
        const auto trial = run(
            "model.trial",
            {{"train", prepared.at("train")}, {"schema", schema}, {"trial", 0}, {"families", sdk::JsonArray{family}}, {"keep", true}}
        );
        const sdk::JsonObject input{{"items", csv::to_json(items)}, {"model", trial.at("model")}, {"schema", schema}};
        bench.cores_ = 1;
        const auto alone = run("model.predict", input);
        bench.cores_ = 3;
        const auto shared = run("model.predict", input);
        EXPECT_EQ(alone.at("rows").get_int64(), 9000);
        EXPECT_EQ(alone.at("predictions").at("object").at("sha256"), shared.at("predictions").at("object").at("sha256")) << family;
        EXPECT_EQ(alone.at("mean_probability"), shared.at("mean_probability")) << family;
    }
}

}  // namespace
}  // namespace kontor::tasks::model
