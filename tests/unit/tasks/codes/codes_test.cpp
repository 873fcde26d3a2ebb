// Crosswalks over several lists, and the task that gives the list in force.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "support/task_bench.hpp"
#include "tasks/codes/crosswalk_table.hpp"
#include "tasks/codes/register.hpp"

namespace kontor::tasks::codes {
namespace {

using Cells = std::vector<std::string>;
using sdk::Json;

std::string told(const std::vector<Share>& shares) {
    std::string text;
    for (const Share& share : shares) {
        text += (text.empty() ? "" : " ") + share.code + ":" + std::to_string(share.weight).substr(0, 5);
    }
    return text;
}

const Crosswalk& chain() {
    static const Crosswalk crosswalk({
        {"2027-01-01", {{"b", "B", Kind::Rename}, {"x", "y", Kind::Rename}, {"s", "s1", Kind::Split, 0.9}, {"s", "s2", Kind::Split, 0.1}}},
        {"2026-01-01", {{"a", "b", Kind::Rename}, {"m", "b", Kind::Merge}, {"e", "", Kind::End}}},
        {"2028-01-01", {{"s1", "B", Kind::Merge}, {"y", "x", Kind::Rename}}},
    });
    return crosswalk;
}

TEST(CrosswalkSteps, AreTakenInTheOrderOfTheirDaysWhateverTheOrderTheyCameIn) {
    EXPECT_EQ(told(chain().now("a")), "B:1.000");
    EXPECT_EQ(told(chain().now("m")), "B:1.000");
    EXPECT_EQ(told(chain().now("s")), "B:0.900 s2:0.100");
    EXPECT_EQ(told(chain().now("e")), "");
    EXPECT_EQ(told(chain().now("nobody's")), "nobody's:1.000");
}

TEST(CrosswalkSteps, OnlyThoseAfterTheDayOfTheCodesOwnListCount) {
    EXPECT_EQ(told(chain().now("a", "2026-01-01")), "a:1.000");
    EXPECT_EQ(told(chain().now("b", "2026-01-01")), "B:1.000");
    EXPECT_EQ(told(chain().now("b", "2027-01-01")), "b:1.000");
    EXPECT_EQ(told(chain().now("x", "2026-06-01")), "x:1.000") << "renamed and renamed back";
    EXPECT_TRUE(chain().changes_after("2027-12-01"));
    EXPECT_FALSE(chain().changes_after("2028-01-01"));
    EXPECT_FALSE(Crosswalk(std::vector<Step>{{"2027-01-01", {}}}).changes_after(""));
}

TEST(CrosswalkSteps, ComeBackFromADatasetAsTheyWere) {
    test::TaskBench bench;
    const std::vector<Step> steps{{"2026-01-01", {{"a,1", "b\"2", Kind::Rename, 1}}}, {"2027-01-01", {{"s", "t", Kind::Split, 1.0 / 3}, {"s", "u", Kind::Split, 2.0 / 3}, {"e", "", Kind::End, 1}}}};
    csv::Writer writer = csv::create_rows(bench.objects(), "raw", "DE", "crosswalk");
    write_steps(writer, steps);
    const std::vector<Step> back = read_steps(bench.objects(), {writer.commit(), 4}, "with.crosswalk");
    ASSERT_EQ(back.size(), 2U);
    EXPECT_EQ(back[1].effective_from, "2027-01-01");
    EXPECT_EQ(back[0].moves, steps[0].moves);
    EXPECT_EQ(back[1].moves, steps[1].moves);
    const auto other = bench.store_csv("from,to\na,b\n", 1);
    EXPECT_THROW(read_steps(bench.objects(), other, "with.crosswalk"), sdk::TaskFailure);
}

class Imported final : public ListSource {
 public:
    std::optional<ListInForce> in_force(const std::string& country, const std::string& day) override {
        asked = country + " " + day;
        return list;
    }
    std::optional<ListInForce> list;
    std::string asked;
};

class InForce : public testing::Test {
 protected:
    InForce() {
        register_tasks(registry_, [this]() -> ListSource* { return there_ ? &imported_ : nullptr; });
    }
    Json run(const Json& codes) {
        const sdk::Outcome outcome = bench_.run(registry_, "codes.in_force", {{"period", "2027-01"}, {"codes", codes}});
        if (const auto* failed = std::get_if<sdk::Failed>(&outcome)) {
            reason_ = failed->reason;
            return nullptr;
        }
        return std::get<sdk::Succeeded>(outcome).outputs;
    }
    test::TaskBench bench_;
    sdk::TaskRegistry registry_;
    Imported imported_;
    std::string reason_;
    bool there_ = true;
};

TEST_F(InForce, AnImportedListGoesBeforeTheWarehouses) {
    imported_.list = ListInForce{
        3, "2026-07-01", {{"1", "one", "", ""}, {"2", "two, red", "2027-01-01", ""}, {"3", "", "2027-01-02", ""}, {"4", "", "", "2027-01-01"}, {"5", "", "", "2027-01-02"}},
        {{"2025-01-01", {}}, {"2026-07-01", {{"a", "1", Kind::Rename}}}}};
    const Json out = run(sdk::JsonObject{{"what", "the warehouse has"}});
    EXPECT_EQ(imported_.asked, "DE 2027-01-01");
    EXPECT_EQ(bench_.rows_of(csv::dataset_from(out.at("codes"), "codes").object),
              (std::vector<Cells>{{"code", "title", "effective_from", "effective_to"}, {"1", "one", "2026-07-01", ""}, {"2", "two, red", "2027-01-01", ""}, {"5", "", "2026-07-01", "2027-01-02"}}));
    EXPECT_EQ(bench_.rows_of(csv::dataset_from(out.at("crosswalk"), "crosswalk").object),
              (std::vector<Cells>{{"effective_from", "from", "to", "kind", "weight"}, {"2026-07-01", "a", "1", "rename", "1"}}));
    EXPECT_EQ(boost::json::serialize(out.at("list")), R"({"source":"imported","version":3,"effective_from":"2026-07-01","period":"2027-01"})");
}

TEST_F(InForce, WithoutOneTheWarehousesIsHandedOn) {
    const Json given = csv::to_json(bench_.store_csv("code,title\n1,one\n", 1));
    for (const bool there : {true, false}) {
        there_ = there;
        const Json out = run(given);
        EXPECT_EQ(out.at("codes"), given);
        EXPECT_TRUE(out.at("crosswalk").is_null());
        EXPECT_EQ(boost::json::serialize(out.at("list")), R"({"source":"warehouse","period":"2027-01"})");
    }
    EXPECT_TRUE(run(nullptr).at("list").is_null());
}

TEST_F(InForce, AListWithNoCodeInTheMonthIsSaid) {
    imported_.list = ListInForce{3, "2026-07-01", {{"1", "one", "2027-02-01", ""}}, {}};
    run(nullptr);
    EXPECT_EQ(reason_, "version 3 of the code list of DE has no code that is valid on 2027-01-01: import a list that has");
}

}  // namespace
}  // namespace kontor::tasks::codes
