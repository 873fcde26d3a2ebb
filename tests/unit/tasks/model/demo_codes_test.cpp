// The demo's goods on the road of `train` and `infer`, with the country's code list handed on by dataset.prepare: a code
// whose items nobody has labelled yet is predicted, and a code that is not in the list never is.
#include "demo/catalogue.hpp"
#include "support/task_bench.hpp"
#include "tasks/dataset/register.hpp"
#include "tasks/model/register.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <map>

namespace kontor::tasks {
namespace {

using sdk::Json;
using sdk::JsonArray;
using sdk::JsonObject;

constexpr const char* schema_text = R"({"id":"item_id","text":["title","description"],
    "numeric":["price","weight_kg","voltage","wattage"],"categorical":["brand","battery"],"label":"code"})";

void append(std::string& csv, const demo::Item& item) {
    for (const std::string* field :
         {&item.item_id, &item.title, &item.description, &item.brand, &item.price, &item.weight_kg, &item.voltage, &item.battery,
          &item.wattage}) {
        csv::append_field(csv, *field);
        csv += ',';
    }
    csv::append_field(csv, item.code);
    csv += '\n';
}
constexpr const char* header = "item_id,title,description,brand,price,weight_kg,voltage,battery,wattage,code\n";

class DemoCodes : public testing::Test {
  protected:
    DemoCodes() : catalogue_(country_of("US"), 1, "2026-11") {
        dataset::register_tasks(registry_);
        model::register_tasks(registry_);
        bench_.identity_.country = "US";
        for (const demo::Code& code : catalogue_.scheme().codes) {
            if (code.effective_to.empty()) {
                csv::append_field(list_, code.code);
                csv::append_field(list_ += ',', code.title);
                list_ += "," + code.effective_from + ",\n";
            }
        }
    }
    static const demo::Country& country_of(std::string_view name) {
        for (const demo::Country& country : demo::countries()) {
            if (country.code == name) {
                return country;
            }
        }
        throw std::runtime_error("no such country");
    }
    JsonObject run(std::string_view type, JsonObject input) {
        const auto outcome = bench_.run(registry_, type, std::move(input));
        if (const auto* done = std::get_if<sdk::Succeeded>(&outcome)) {
            return done->outputs.get_object();
        }
        const auto* failed = std::get_if<sdk::Failed>(&outcome);
        ADD_FAILURE() << type << ": " << (failed == nullptr ? "interrupted" : failed->reason);
        return {};
    }
    // Items numbered from..to; with `code`, those alone, else all but those.
    std::string goods(std::int64_t from, std::int64_t to, bool of_the_code, std::map<std::string, std::string>* truth = nullptr) const {
        std::string csv = header;
        demo::Item item;
        for (std::int64_t number = from; number <= to; ++number) {
            catalogue_.make(demo::ItemKind::Labelled, number, item);
            if ((item.code == unlabelled_) == of_the_code) {
                append(csv, item);
                if (truth != nullptr) {
                    (*truth)[item.item_id] = item.code;
                }
            }
        }
        return csv;
    }
    Json stored(const std::string& csv) { return csv::to_json(bench_.store_csv(csv, 1)); }
    std::vector<std::vector<std::string>> predict(const Json& items, const Json& codes, const Json& model) {
        const auto prepared =
            run("dataset.prepare", {{"dataset", items}, {"schema", schema_}, {"labelled", false}, {"codes", codes}});
        predicted_ = run(
            "model.predict",
            {{"items", prepared.at("items")}, {"codes", prepared.at("codes")}, {"model", model}, {"schema", schema_}}
        );
        auto rows = bench_.rows_of(sdk::object_ref_from(predicted_.at("predictions").at("object"), "predictions"));
        rows.erase(rows.begin());
        return rows;
    }

    demo::CountryCatalogue catalogue_;
    std::string unlabelled_ = "8450";  // washing machines
    std::string list_ = "code,title,effective_from,effective_to\n";
    Json schema_ = boost::json::parse(schema_text);
    test::TaskBench bench_;
    sdk::TaskRegistry registry_;
    JsonObject predicted_;
};

TEST_F(DemoCodes, ACodeThatNobodyHasLabelledYetIsPredictedByTheChosenModel) {
    const auto prepared = run(
        "dataset.prepare", {{"dataset", stored(goods(1, 1500, false))}, {"codes", stored(list_)}, {"schema", schema_}}
    );
    ASSERT_FALSE(prepared.at("codes").is_null());
    const auto trial = run(
        "model.trial",
        {{"train", prepared.at("train")}, {"codes", prepared.at("codes")}, {"schema", schema_}, {"trial", 0}, {"families", {"rerank"}}}
    );
    const auto chosen = run(
        "model.choose",
        {{"trials", {trial}}, {"train", prepared.at("train")}, {"codes", prepared.at("codes")}, {"schema", schema_}}
    );
    std::map<std::string, std::string> truth;
    const Json unseen = stored(goods(1501, 12'000, true, &truth));
    ASSERT_GT(truth.size(), 50U);
    double found = 0;
    double rows = 0;
    for (const auto& row : predict(unseen, stored(list_), chosen.at("model"))) {
        found += row[1] == unlabelled_ ? 1 : 0;
        rows += 1;
    }
    // A part of the goods does not say what it is: a brand and an article number are all there is.
    EXPECT_GT(found / rows, 0.4) << found << " of " << rows;

    // Next year's list lacks a code: its goods go to a person or to other codes, but never there.
    std::string shorter = list_;
    const std::size_t line = shorter.find("\n8528,") + 1;
    ASSERT_NE(line, std::string::npos + 1);
    shorter.erase(line, shorter.find('\n', line) + 1 - line);
    bool before = false;
    const Json goods_of_all = stored(goods(1501, 2500, false));
    for (const auto& row : predict(goods_of_all, stored(list_), chosen.at("model"))) {
        before = before || row[1] == "8528";
    }
    EXPECT_TRUE(before);
    EXPECT_EQ(predicted_.at("codes_outside").to_number<int>(), 0);
    for (const auto& row : predict(goods_of_all, stored(shorter), chosen.at("model"))) {
        EXPECT_NE(row[1], "8528");
        EXPECT_EQ(row[4].find("8528"), std::string::npos) << row[4];
    }
    EXPECT_EQ(predicted_.at("codes_outside").to_number<int>(), 1);

    // A list that shares no code with the model: a person decides.
    for (const auto& row : predict(goods_of_all, stored("code,title\nZ1,all new\n"), chosen.at("model"))) {
        EXPECT_EQ((std::vector<std::string>(row.begin() + 1, row.end())), (std::vector<std::string>{"", "0.000000", "review", "[]"}));
    }
    EXPECT_EQ(predicted_.at("classified").get_int64(), 0);
    EXPECT_EQ(predicted_.at("review"), predicted_.at("rows"));
}

}  // namespace
}  // namespace kontor::tasks
