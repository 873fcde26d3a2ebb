// What monitor.check reads, rule by rule and reading by reading. A whole country's road is in tests/e2e/monitoring_test.py.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "support/task_bench.hpp"
#include "tasks/monitor/register.hpp"
#include "tasks/monitor/rules.hpp"

namespace kontor::tasks::monitor {
namespace {

using sdk::Json;
using sdk::JsonObject;

std::string refusal(const char* alarms) {
    try {
        rules_from(boost::json::parse(alarms));
    } catch (const sdk::TaskFailure& failure) {
        EXPECT_EQ(failure.kind(), sdk::FailureClass::Config);
        return failure.reason();
    }
    return "";
}

TEST(AlarmRules, AreReadWithTheirDefaults) {
    const auto rules = rules_from(boost::json::parse(R"({"drift": {"metric": "feature_psi", "above": 0.25},
        "less": {"metric": "volume", "below": 1, "clear": 2, "consecutive": 3, "min_rows": 5, "against": 6, "retrain": true}})"));
    ASSERT_EQ(rules.size(), 2U);
    EXPECT_EQ(rules[0].name, "drift");
    EXPECT_EQ(rules[0].above, 0.25);
    EXPECT_FALSE(rules[0].below || rules[0].clear || rules[0].retrain);
    EXPECT_EQ(rules[0].consecutive, 1);
    EXPECT_EQ(rules[1].below, 1);
    EXPECT_EQ(rules[1].clear, 2);
    EXPECT_EQ(rules[1].consecutive, 3);
    EXPECT_EQ(rules[1].min_rows, 5);
    EXPECT_EQ(rules[1].against, 6);
    EXPECT_TRUE(rules[1].retrain);
}

TEST(AlarmRules, WhatCannotBeIsRefusedByItsName) {
    EXPECT_NE(refusal(R"([])").find("must be rules by their names"), std::string::npos);
    EXPECT_NE(refusal(R"({"a": 1})").find("with.alarms.a must be {metric"), std::string::npos);
    EXPECT_NE(refusal(R"({"a": {"metric": "mood", "above": 1}})").find("with.alarms.a needs a metric: one of feature_psi"), std::string::npos);
    EXPECT_NE(refusal(R"({"a": {"metric": "volume"}})").find("needs a limit"), std::string::npos);
    EXPECT_NE(refusal(R"({"a": {"metric": "volume", "above": 1, "below": 2}})").find("needs a limit"), std::string::npos);
    EXPECT_NE(refusal(R"({"a": {"metric": "volume", "above": 1, "clear": 2}})").find("good side"), std::string::npos);
    EXPECT_NE(refusal(R"({"a": {"metric": "volume", "below": 1, "clear": 0}})").find("good side"), std::string::npos);
    EXPECT_NE(refusal(R"({"a": {"metric": "volume", "above": "much"}})").find("a number as `above`"), std::string::npos);
    EXPECT_NE(refusal(R"({"a": {"metric": "volume", "above": 1, "consecutive": 0}})").find("from 1 to 24"), std::string::npos);
    EXPECT_NE(refusal(R"({"a": {"metric": "feature_psi", "above": 1, "against": 6}})").find("many features"), std::string::npos);
    EXPECT_NE(refusal(R"({"a": {"metric": "volume", "above": 1, "retrain": "yes"}})").find("retrain"), std::string::npos);
    EXPECT_NE(refusal(R"({"a": {"metric": "volume", "abvoe": 1}})").find("unknown member \"abvoe\""), std::string::npos);
}

class Check : public testing::Test {
 protected:
    Check() { register_tasks(registry_, [this] { return source_; }); }
    std::vector<sdk::Reading> readings(JsonObject input) {
        input["period"] = "2026-11";
        const sdk::Outcome outcome = bench_.run(registry_, "monitor.check", std::move(input));
        const auto* done = std::get_if<sdk::Succeeded>(&outcome);
        const auto* failed = std::get_if<sdk::Failed>(&outcome);
        EXPECT_NE(done, nullptr) << (failed == nullptr ? "" : failed->reason);
        return done == nullptr ? std::vector<sdk::Reading>() : std::get<sdk::ReadingsTaken>(done->effects.at(0)).readings;
    }
    std::string failure(JsonObject input) {
        input["period"] = "2026-11";
        const sdk::Outcome outcome = bench_.run(registry_, "monitor.check", std::move(input));
        const auto* failed = std::get_if<sdk::Failed>(&outcome);
        return failed == nullptr ? "it did not fail" : failed->reason;
    }
    static double value(const std::vector<sdk::Reading>& all, const std::string& metric) {
        for (const sdk::Reading& each : all) {
            if (each.metric == metric) {
                return each.value;
            }
        }
        return -1;
    }

