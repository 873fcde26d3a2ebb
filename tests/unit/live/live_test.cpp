// Live predictions beside the batch that predicts the same rows, their explanations, and a winner that changes under load.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/parse.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <thread>

#include "live/item_input.hpp"
#include "live/predictor.hpp"
#include "support/catalogue.hpp"
#include "support/task_bench.hpp"
#include "tasks/dataset/register.hpp"
#include "tasks/model/register.hpp"

namespace kontor::live {
namespace {

// The bench's objects as a store; counts what was opened.
class BenchStore final : public ports::ObjectStore {
 public:
    explicit BenchStore(sdk::Objects& objects) : objects_(objects) {}
    std::unique_ptr<ports::ObjectSession> session(const sdk::TaskIdentity& identity, const std::string& role) override {
        EXPECT_EQ(role, "live");
        EXPECT_EQ(identity.country.size(), 2U);
        return std::make_unique<Session>(*this);
    }

 private:
    class Session final : public ports::ObjectSession {
     public:
        explicit Session(BenchStore& store) : store_(store) {}
        std::unique_ptr<sdk::ByteReader> open(const sdk::ObjectRef& object) override {
            effects_.emplace_back(sdk::ObjectOpened{object.key, "live", "k"});
            return store_.objects_.open(object);
        }
        std::unique_ptr<sdk::ByteWriter> create(std::string_view, std::string_view, std::string_view) override {
            throw sdk::TaskFailure(sdk::FailureClass::Config, "live predictions write nothing");
        }
        std::vector<sdk::Effect> take_effects() override { return std::exchange(effects_, {}); }

     private:
        BenchStore& store_;
        std::vector<sdk::Effect> effects_;
    };
    sdk::Objects& objects_;
};

// What the query live_setups would tell.
class Setups final : public ports::Reads {
 public:
    Result<std::string> read(std::string_view query, const std::vector<std::optional<std::string>>& params) override {
        EXPECT_EQ(query, "live_setups");
        const std::lock_guard lock(mutex_);
        JsonArray items;
        for (const auto& [country, setup] : setups_) {
            if (params.front()->find(country) != std::string::npos) {
                items.push_back(setup);
            }
        }
        return to_text(JsonObject{{"items", std::move(items)}, {"next", nullptr}});
    }
    void set(const std::string& country, const Json& model, Json codes = nullptr, double threshold = 0.5, Json rules = nullptr) {
        const std::lock_guard lock(mutex_);
        setups_[country] = JsonObject{{"country", country}, {"model", model}, {"codes", std::move(codes)}, {"threshold", threshold}, {"rules", std::move(rules)}};
    }

 private:
    std::mutex mutex_;
    std::map<std::string, Json> setups_;
};

class Live : public testing::Test {
 protected:
    Live() {
        tasks::dataset::register_tasks(registry_);
        tasks::model::register_tasks(registry_);
        csv_ = test::catalogue_csv({.rows = 600});
        prepared_ = run("dataset.prepare", {{"dataset", csv::to_json(bench_.store_csv(csv_, 600))}, {"schema", schema_}});
    }
    JsonObject run(std::string_view type, JsonObject input) {
        const sdk::Outcome outcome = bench_.run(registry_, type, std::move(input));
        if (const auto* failed = std::get_if<sdk::Failed>(&outcome)) {
            ADD_FAILURE() << type << ": " << failed->reason;
            return {};
        }
        return std::get<sdk::Succeeded>(outcome).outputs.get_object();
    }
    Json model(const std::string& family, std::int64_t trial = 0) {
        return run(
                   "model.trial", {{"train", prepared_.at("train")}, {"schema", schema_}, {"trial", trial}, {"keep", true},
                                   {"families", JsonArray{Json(family)}}}
        ).at("model");
    }
    // The columns of the rows that judge, as items.
    JsonArray items(std::size_t most = 1000) {
        JsonArray list;
        const auto rows = bench_.rows_of(sdk::object_ref_from(prepared_.at("holdout").at("object"), "t"));
        for (std::size_t i = 1; i < rows.size() && list.size() < most; ++i) {
            JsonObject item;
            for (std::size_t column = 0; column < rows[0].size(); ++column) {
                const std::string& name = rows[0][column];
                if (name != "code" && name != "units" && !rows[i][column].empty()) {
                    item[name] = rows[i][column];
                }
            }
            list.push_back(std::move(item));
        }
        return list;
    }
    std::unique_ptr<Predictor> predictor(ShelfLimits limits = {}, BatcherLimits batcher = {2}) {
        limits.refresh = std::chrono::milliseconds(5);
        return std::make_unique<Predictor>(
            store_, setups_,
            [this](const std::string&, std::vector<sdk::Effect> opened) -> Result<void> {
                recorded_ += opened.size();
                return refuse_record_ ? Result<void>(unavailable("t", "nobody leads")) : Result<void>();
            },
            limits, batcher
        );
    }

