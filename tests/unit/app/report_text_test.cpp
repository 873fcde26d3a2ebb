#include "app/report_text.hpp"

#include <gtest/gtest.h>

#include "support/task_bench.hpp"
#include "tasks/csv/data_file.hpp"
#include "tasks/report/register.hpp"

namespace kontor::app {
namespace {

using core::filing::Fate;

TEST(ReportText, IsTheSameToTheByteAndNoSpreadsheetComputesIt) {
    core::filing::Counted counted;
    counted.sold = {5, 20'500, 4'250};
    counted.quarantined = 1;
    counted.classified = {{"=HYPERLINK(\"http://x\")", {2, 10'000, 2'000}, {}}, {"1.1", {1, 4'500, 1'250}, {}}};
    const core::filing::Figures figures = core::filing::reconcile(counted, {{Fate::Excluded, "", {1, 6'000, 1'000}}});
    const std::string text = report_text({"DE", "2026-11"}, figures);
    EXPECT_EQ(
        text,
        "period,country,line,code,items,units,weight_kg\n"
        "2026-11,DE,code,1.1,1,4.5,1.250\n"
        "2026-11,DE,code,\"'=HYPERLINK(\"\"http://x\"\")\",2,10,2.000\n"
        "2026-11,DE,classified,,3,14.5,3.250\n"
        "2026-11,DE,reviewed,,0,0,0.000\n"
        "2026-11,DE,excluded,,1,6,1.000\n"
        "2026-11,DE,waiting,,0,0,0.000\n"
        "2026-11,DE,unresolved,,0,0,0.000\n"
        "2026-11,DE,quarantined,,1,0,0.000\n"
        "2026-11,DE,sold,,5,20.5,4.250\n"
    );
    EXPECT_EQ(text, report_text({"DE", "2026-11"}, figures));
}

class RunCount : public testing::Test {
 protected:
    // What report.build of these items tells.
    Json told(const std::string& items, const std::string& predictions) {
        sdk::TaskRegistry registry;
        tasks::report::register_tasks(registry);
        const sdk::Outcome outcome = bench_.run(
            registry, "report.build",
            {{"items", csv::to_json(bench_.store_csv("item_id,units,weight_kg\n" + items, 3))},
             {"predictions", csv::to_json(bench_.store_csv("item_id,code,probability,status,alternatives\n" + predictions, 3, "prediction"))},
             {"quarantined", 4},
             {"period", "2026-11"}}
        );
        return std::get<sdk::DatasetRegistered>(std::get<sdk::Succeeded>(outcome).effects.back()).details;
    }
    test::TaskBench bench_;
};

TEST_F(RunCount, ReadsBackWhatTheRunCountedWithCodesAsTheyAre) {
    const Json details = told("a,3,1.5\nb,0.3335,2\nc,2,0.1\n", "a,=1+1,0.9,classified,[]\nb,2,0.9,classified,[]\nc,1,0.1,review,[]\n");
    const core::filing::Counted counted = counted_by(bench_.objects_, details);
    EXPECT_EQ(counted.sold, (core::filing::Amount{7, 5'334, 5'368}));
    EXPECT_EQ(counted.quarantined, 4);
    EXPECT_TRUE(counted.balanced);
    ASSERT_EQ(counted.classified.size(), 2U);
    EXPECT_EQ(counted.classified[1], (core::filing::Line{"=1+1", {1, 3'000, 4'500}, {}}));
    const core::filing::Figures figures = core::filing::reconcile(counted, {{Fate::Waiting, "", {1, 2'000, 200}}});
    EXPECT_TRUE(figures.balanced()) << to_text(core::filing::to_json(figures));
}

TEST_F(RunCount, WhatAnEarlierProgramWroteIsNotGuessedAt) {
    for (const Json& details : {Json(JsonObject{{"period", "2026-11"}, {"rows", JsonObject{}}, {"balanced", true}}), Json(nullptr)}) {
        try {
            counted_by(bench_.objects_, details);
            FAIL();
        } catch (const sdk::TaskFailure& failure) {
            EXPECT_NE(failure.reason().find("run infer again"), std::string::npos) << failure.reason();
        }
    }
}

}  // namespace
}  // namespace kontor::app
