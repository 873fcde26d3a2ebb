// From a model's codes to those in force: merged, shared out, gone; and when a model counts as bound to another list.
#include "tasks/model/code_map.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "support/task_bench.hpp"
#include "tasks/codes/crosswalk_table.hpp"

namespace kontor::tasks::model {
namespace {

using codes::Kind;
using codes::Step;
using sdk::Json;
using sdk::JsonObject;
using Names = std::vector<std::string>;

const Names classes{"a", "b", "s", "t", "e", "same"};
const Names listed{"ab", "s1", "s2", "t1", "t2", "same"};
const codes::Crosswalk& crosswalk() {
    static const codes::Crosswalk walk(std::vector<Step>{
        {"2027-01-01",
         {{"a", "ab", Kind::Merge}, {"b", "ab", Kind::Merge}, {"s", "s1", Kind::Split, 0.8}, {"s", "s2", Kind::Split, 0.2},
          {"t", "t1", Kind::Split, 0.6}, {"t", "t2", Kind::Split, 0.4}, {"e", "", Kind::End}}}});
    return walk;
}

struct Given {
    std::vector<float> all;
    std::vector<float> clear;
};
Given mapped(const CodeMap& map, const std::vector<float>& probabilities) {
    Given given{std::vector<float>(map.codes().size()), std::vector<float>(map.codes().size())};
    map.apply(probabilities, given.all, given.clear);
    return given;
}

TEST(CodeMap, WhatIsMergedIsAddedUpAndWhatIsSplitIsSharedOut) {
    const CodeMap map(classes, listed, crosswalk(), "2026-01-01", 0.8);
    EXPECT_EQ(map.codes(), (Names{"ab", "s1", "s2", "t1", "t2", "same"}));
    EXPECT_EQ(map.outside(), 1U);
    const Given given = mapped(map, {0.25F, 0.25F, 0.25F, 0.125F, 0.0625F, 0.0625F});
    const std::vector<float> all{0.5F, 0.2F, 0.05F, 0.075F, 0.05F, 0.0625F};
    const std::vector<float> clear{0.5F, 0.2F, 0, 0, 0, 0.0625F};
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_NEAR(given.all[i], all[i], 1e-6) << i;
        EXPECT_NEAR(given.clear[i], clear[i], 1e-6) << i;
    }
    EXPECT_EQ(map.source_of(0, std::vector<float>{0.1F, 0.2F, 0, 0, 0, 0}), 1U);
    EXPECT_EQ(map.source_of(4, std::vector<float>{0.1F, 0.2F, 0, 0.1F, 0, 0}), 3U);
}

TEST(CodeMap, NothingIsMadeUpWhateverTheProbabilities) {
    const CodeMap map(classes, listed, crosswalk(), "", 0.5);
    std::mt19937 chance(3);
    std::exponential_distribution<float> draw(1);
    for (int round = 0; round < 1000; ++round) {
        std::vector<float> probabilities(classes.size());
        for (float& each : probabilities) {
            each = draw(chance);
        }
        const float sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0F);
        for (float& each : probabilities) {
            each /= sum;
        }
        const Given given = mapped(map, probabilities);
        EXPECT_NEAR(std::accumulate(given.all.begin(), given.all.end(), 0.0F), 1 - probabilities[4], 1e-5) << "all but what has ended";
        for (std::size_t i = 0; i < given.all.size(); ++i) {
            EXPECT_LE(given.clear[i], given.all[i] + 1e-6);
            EXPECT_LE(given.all[i], 1.0F);
        }
    }
}

class Mapping : public testing::Test {
 protected:
    Mapping() {
        csv::Writer writer = csv::create_rows(bench_.objects(), "dataset", "DE", "crosswalk");
        codes::write_steps(writer, {{"2026-01-01", {{"older", "a", Kind::Rename}}}, {"2027-01-01", {{"a", "A", Kind::Rename}}}});
        steps_ = csv::to_json({writer.commit(), 2});
        codes_ = csv::to_json(bench_.store_csv("code,title\nA,x\nb,y\n", 2));
    }
    CodeMap map(Json bound, Json rules, Names names = {"a", "b"}) {
        ModelRef ref;
        ref.list = std::move(bound);
        return map_codes(bench_.objects(), ref, names, codes_, rules);
    }
    test::TaskBench bench_;
    Json steps_;
    Json codes_;
};

TEST_F(Mapping, AModelForTheListInForceIsTakenAsItStands) {
    const Json list = JsonObject{{"effective_from", "2027-01-01"}, {"codes_sha256", "x"}};
    const CodeMap now = map(list, JsonObject{{"crosswalk", steps_}, {"list", list}}, {"A", "b", "a"});
    EXPECT_TRUE(now.is_plain());
    EXPECT_FALSE(now.outdated());
    EXPECT_EQ(now.allowed(), (std::vector<bool>{true, true, false}));
    EXPECT_EQ(now.outside(), 1U);
}

TEST_F(Mapping, AModelForAnOlderListGoesByTheStepsAfterIt) {
    const Json rules = JsonObject{{"crosswalk", steps_}, {"list", JsonObject{{"codes_sha256", "y"}}}, {"outdated_model", "review"}};
    const CodeMap bound = map(JsonObject{{"effective_from", "2026-01-01"}, {"codes_sha256", "x"}}, rules);
    EXPECT_EQ(bound.codes(), (Names{"A", "b"}));
    EXPECT_TRUE(bound.outdated());
    EXPECT_TRUE(bound.all_to_review());
    EXPECT_EQ(map(JsonObject{{"source", "warehouse"}, {"period", "2026-12"}}, rules).codes(), (Names{"A", "b"}));
    EXPECT_EQ(map(nullptr, rules, {"older", "b"}).codes(), (Names{"A", "b"})) << "of a model whose list nobody knows all steps count";
    EXPECT_EQ(map(JsonObject{{"effective_from", "2026-05-01"}}, rules, {"older", "b"}).outside(), 1U);
}

TEST_F(Mapping, OtherCodesWithoutACrosswalkMakeAModelOutdatedToo) {
    const Json bound = JsonObject{{"source", "warehouse"}, {"period", "2026-12"}, {"codes_sha256", "x"}};
    const Json now = JsonObject{{"source", "warehouse"}, {"period", "2027-01"}, {"codes_sha256", "y"}};
    EXPECT_FALSE(map(bound, JsonObject{{"list", bound}}).outdated());
    const CodeMap other = map(bound, JsonObject{{"list", now}});
    EXPECT_TRUE(other.outdated());
    EXPECT_TRUE(other.is_plain());
    EXPECT_FALSE(other.all_to_review());
    EXPECT_FALSE(map(nullptr, nullptr).outdated());
}

TEST_F(Mapping, WhereNoCodeLeadsIntoTheListNoneIsGiven) {
    const CodeMap none = map(nullptr, JsonObject{{"crosswalk", steps_}}, {"x", "y"});
    EXPECT_EQ(none.outside(), 2U);
    EXPECT_EQ(none.allowed(), (std::vector<bool>{false, false}));
    EXPECT_THROW(map(nullptr, JsonObject{{"outdated_model", "guess"}}), sdk::TaskFailure);
}

}  // namespace
}  // namespace kontor::tasks::model
