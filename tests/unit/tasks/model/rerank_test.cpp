// The family `rerank` on the road of a country: learned, saved, used, and asked for codes that have
// no labelled item.
#include "support/catalogue.hpp"
#include "support/task_bench.hpp"
#include "tasks/dataset/register.hpp"
#include "tasks/ml/random.hpp"
#include "tasks/model/register.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace kontor::tasks {
namespace {

using sdk::Json;
using sdk::JsonArray;
using sdk::JsonObject;

class Rerank : public testing::Test {
  protected:
    Rerank() {
        dataset::register_tasks(registry_);
        model::register_tasks(registry_);
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
    JsonObject trial(const Json& train, const char* schema, JsonObject more = {}) {
        JsonObject input{
            {"train", train},
            {"schema", boost::json::parse(schema)},
            {"trial", 0},
            {"families", {"rerank"}},
            {"keep", true}};
        for (auto& member : more) {
            input[member.key()] = member.value();
        }
        return run("model.trial", std::move(input));
    }
    // item_id -> (code, probability)
    std::map<std::string, std::pair<std::string, double>> predict(
        const Json& items, const Json& model, const char* schema
    ) {
        const auto predicted =
            run("model.predict",
                {{"items", items}, {"model", model}, {"schema", boost::json::parse(schema)}});
        std::map<std::string, std::pair<std::string, double>> found;
        for (const auto& row : bench_.rows_of(
                 sdk::object_ref_from(predicted.at("predictions").at("object"), "predictions")
             )) {
            if (row[0] != "item_id") {
                found[row[0]] = {row[1], std::stod(row[2])};
            }
        }
        return found;
    }
    test::TaskBench bench_;
    sdk::TaskRegistry registry_;
};

TEST_F(Rerank, LearnsTheCatalogueAndIsTheSameFromItsFileAndForAnyNumberOfCores) {
    const Json train = csv::to_json(bench_.store_csv(test::catalogue_csv({.rows = 400}), 400));
    const auto once = trial(train, test::catalogue_schema);
    EXPECT_EQ(once.at("family").get_string(), "rerank");
    EXPECT_GT(once.at("metrics").at("accuracy").to_number<double>(), 0.95)
        << boost::json::serialize(once);
    EXPECT_LT(once.at("metrics").at("log_loss").to_number<double>(), 0.5);
    bench_.cores_ = 2;
    const auto again = trial(train, test::catalogue_schema);
    EXPECT_EQ(once.at("model").at("id"), again.at("model").at("id"));
    const Json items = csv::to_json(
        bench_.store_csv(test::catalogue_csv({.rows = 300, .seed = 9, .prefix = "n"}), 300)
    );
    const auto first = predict(items, once.at("model"), test::catalogue_schema);
    bench_.cores_ = 1;
    EXPECT_EQ(first, predict(items, once.at("model"), test::catalogue_schema));
    EXPECT_EQ(first.size(), 300U);
}

// Goods of twenty kinds; each code's own text names its kind in the words of the law.
struct NewCodes {
    static constexpr const char* schema = R"({"id":"item_id","text":["title"],"label":"code"})";
    static std::string word(std::size_t kind, std::size_t i) {
        ml::Random random(kind * 100 + i);
        std::string made;
        for (int n = 0; n < 7; ++n) {
            made += static_cast<char>('a' + random.below(26));
        }
        return made;
    }
    static std::string code(std::size_t kind) { return "85." + std::to_string(10 + kind); }
    // Items say two of the four words of their kind and some of what everybody says.
    static std::string items(
        std::size_t rows, std::size_t first_kind, std::size_t kinds, std::uint64_t seed
    ) {
        ml::Random random(seed);
        std::string csv = "item_id,title,code\n";
        for (std::size_t i = 0; i < rows; ++i) {
            const std::size_t kind = first_kind + random.below(kinds);
            std::string title = word(kind, random.below(4)) + " " + word(1000, random.below(30)) +
                                " " + word(kind, random.below(4)) + " " +
                                word(1000, random.below(30));
            csv += std::to_string(seed) + "-" + std::to_string(i) + "," + title + "," + code(kind) +
                   "\n";
        }
        return csv;
    }
    static std::string list(std::size_t kinds) {
        std::string csv = "code,title\n";
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            csv += code(kind) + ",\"Apparatus: " + word(kind, 0) + ", " + word(kind, 1) + " and " +
                   word(kind, 2) + " or " + word(kind, 3) + "\"\n";
        }
        return csv;
    }
};

TEST_F(Rerank, ACodeWithoutLabelledItemsIsFoundByItsOwnText) {
    const Json train = csv::to_json(bench_.store_csv(NewCodes::items(900, 0, 25, 1), 900));
    const Json codes = csv::to_json(bench_.store_csv(NewCodes::list(30), 30));
    const Json unseen = csv::to_json(bench_.store_csv(NewCodes::items(200, 25, 5, 2), 200));
    const Json seen = csv::to_json(bench_.store_csv(NewCodes::items(200, 0, 25, 3), 200));
    const auto right = [&](const Json& items, const std::string& truth_csv, const Json& model) {
        std::map<std::string, std::string> truth;
        std::istringstream lines(truth_csv);
        for (std::string line; std::getline(lines, line);) {
            truth[line.substr(0, line.find(','))] = line.substr(line.rfind(',') + 1);
        }
        double hits = 0;
        const auto predicted = predict(items, model, NewCodes::schema);
        for (const auto& [id, found] : predicted) {
            hits += found.first == truth.at(id) ? 1 : 0;
        }
        return hits / static_cast<double>(predicted.size());
    };
    const auto with = trial(train, NewCodes::schema, {{"codes", codes}});
    EXPECT_GT(right(unseen, NewCodes::items(200, 25, 5, 2), with.at("model")), 0.8);
    EXPECT_GT(right(seen, NewCodes::items(200, 0, 25, 3), with.at("model")), 0.9);
    const auto without = trial(train, NewCodes::schema);
    EXPECT_EQ(right(unseen, NewCodes::items(200, 25, 5, 2), without.at("model")), 0.0);
}

TEST_F(Rerank, FewRowsOneClassAndEmptyTextsAreNoTrouble) {
    const char* schema = R"({"id":"item_id","text":["title"],"numeric":["price"],"label":"code"})";
    std::string csv = "item_id,title,price,code\n";
    for (int i = 0; i < 30; ++i) {
        csv += "i" + std::to_string(i) + "," +
               (i % 5 == 0   ? ""
                : i % 2 == 0 ? "kettle steel"
                             : "fridge white") +
               std::string(",") + (i % 3 == 0 ? "" : std::to_string(i)) + "," +
               (i % 2 == 0 ? "5.1" : "1.1") + "\n";
    }
    const auto learned = trial(csv::to_json(bench_.store_csv(csv, 30)), schema);
    EXPECT_GE(learned.at("metrics").at("accuracy").to_number<double>(), 0.5);
    const auto constant = trial(
        csv::to_json(bench_.store_csv("item_id,title,price,code\na,x,1,5.1\nb,y,2,5.1\n", 2)),
        schema
    );
    EXPECT_EQ(constant.at("family").get_string(), "constant");
}

}  // namespace
}  // namespace kontor::tasks
