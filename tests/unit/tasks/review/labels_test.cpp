#include "tasks/review/labels.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "support/task_bench.hpp"
#include "tasks/review/register.hpp"

namespace kontor::tasks::review {
namespace {

class Decided final : public LabelSource {
 public:
    std::vector<Label> labels(const std::string& country) override { return country == "DE" ? all : std::vector<Label>(); }
    std::vector<Label> all;
};

class Labels : public testing::Test {
 protected:
    Labels() {
        register_tasks(registry_, [this]() -> LabelSource* { return there_ ? &decided_ : nullptr; });
    }
    sdk::Outcome run() {
        return bench_.run(
            registry_, "review.labels",
            {{"schema", boost::json::parse(R"({"id":"item_id","text":["title"],"numeric":["price"],"categorical":["brand"],"label":"code"})")}}
        );
    }
    sdk::ObjectRef store(const std::string& rows) { return bench_.store_csv(rows, 3, "review").object; }

    test::TaskBench bench_;
    sdk::TaskRegistry registry_;
    Decided decided_;
    bool there_ = true;
};

using Cells = std::vector<std::string>;

TEST_F(Labels, AreTheItemsOwnColumnsWithWhatPeopleSaidOrderedByItem) {
    const auto october = store("review.item,item_id,title,brand\nc,c,a kettle,Acme\na,a,\"an oven, old\",\n");
    const auto november = store("review.item,title,price,item_id\nb,a lamp,9,b\n");
    decided_.all = {
        {"a", "1.1", "anna", "2026-11-01T00:00:00Z", october, 2, "2026-10"},
        {"b", "2.1", "boris", "2026-11-02T00:00:00Z", november, 1},
        {"c", "1.2", "anna", "2026-11-03T00:00:00Z", october, 1},
    };
    const auto outcome = run();
    const auto& done = std::get<sdk::Succeeded>(outcome);
    const csv::Dataset labels = csv::dataset_from(done.outputs.at("labels"), "labels");
    EXPECT_EQ(done.outputs.at("rows").get_int64(), 3);
    EXPECT_EQ(
        bench_.rows_of(labels.object),
        (std::vector<Cells>{
            {"item_id", "title", "price", "brand", "code", "reviewed_by", "reviewed_at", "coded_for"},
            {"a", "an oven, old", "", "", "1.1", "anna", "2026-11-01T00:00:00Z", "2026-10"},
            {"b", "a lamp", "9", "", "2.1", "boris", "2026-11-02T00:00:00Z", ""},
            {"c", "a kettle", "", "Acme", "1.2", "anna", "2026-11-03T00:00:00Z", ""}})
    );
    ASSERT_EQ(done.effects.size(), 1U);
    EXPECT_EQ(std::get<sdk::DatasetRegistered>(done.effects[0]).kind, "labels");
}

TEST_F(Labels, WithoutADecisionThereIsNoDataset) {
    const auto outcome = run();
    EXPECT_TRUE(std::get<sdk::Succeeded>(outcome).outputs.at("labels").is_null());
    EXPECT_TRUE(bench_.objects_.stored().empty());
}

TEST_F(Labels, AnItemWhoseObjectIsGoneIsLeftOutAndSaid) {
    const auto kept = store("item_id,title\na,x\n");
    decided_.all = {{"a", "1.1", "anna", "", kept, 1}, {"b", "1.1", "anna", "", {"review/gone", "", 0}, 1}};
    const auto outcome = run();
    EXPECT_EQ(std::get<sdk::Succeeded>(outcome).outputs.at("rows").get_int64(), 1);
    ASSERT_EQ(bench_.log_.size(), 1U);
    EXPECT_NE(bench_.log_[0].find("1 reviewed items are not learned from"), std::string::npos);
}

TEST_F(Labels, WhereThereIsNoQueueTheTaskSaysSo) {
    there_ = false;
    EXPECT_EQ(std::get<sdk::Failed>(run()).kind, sdk::FailureClass::Config);
}

}  // namespace
}  // namespace kontor::tasks::review