    test::TaskBench bench_;
    sdk::TaskRegistry registry_;
    Json schema_ = boost::json::parse(test::catalogue_schema);
    std::string csv_;
    JsonObject prepared_;
    BenchStore store_{bench_.objects_};
    Setups setups_;
    std::atomic<std::size_t> recorded_ = 0;
    std::atomic<bool> refuse_record_ = false;
};

TEST_F(Live, EveryFamilySaysWhatABatchWritesForTheSameRows) {
    const Json codes = csv::to_json(bench_.store_csv("code,title\n1.1,Kühlschrank\n2.1,Monitor\n5.1,Kocher\n6.1,Kabel\n", 4));
    for (const std::string family : {"linear", "softprob", "rerank"}) {
        const Json chosen = model(family);
        const auto batch = run(
            "model.predict",
            {{"items", prepared_.at("holdout")}, {"model", chosen}, {"schema", schema_}, {"codes", codes}, {"threshold", 0.7}}
        );
        const auto rows = bench_.rows_of(sdk::object_ref_from(batch.at("predictions").at("object"), "t"));
        setups_.set("DE", chosen, codes, 0.7);
        const auto live = predictor();
        const auto told = live->predict({"DE", items(), 3, false});
        ASSERT_TRUE(told) << told.error().message;
        const JsonArray& answers = told->at("items").get_array();
        ASSERT_EQ(answers.size(), rows.size() - 1);
        int reviewed = 0;
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const auto& row = rows[i + 1];
            EXPECT_EQ(text_member(answers[i], "item_id"), row[0]);
            EXPECT_EQ(text_member(answers[i], "code"), row[1]) << family;
            EXPECT_NEAR(answers[i].at("probability").to_number<double>(), std::stod(row[2]), 1e-6) << family;
            EXPECT_EQ(text_member(answers[i], "status"), row[3]) << family;
            const Json others = boost::json::parse(row[4]);
            ASSERT_EQ(answers[i].at("alternatives").get_array().size(), others.get_array().size());
            for (std::size_t k = 0; k < others.get_array().size(); ++k) {
                EXPECT_EQ(answers[i].at("alternatives").at(k).at("code"), others.at(k).at(0));
                EXPECT_NEAR(
                    answers[i].at("alternatives").at(k).at("probability").to_number<double>(), others.at(k).at(1).to_number<double>(), 1e-6
                );
            }
            reviewed += answers[i].at("review").get_bool() ? 1 : 0;
            EXPECT_NE(text_member(answers[i], "code"), "1.2") << "it is not in the code list";
        }
        EXPECT_GT(reviewed, 0) << "what the list does not hold goes to a person";
        EXPECT_LT(reviewed, static_cast<int>(answers.size()));
    }
}

TEST_F(Live, AModelBoundToAnOlderListSaysWhatABatchSays) {
    const Json codes = csv::to_json(bench_.store_csv("code,title\nA,x\n2.1,x\n5.1a,x\n5.1b,x\n6a,x\n6b,x\n", 6));
    const Json crosswalk = csv::to_json(bench_.store_csv(
        "effective_from,from,to,kind,weight\n2027-01-01,1.1,A,merge,1\n2027-01-01,1.2,A,merge,1\n2027-01-01,5.1,5.1a,split,0.9\n2027-01-01,5.1,5.1b,split,0.1\n"
        "2027-01-01,6.1,6a,split,0.5\n2027-01-01,6.1,6b,split,0.5\n", 6));
    const Json chosen = model("linear");
    for (const std::string fallback : {"crosswalk", "review"}) {
        const JsonObject rules{{"crosswalk", crosswalk}, {"list", JsonObject{{"codes_sha256", "new"}}}, {"outdated_model", fallback}, {"split_share", 0.8}};
        JsonObject input{{"items", prepared_.at("holdout")}, {"model", chosen}, {"schema", schema_}, {"codes", codes}, {"threshold", 0.3}};
        for (const auto& member : rules) {
            input[member.key()] = member.value();
        }
        const auto batch = run("model.predict", std::move(input));
        EXPECT_EQ(batch.at("outdated"), true);
        const auto rows = bench_.rows_of(sdk::object_ref_from(batch.at("predictions").at("object"), "t"));
        setups_.set("DE", chosen, codes, 0.3, rules);
        const auto live = predictor();
        const auto told = live->predict({"DE", items(), 3, false});
        ASSERT_TRUE(told) << told.error().message;
        const auto explained = live->predict({"DE", items(5), 3, true});
        ASSERT_TRUE(explained) << explained.error().message;
        EXPECT_TRUE(explained->at("items").at(4).at("explanation").is_object());
        const JsonArray& answers = told->at("items").get_array();
        std::map<std::string, int> given;
        for (std::size_t i = 0; i < answers.size(); ++i) {
            EXPECT_EQ(text_member(answers[i], "code"), rows[i + 1][1]);
            EXPECT_NEAR(answers[i].at("probability").to_number<double>(), std::stod(rows[i + 1][2]), 1e-6);
            EXPECT_EQ(text_member(answers[i], "status"), rows[i + 1][3]);
            given[rows[i + 1][1] + " " + rows[i + 1][3]] += 1;
        }
        EXPECT_GT(given["A review"] + given["A classified"], 0);
        EXPECT_EQ(given["6a classified"] + given["6b classified"], 0) << "nobody but a person tells them apart";
        EXPECT_EQ(given["A classified"] == 0, fallback == "review");
        EXPECT_EQ(given["5.1a classified"] == 0, fallback == "review");
        EXPECT_EQ(batch.at("classified") == 0, fallback == "review");
    }
}

TEST_F(Live, ExplanationsNameTheItemsOwnWordsAndSumToTheScore) {
    for (const std::string family : {"linear", "softprob", "rerank"}) {
        setups_.set("DE", model(family));
        const auto live = predictor();
        const auto told = live->predict({"DE", {JsonObject{{"title", "No Frost Kühlschrank weiß"}, {"weight_kg", 61.5}, {"brand", "Alpina"}}}, 2, true});
        ASSERT_TRUE(told) << told.error().message;
        const Json& item = told->at("items").at(0);
        EXPECT_EQ(text_member(item, "code"), "1.1") << family;
        const Json& why = item.at("explanation");
        double sum = why.at("base").to_number<double>() + why.at("rest").to_number<double>();
        for (const Json& each : why.at("contributions").get_array()) {
            sum += each.at("amount").to_number<double>();
        }
        EXPECT_NEAR(sum, why.at("score").to_number<double>(), 1e-9) << family;
        const std::string text = to_text(why);
        if (family == "softprob") {
            EXPECT_NE(text.find("weight_kg"), std::string::npos) << text;
        } else {
            EXPECT_NE(text.find("title \\\""), std::string::npos) << text;
        }
    }
}

// The score that an explanation adds up to is the score that the model gives.
TEST_F(Live, ContributionsAddUpToWhatTheModelGives) {
    for (const std::string family : {"linear", "softprob"}) {
        const Json chosen = model(family);
        const auto ref = tasks::model::model_ref_from(chosen, "t");
        const auto opened = tasks::model::open_model(bench_.objects_, ref, 1);
        ml::Table rows;
        ASSERT_TRUE(read_items(items(20), opened->schema(), rows).empty());
        ml::Scores scores;
        opened->score(rows, scores);
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            for (std::size_t which = 0; which < opened->classes().size(); ++which) {
                const ml::Explanation told = opened->explain(rows, row, which);
                const double sum = std::accumulate(
                    told.contributions.begin(), told.contributions.end(), told.base,
                    [](double so_far, const ml::Contribution& each) { return so_far + each.amount; }
                );
                // XGBoost's margins are the contributions' sum up to the precision of its floats.
                EXPECT_NEAR(sum, static_cast<double>(scores.row(row)[which]), 2e-4) << family;
            }
        }
    }
}

