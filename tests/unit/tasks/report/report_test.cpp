#include "tasks/report/report.hpp"

#include <gtest/gtest.h>

#include "support/task_bench.hpp"
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

TEST(SafeCell, LeavesNumbersAndDisarmsFormulas) {
    EXPECT_EQ(safe_cell("-5"), "-5");
    EXPECT_EQ(safe_cell("0101.21"), "0101.21");
    EXPECT_EQ(safe_cell("=1+1"), "'=1+1");
    EXPECT_EQ(safe_cell("@SUM(A1)"), "'@SUM(A1)");
    EXPECT_EQ(safe_cell("-2+3"), "'-2+3");
    EXPECT_EQ(safe_cell("\tx"), "'\tx");
    EXPECT_EQ(safe_cell(""), "");
}

}  // namespace
}  // namespace kontor::tasks::report
