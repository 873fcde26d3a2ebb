// A training that is interrupted goes on where it was, and comes to the same model as one that was
// left alone.
#include "support/catalogue.hpp"
#include "support/task_bench.hpp"
#include "tasks/dataset/register.hpp"
#include "tasks/model/register.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace kontor::tasks {
namespace {

using sdk::Json;
using sdk::JsonObject;

class Checkpoints : public testing::TestWithParam<const char*> {
  protected:
    Checkpoints() {
        dataset::register_tasks(registry_);
        model::register_tasks(registry_);
        const auto prepared = bench_.run(
            registry_,
            "dataset.prepare",
            {{"dataset", csv::to_json(bench_.store_csv(test::catalogue_csv({.rows = 400}), 400))},
             {"schema", schema_}}
        );
        train_ = std::get<sdk::Succeeded>(prepared).outputs.at("train");
    }
    sdk::Outcome trial(int checkpoint_seconds = 0) {
        return bench_.run(
            registry_,
            "model.trial",
            {{"train", train_},
             {"schema", schema_},
             {"trial", 0},
             {"families", {GetParam()}},
             {"keep", true},
             {"checkpoint_seconds", checkpoint_seconds}}
        );
    }
    static std::string model_of(const sdk::Outcome& outcome) {
        const auto* done = std::get_if<sdk::Succeeded>(&outcome);
        return done == nullptr ? "" : std::string(done->outputs.at("model").at("id").get_string());
    }
    std::size_t rounds_boosted() const {
        return static_cast<std::size_t>(std::count_if(
            bench_.progress_.begin(),
            bench_.progress_.end(),
            [](const auto& told) { return told.second.starts_with("boosting"); }
        ));
    }

    test::TaskBench bench_;
    sdk::TaskRegistry registry_;
    Json schema_ = boost::json::parse(test::catalogue_schema);
    Json train_;
};

INSTANTIATE_TEST_SUITE_P(
    Families,
    Checkpoints,
    testing::Values("softprob", "rerank"),
    [](const auto& family) { return std::string(family.param); }
);

TEST_P(Checkpoints, WhatGoesOnComesToTheSameModelAsWhatWasLeftAlone) {
    const sdk::Outcome alone = trial();
    ASSERT_NE(model_of(alone), "");
    const std::size_t all_rounds = rounds_boosted();
    ASSERT_GE(all_rounds, 20U) << "the fit is too short to be interrupted twice";

    bench_.kept_.clear();
    for (const int round : {7, 19}) {
        bench_.stop_after_checkpoints_ = round;
        bench_.stop_ = std::stop_source();
        EXPECT_TRUE(std::holds_alternative<sdk::Interrupted>(trial()));
        ASSERT_EQ(bench_.kept_.size(), static_cast<std::size_t>(round))
            << "a checkpoint after each round, none twice";
    }
    bench_.stop_after_checkpoints_ = 0;
    bench_.stop_ = std::stop_source();
    bench_.progress_.clear();
    bench_.log_.clear();
    const sdk::Outcome resumed = trial();
    EXPECT_EQ(model_of(resumed), model_of(alone));
    EXPECT_EQ(rounds_boosted() + 19, all_rounds) << "nineteen rounds were behind it";
    EXPECT_EQ(
        boost::json::serialize(std::get<sdk::Succeeded>(resumed).outputs.at("curve")),
        boost::json::serialize(std::get<sdk::Succeeded>(alone).outputs.at("curve"))
    ) << "the losses of the rounds behind it are known again";
    EXPECT_NE(
        std::find_if(
            bench_.log_.begin(),
            bench_.log_.end(),
            [](const std::string& line) {
                return line.starts_with("goes on after round 19 of at most");
            }
        ),
        bench_.log_.end()
    );
}

TEST_P(Checkpoints, WhatIsNoCheckpointOfThisFitIsNotGoneOnFrom) {
    const std::string alone = model_of(trial());
    const std::string whole = bench_.kept_.back();
    const std::string other("\xFF\xFF\0\0\0\0\0\0trees", 13);  // after 65,535 rounds
    for (const std::string& kept : {std::string("x"), whole.substr(0, 12), other}) {
        bench_.kept_ = {kept};
        bench_.log_.clear();
        EXPECT_EQ(model_of(trial()), alone);
        EXPECT_NE(
            std::find(
                bench_.log_.begin(),
                bench_.log_.end(),
                "begins anew: what an earlier attempt kept is of another fit"
            ),
            bench_.log_.end()
        );
    }
}

TEST_P(Checkpoints, AreKeptNoOftenerThanAsked) {
    EXPECT_NE(model_of(trial(3600)), "");
    EXPECT_TRUE(bench_.kept_.empty());
}

}  // namespace
}  // namespace kontor::tasks