    test::TaskBench bench_;
    sdk::TaskRegistry registry_;
    PredictionSource* source_ = nullptr;
    const Json schema_ = JsonObject{{"id", "item_id"}, {"text", {"title"}}, {"label", "code"}};
};

TEST_F(Check, ReadsOnlyWhatItIsGiven) {
    EXPECT_TRUE(readings({}).empty());
    const auto all = readings({{"rows", 90}, {"review", 9}, {"quarantined", 10}, {"confidence", 0.75}});
    EXPECT_EQ(all.size(), 4U);
    EXPECT_EQ(value(all, "volume"), 100);
    EXPECT_DOUBLE_EQ(value(all, "review_share"), 0.1);
    EXPECT_DOUBLE_EQ(value(all, "quarantine_share"), 0.1);
    EXPECT_DOUBLE_EQ(value(all, "confidence"), 0.75);
    const auto none = readings({{"rows", 0}, {"review", 0}, {"quarantined", 0}});
    EXPECT_EQ(value(none, "volume"), 0) << "a month without a row is a reading, too";
    EXPECT_EQ(none.size(), 1U);
}

TEST_F(Check, LateLabelsJudgeThePredictionsOfTheSameItems) {
    const auto late = bench_.store_csv("item_id,title,code\n1,a,X\n2,b,X\n3,c,Y\n9,z,Y\n", 4);
    const auto said = bench_.store_csv("item_id,code,probability,alternatives\n1,X,0.9,[]\n2,Y,0.6,[]\n3,Y,0.7,[]\n4,Y,0.7,[]\n", 4);
    const auto all = readings({{"late_labels", csv::to_json(late)}, {"predictions", csv::to_json(said)}, {"schema", schema_}, {"said_by", "m-7"}});
    ASSERT_EQ(all.size(), 1U);
    EXPECT_DOUBLE_EQ(all[0].value, 2.0 / 3);
    EXPECT_EQ(all[0].rows, 3) << "of item 9 nothing was said";
    EXPECT_NE(failure({{"late_labels", csv::to_json(late)}, {"schema", schema_}}).find("give both"), std::string::npos);
}

TEST_F(Check, TheAgeOfTheDataCountsFromTheEndOfTheirMonthOrDay) {
    const auto age = [&](const char* newest, const char* today) {
        const auto table = bench_.store_csv(std::string("country,newest\nDE,") + newest + "\n", 1);
        return value(readings({{"newest", csv::to_json(table)}, {"today", today}}), "freshness_days");
    };
    EXPECT_EQ(age("2026-10", "2026-11-23T10:00:00Z"), 23);
    EXPECT_EQ(age("2026-11-20", "2026-11-23"), 3);
    EXPECT_EQ(age("2026-11", "2026-11-23"), 0) << "the month goes on";
    const auto table = bench_.store_csv("country,newest\nDE,soon\n", 1);
    EXPECT_NE(failure({{"newest", csv::to_json(table)}, {"today", "2026-11-23"}}).find("not \"soon\""), std::string::npos);
}

TEST_F(Check, WhatWasSaidIsAskedOfTheSource) {
    struct Source final : PredictionSource {
        std::optional<Said> said(const std::string& country, const std::string& period) override {
            asked = country + " " + period;
            return there ? std::optional(Said{{{"prediction/a", std::string(64, 'a'), 3}, 5}, "m-1"}) : std::nullopt;
        }
        std::string asked;
        bool there = true;
    } source;
    const auto ask = [&] { return bench_.run(registry_, "monitor.said", JsonObject{{"period", "2026-11"}}); };
    EXPECT_TRUE(std::holds_alternative<sdk::Failed>(ask())) << "there is no store";
    source_ = &source;
    EXPECT_EQ(std::get<sdk::Succeeded>(ask()).outputs.at("model"), "m-1");
    EXPECT_EQ(source.asked, "DE 2026-11");
    source.there = false;
    EXPECT_TRUE(std::get<sdk::Succeeded>(ask()).outputs.at("predictions").is_null());
}

}  // namespace
}  // namespace kontor::tasks::monitor