TEST_F(Live, WholeRowsAreTakenWhenAskedTo) {
    setups_.set("DE", model("linear"));
    const auto live = predictor();
    JsonArray rows = items(1);
    const auto plain = live->predict({"DE", rows});
    rows[0].as_object()["colour"] = "red";
    EXPECT_FALSE(live->predict({"DE", rows}));
    const auto lenient = live->predict({.country = "DE", .items = rows, .lenient = true});
    ASSERT_TRUE(plain && lenient);
    EXPECT_EQ(lenient->at("items"), plain->at("items"));
    rows[0].as_object()["title"] = 7;
    EXPECT_FALSE(live->predict({.country = "DE", .items = rows, .lenient = true})) << "a column that it has must fit";
}

TEST_F(Live, FaultsOfItemsAreToldWithTheirPlaces) {
    setups_.set("DE", model("linear"));
    const auto live = predictor();
    const JsonArray wrong{
        JsonObject{{"titel", "Kabel"}, {"title", "Kabel"}},
        JsonObject{{"title", 7}},
        JsonObject{{"title", "Kabel"}, {"weight_kg", "heavy"}},
        JsonObject{{"title", " "}},
        Json("Kabel"),
        JsonObject{{"title", "Kabel"}, {"code", "6.1"}}};
    const auto told = live->predict({"DE", wrong, 3, false});
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().kind, ErrorKind::Invalid);
    std::map<std::string, std::string> faults;
    for (const ErrorDetail& detail : told.error().details) {
        faults[detail.pointer] += detail.message;
    }
    EXPECT_NE(faults["/items/0/titel"].find("did you mean 'title'"), std::string::npos) << faults["/items/0/titel"];
    EXPECT_NE(faults["/items/1/title"].find("must be a text"), std::string::npos);
    EXPECT_NE(faults["/items/2/weight_kg"].find("must be a number"), std::string::npos);
    EXPECT_NE(faults["/items/3/title"].find("is empty"), std::string::npos);
    EXPECT_NE(faults["/items/4"].find("must be an object"), std::string::npos);
    EXPECT_NE(faults["/items/5/code"].find("leave it out"), std::string::npos);
    EXPECT_FALSE(live->predict({"DE", JsonArray(items_max + 1, JsonObject{{"title", "Kabel"}}), 3, false}));
    EXPECT_FALSE(live->predict({"DE", JsonArray(explained_max + 1, JsonObject{{"title", "Kabel"}}), 3, true}));
    const auto nobody = live->predict({"FR", {JsonObject{{"title", "Kabel"}}}, 3, false});
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().kind, ErrorKind::Conflict);
    EXPECT_NE(nobody.error().message.find("run the workflow train"), std::string::npos);
}

