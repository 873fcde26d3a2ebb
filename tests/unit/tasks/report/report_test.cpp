#include "tasks/report/report.hpp"

#include <gtest/gtest.h>

#include "support/task_bench.hpp"
#include "tasks/report/doubts.hpp"
#include "tasks/report/register.hpp"

namespace kontor::tasks::report {
namespace {

class Report : public testing::Test {
 protected:
    Report() { register_tasks(registry_); }
    sdk::Outcome build(const std::string& items, const std::string& predictions, std::int64_t quarantined) {
        return bench_.run(
            registry_,
            "report.build",
            {{"items", csv::to_json(bench_.store_csv(items, 4))},
             {"predictions", csv::to_json(bench_.store_csv(predictions, 4, "prediction"))},
             {"quarantined", quarantined},
             {"period", "2026-11"}}
        );
    }
    test::TaskBench bench_;
    sdk::TaskRegistry registry_;
};

constexpr const char* items = "item_id,title,units,weight_kg\na,x,3,1.5\nb,y,2,\nc,z,10,0.25\nd,w,1,100\n";
constexpr const char* head = "item_id,code,probability,status,alternatives\n";

TEST_F(Report, AddsUpUnitsAndWeightPerCodeAndBalances) {
    const auto outcome = build(
        items,
        std::string(head) + "a,1.1,0.9,classified,[]\nb,1.1,0.8,classified,[]\nc,=cmd(),0.9,classified,[]\nd,2.1,0.2,review,[]\n",
        2
    );
    const auto& out = std::get<sdk::Succeeded>(outcome).outputs.get_object();
    EXPECT_TRUE(out.at("balanced").get_bool());
    EXPECT_EQ(out.at("codes").get_int64(), 2);
    EXPECT_EQ(out.at("rows").at("sold").get_int64(), 6);
    EXPECT_EQ(out.at("rows").at("review").get_int64(), 1);
    EXPECT_EQ(out.at("units").to_number<double>(), 15);
    EXPECT_NEAR(out.at("weight_kg").to_number<double>(), 4.5 + 2.5, 1e-9);
    EXPECT_EQ(
        bench_.objects_.stored()[out.at("report").at("key").get_string().c_str()],
        "period,country,code,items,units,weight_kg\n"
        "2026-11,DE,1.1,2,5,4.500\n"
        "2026-11,DE,'=cmd(),1,10,2.500\n"
    );
}

TEST_F(Report, HandsWhatIsInDoubtToPeopleWithItsCostAndText) {
    const auto outcome = bench_.run(
        registry_,
        "report.build",
        {{"items", csv::to_json(bench_.store_csv(items, 4))},
         {"predictions",
          csv::to_json(bench_.store_csv(
              std::string(head) + "a,1.1,0.25,review,\"[[\"\"2.1\"\",0.2]]\"\nb,,0.5,review,[]\nc,1.1,0.9,classified,[]\nd,1.1,0.9,classified,[]\n",
              4, "prediction"
          ))},
         {"fee", 2}, {"model", "m-1"}, {"double_check", 0.5}, {"period", "2026-11"}}
    );
    const auto& done = std::get<sdk::Succeeded>(outcome);
    const csv::Dataset reviews = csv::dataset_from(done.outputs.at("reviews"), "reviews");
    EXPECT_EQ(reviews.object.key.substr(0, 7), "review/");
    const auto rows = bench_.rows_of(reviews.object);
    ASSERT_EQ(rows.size(), 3U);
    using Cells = std::vector<std::string>;
    EXPECT_EQ(
        rows[0], (Cells{"review.item", "review.code", "review.probability", "review.alternatives", "review.units",
                        "review.weight_kg", "review.cost", "item_id", "title", "units", "weight_kg"})
    );
    EXPECT_EQ(rows[1], (Cells{"a", "1.1", "0.25", "[[\"2.1\",0.2]]", "3", "4.5", "6.75", "a", "x", "3", "1.5"}));
    // Without a weight the units order it: 2 x 1 x 2 x 0.5.
    EXPECT_EQ(rows[2], (Cells{"b", "", "0.5", "[]", "2", "0", "2", "b", "y", "2", ""}));
    ASSERT_EQ(done.effects.size(), 1U);
    const auto& effect = std::get<sdk::DatasetRegistered>(done.effects[0]);
    EXPECT_EQ(effect.kind, "report");
    EXPECT_EQ(effect.details.at("reviews"), done.outputs.at("reviews"));
    EXPECT_EQ(effect.details.at("period"), "2026-11");
    EXPECT_EQ(effect.details.at("model"), "m-1");
}

TEST_F(Report, AReportWithoutDoubtIsRegisteredToo) {
    const auto outcome = build(items, std::string(head) + "a,1,1,classified,[]\nb,1,1,classified,[]\nc,1,1,classified,[]\nd,1,1,classified,[]\n", 0);
    const auto& done = std::get<sdk::Succeeded>(outcome);
    EXPECT_TRUE(done.outputs.at("reviews").is_null());
    EXPECT_EQ(done.effects.size(), 1U) << "what an earlier run left to people is settled by this one";
    EXPECT_EQ(bench_.objects_.stored().size(), 4U) << "items, predictions, report, lines";
}

TEST(ExpectedCost, IsUnitsTimesWeightTimesFeeTimesDoubtAndTheUnknownCountsAsOne) {
    EXPECT_DOUBLE_EQ(expected_cost(10, 2, 0.5, 0.75), 2.5);
    EXPECT_DOUBLE_EQ(expected_cost(std::nullopt, 2, 1, 0.5), 1);
    EXPECT_DOUBLE_EQ(expected_cost(3, std::nullopt, 1, std::nullopt), 3);
    EXPECT_DOUBLE_EQ(expected_cost(0, 2, 1, 0.5), 0) << "none sold is known";
}

TEST_F(Report, SaysWhenAnItemHasNoVerdictOrAVerdictNoItem) {
    const auto missing = build(items, std::string(head) + "a,1.1,0.9,classified,[]\n", 0);
    EXPECT_FALSE(std::get<sdk::Succeeded>(missing).outputs.at("balanced").get_bool());
    const auto swapped = build(
        items,
        std::string(head) + "a,1,0.9,classified,[]\nb,1,0.9,classified,[]\nc,1,0.9,classified,[]\nq,1,0.9,classified,[]\n",
        0
    );
    EXPECT_FALSE(std::get<sdk::Succeeded>(swapped).outputs.at("balanced").get_bool());
}

TEST_F(Report, NamesTheColumnThatIsMissing) {
    const auto outcome = build("item_id,title\na,x\n", head, 0);
    const auto& failed = std::get<sdk::Failed>(outcome);
    EXPECT_EQ(failed.kind, sdk::FailureClass::Config);
    EXPECT_NE(failed.reason.find("\"units\""), std::string::npos);
}

TEST_F(Report, AnItemThatStandsTwiceInThePredictionsIsRefused) {
    const auto outcome = build(items, std::string(head) + "a,1,0.9,classified,[]\na,1,0.9,classified,[]\n", 0);
    EXPECT_EQ(std::get<sdk::Failed>(outcome).kind, sdk::FailureClass::Data);
}

class Words : public DecidedSource {
 public:
    std::vector<DecidedItem> decided(const std::string& country) override {
        return country == "DE" ? std::vector<DecidedItem>{{"a", "2.1"}, {"b", ""}, {"c", "gone"}, {"x", "1.1"}} : std::vector<DecidedItem>{};
    }
};

TEST_F(Report, WhatPeopleDecidedIsLeftToThemHoweverSureAModelIs) {
    Words words;
    sdk::TaskRegistry registry;
    register_tasks(registry, [&] { return &words; });
    const auto outcome = bench_.run(
        registry,
        "report.build",
        {{"items", csv::to_json(bench_.store_csv(items, 4))},
         {"predictions",
          csv::to_json(bench_.store_csv(
              std::string(head) + "a,1.1,0.9,classified,[]\nb,1.1,0.9,classified,[]\nc,1.1,0.9,classified,[]\nd,1.1,0.9,classified,[]\n", 4, "prediction"
          ))},
         {"codes", csv::to_json(bench_.store_csv("code,title\n1.1,x\n2.1,y\n", 2))}}
    );
    const auto& done = std::get<sdk::Succeeded>(outcome);
    EXPECT_EQ(done.outputs.at("rows").at("classified"), 2) << "c was given a code that is not in force any more";
    EXPECT_EQ(done.outputs.at("rows").at("review"), 2);
    EXPECT_TRUE(done.outputs.at("balanced").get_bool());
    EXPECT_EQ(csv::dataset_from(done.outputs.at("reviews"), "reviews").rows, 2);
}

TEST_F(Report, MoreThanAnybodySellsIsADamagedColumn) {
    const auto outcome = build("item_id,title,units,weight_kg\na,x,1e12,1\n", std::string(head) + "a,1,1,classified,[]\n", 0);
    EXPECT_NE(std::get<sdk::Failed>(outcome).reason.find("row 1: \"units\" makes more than anybody sells"), std::string::npos);
}

TEST(SafeCell, LeavesNumbersAndDisarmsFormulas) {
    EXPECT_EQ(safe_cell("-5"), "-5");
    EXPECT_EQ(safe_cell("0101.21"), "0101.21");
    EXPECT_EQ(safe_cell("=1+1"), "'=1+1");
    EXPECT_EQ(safe_cell("@SUM(A1)"), "'@SUM(A1)");
    EXPECT_EQ(safe_cell("-2+3"), "'-2+3");
    EXPECT_EQ(safe_cell("\tx"), "'\tx");
    EXPECT_EQ(safe_cell("  =1+1"), "'  =1+1");
    EXPECT_EQ(safe_cell("\uff1d1+1"), "'\uff1d1+1");
    EXPECT_EQ(safe_cell("a=b"), "a=b");
    EXPECT_EQ(safe_cell(""), "");
}

}  // namespace
}  // namespace kontor::tasks::report
