#include "tasks/samples/collect.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "support/task_bench.hpp"
#include "tasks/samples/register.hpp"

namespace kontor::tasks::samples {
namespace {

class Sent final : public SampleSource {
 public:
    std::vector<SampleObject> current(const std::string& country) override { return country == "DE" ? all : std::vector<SampleObject>(); }
    std::vector<SampleObject> all;
};

class Collect : public testing::Test {
 protected:
    Collect() {
        register_tasks(registry_, [this]() -> SampleSource* { return there_ ? &sent_ : nullptr; });
    }
    sdk::Outcome run() {
        return bench_.run(
            registry_, "samples.collect",
            {{"schema", boost::json::parse(R"({"id":"item_id","text":["title"],"numeric":["price"],"categorical":["item"],"label":"code"})")}}
        );
    }
    sdk::ObjectRef store(const std::string& rows) { return bench_.store_csv(rows, 3, "sample").object; }

    test::TaskBench bench_;
    sdk::TaskRegistry registry_;
    Sent sent_;
    bool there_ = true;
};

using Cells = std::vector<std::string>;

TEST_F(Collect, WritesTheRowsThatCountInTheSchemasColumns) {
    const auto first = store("item,version,code,column:title,column:price\na,1,1.1,old,3\nb,1,1.2,\"a lamp, red\",9\nc,1,1.3,a kettle,\n");
    const auto second = store("item,version,code,column:item,column:code,column:title\na,2,2.1,cable,not the label,new\n");
    sent_.all = {{first, "shop", "2026-11-01T00:00:00Z", {2, 3}}, {second, "erp", "2026-11-02T00:00:00Z", {1}}};
    const auto outcome = run();
    const auto& done = std::get<sdk::Succeeded>(outcome);
    EXPECT_EQ(done.outputs.at("rows").get_int64(), 3);
    EXPECT_EQ(done.outputs.at("strange").get_int64(), 0);
    EXPECT_EQ(
        bench_.rows_of(csv::dataset_from(done.outputs.at("samples"), "samples").object),
        (std::vector<Cells>{
            {"item_id", "title", "price", "item", "code", "sampled_by", "sampled_at"},
            {"b", "a lamp, red", "9", "", "1.2", "shop", "2026-11-01T00:00:00Z"},
            {"c", "a kettle", "", "", "1.3", "shop", "2026-11-01T00:00:00Z"},
            {"a", "new", "", "cable", "2.1", "erp", "2026-11-02T00:00:00Z"}})
    );
    ASSERT_EQ(done.effects.size(), 1U);
    EXPECT_EQ(std::get<sdk::DatasetRegistered>(done.effects[0]).kind, "samples");
}

TEST_F(Collect, WithoutSamplesThereIsNoDataset) {
    const auto outcome = run();
    EXPECT_TRUE(std::get<sdk::Succeeded>(outcome).outputs.at("samples").is_null());
    EXPECT_TRUE(bench_.objects_.stored().empty());
}

TEST_F(Collect, ASampleThatSaysNothingTheSchemaKnowsOrWhoseObjectIsGoneIsLeftOutAndSaid) {
    const auto misnamed = store("item,version,code,column:titel,column:title\na,1,1.1,x,\nb,1,1.1,,a title\n");
    sent_.all = {{misnamed, "shop", "", {1, 2}}, {{"sample/gone", "", 0}, "shop", "", {1, 2, 3}}};
    const auto outcome = run();
    const auto& outputs = std::get<sdk::Succeeded>(outcome).outputs;
    EXPECT_EQ(outputs.at("rows").get_int64(), 1);
    EXPECT_EQ(outputs.at("strange").get_int64(), 4);
    ASSERT_EQ(bench_.log_.size(), 2U);
    EXPECT_EQ(bench_.log_[0].substr(0, 30), "3 samples are not learned from");
    EXPECT_NE(bench_.log_[1].find("none of the columns title, price, item"), std::string::npos);
}

TEST_F(Collect, WhereNoSamplesAreTakenTheTaskSaysSo) {
    there_ = false;
    EXPECT_EQ(std::get<sdk::Failed>(run()).kind, sdk::FailureClass::Config);
}

}  // namespace
}  // namespace kontor::tasks::samples