TEST_F(Live, AWinnerIsExchangedUnderLoadAndNoRequestFails) {
    const Json first = model("linear", 0);
    const Json second = model("softprob", 0);
    setups_.set("DE", first);
    const auto live = predictor({}, {2, 100'000, 64});
    const JsonArray asked = items(3);
    ASSERT_TRUE(live->predict({"DE", asked, 3, false}));
    std::atomic<bool> stop = false;
    std::atomic<int> failed = 0;
    std::atomic<int> answered = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i) {
        clients.emplace_back([&] {
            while (!stop) {
                const auto told = live->predict({"DE", asked, 3, false});
                (told && told->at("items").get_array().size() == asked.size() ? answered : failed) += 1;
            }
        });
    }
    const auto in_use = [&](const Json& wanted) {
        const auto told = live->predict({"DE", asked, 3, false});
        return told && told->at("model").at("id") == wanted.at("id");
    };
    for (const Json& next : {second, first, second}) {
        setups_.set("DE", next);
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!in_use(next)) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the new winner is not used";
        }
    }
    stop = true;
    for (std::thread& client : clients) {
        client.join();
    }
    EXPECT_EQ(failed, 0);
    EXPECT_GT(answered, 10);
    EXPECT_EQ(recorded_, 4U) << "each opening is on record once";
}

TEST_F(Live, TheLeastUsedModelGoesAndAnOpeningThatIsNotOnRecordAnswersNobody) {
    const Json chosen = model("linear");
    for (const char* country : {"AT", "BE", "DE", "FR"}) {
        setups_.set(country, chosen);
    }
    ShelfLimits limits;
    limits.models_max = 2;
    const auto live = predictor(limits);
    for (const char* country : {"AT", "BE", "DE", "DE", "BE"}) {
        EXPECT_TRUE(live->predict({country, items(1), 3, false})) << country;
    }
    EXPECT_NE(live->metrics().find("kontor_live_models 2\n"), std::string::npos) << live->metrics();
    EXPECT_EQ(recorded_, 3U);
    EXPECT_TRUE(live->predict({"AT", items(1), 3, false}));
    EXPECT_EQ(recorded_, 4U) << "it had gone and was opened again";
    refuse_record_ = true;
    const auto refused = live->predict({"FR", items(1), 3, false});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
}

TEST_F(Live, AFullQueueRefusesAtOnce) {
    setups_.set("DE", model("linear"));
    Batcher batcher({1, 4, 64});
    std::atomic<bool> inside = false;
    std::atomic<bool> go_on = false;
    const auto rest = [](const std::atomic<bool>& flag) {
        while (!flag) {
            std::this_thread::yield();
        }
    };
    std::thread busy([&] {
        EXPECT_TRUE(batcher.carry_out(1, [&] {
            inside = true;
            rest(go_on);
        }));
    });
    rest(inside);
    std::thread waiting([&] { EXPECT_TRUE(batcher.carry_out(4, [] {})); });
    while (batcher.counts().waiting < 4) {
        std::this_thread::yield();
    }
    const Result<void> refused = batcher.carry_out(1, [] {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
    go_on = true;
    busy.join();
    waiting.join();
    EXPECT_EQ(batcher.counts().refused, 1U);
}

}  // namespace
}  // namespace kontor::live
