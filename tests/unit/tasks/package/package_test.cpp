// A model out of Kontor and in again; and packages that nobody should believe.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <nlohmann/json.hpp>

#include "support/catalogue.hpp"
#include "support/task_bench.hpp"
#include "tasks/archive/tar.hpp"
#include "tasks/dataset/register.hpp"
#include "tasks/model/register.hpp"
#include "tasks/package/npy.hpp"
#include "tasks/package/package.hpp"

namespace kontor::tasks {
namespace {

using archive::File;
using sdk::Json;
using sdk::JsonObject;

// Trained once for all tests.
class Trained {
 public:
    Trained() {
        dataset::register_tasks(registry_);
        model::register_tasks(registry_);
        const Json prepared = run(
            "dataset.prepare", {{"dataset", csv::to_json(bench_.store_csv(test::catalogue_csv({.rows = 400}), 400))}, {"schema", schema_}}
        );
        train_ = prepared.at("train");
    }
    model::ModelRef model(const char* family) {
        const Json trial = run(
            "model.trial", {{"train", train_}, {"schema", schema_}, {"trial", 0}, {"families", {family}}, {"keep", true}}
        );
        return model::model_ref_from(trial.at("model"), "the trial's model");
    }
    std::string bytes(const model::ModelRef& ref) { return model::read_model(bench_.objects(), ref); }

 private:
    Json run(std::string_view type, JsonObject input) {
        auto outcome = bench_.run(registry_, type, std::move(input));
        if (const auto* failed = std::get_if<sdk::Failed>(&outcome)) {
            throw std::runtime_error(failed->reason);
        }
        return std::get<sdk::Succeeded>(outcome).outputs;
    }
    test::TaskBench bench_;
    sdk::TaskRegistry registry_;
    Json schema_ = boost::json::parse(test::catalogue_schema);
    Json train_;
};

class Packages : public testing::Test {
 protected:
    static Trained& trained() {
        static Trained all;
        return all;
    }
    static std::vector<File> files_of(const char* family) {
        const model::ModelRef ref = trained().model(family);
        return archive::read_tar(package::package_model(trained().bytes(ref), ref), {});
    }
    static std::string tar_of(const std::vector<File>& files) {
        archive::TarWriter writer;
        for (const File& file : files) {
            writer.add(file.name, file.bytes);
        }
        return writer.finish();
    }
    static std::string& bytes_of(std::vector<File>& files, std::string_view name) {
        return std::find_if(files.begin(), files.end(), [&](const File& file) { return file.name == name; })->bytes;
    }
    // Why the package is refused; empty: it is taken.
    static std::string fault(const std::vector<File>& files) { return fault_of(tar_of(files)); }
    static std::string fault_of(std::string_view tar) {
        try {
            package::unpack_model(tar);
            return {};
        } catch (const sdk::TaskFailure& failure) {
            EXPECT_EQ(failure.kind(), sdk::FailureClass::Data) << failure.reason();
            return failure.reason();
        }
    }
    // What is wrong with trees that `edit` has been at.
    static std::string fault_of_trees(const std::function<void(nlohmann::json&)>& edit) {
        static const std::vector<File> sound = files_of("softprob");
        std::vector<File> files = sound;
        std::string& bytes = bytes_of(files, "trees.ubj");
        nlohmann::json trees = nlohmann::json::from_ubjson(bytes);
        edit(trees);
        bytes = trees.dump();
        return fault(files);
    }
    static std::string fault_of_tree(const std::function<void(nlohmann::json&)>& edit) {
        return fault_of_trees([&](nlohmann::json& trees) { edit(trees["learner"]["gradient_booster"]["model"]["trees"][3]); });
    }
    static std::string fault_of_spec(const char* family, const std::function<void(JsonObject&)>& edit) {
        std::vector<File> files = files_of(family);
        std::string& text = bytes_of(files, "model.json");
        JsonObject spec = boost::json::parse(text).as_object();
        edit(spec);
        text = boost::json::serialize(spec);
        return fault(files);
    }
};

TEST_F(Packages, AModelComesBackByteForByte) {
    for (const char* family : {"linear", "softprob", "rerank"}) {
        model::ModelRef ref = trained().model(family);
        ref.list = JsonObject{{"codes_sha256", "ab"}};
        const std::string bytes = trained().bytes(ref);
        const package::Unpacked unpacked = package::unpack_model(package::package_model(bytes, ref));
        EXPECT_EQ(unpacked.family, family);
        EXPECT_EQ(unpacked.list, ref.list);
        EXPECT_TRUE(unpacked.bytes == bytes) << family << ": " << unpacked.bytes.size() << " bytes, " << bytes.size() << " before";
        EXPECT_EQ(unpacked.probed, "48 strange items have their probabilities");
    }
}

TEST_F(Packages, TakesAJsonModelAndArraysAsProgramsWriteThem) {
    EXPECT_EQ(fault_of_trees([](nlohmann::json&) {}), "") << "as save_model writes it to a file that ends in .json";
    std::vector<File> files = files_of("linear");
    const std::string& plain = bytes_of(files, "weights.npy");
    const package::NpyArray weights = package::read_npy(plain, package::NumberType::Float, "weights.npy");
    std::string columns(weights.numbers.size() * 2, '\0');
    const std::size_t rows = weights.shape.at(0);
    for (std::size_t i = 0; i < weights.numbers.size() / 4; ++i) {
        float value = 0;
        std::memcpy(&value, weights.numbers.data() + 4 * i, sizeof value);
        const double wide = value;
        const std::size_t to = i % weights.shape.at(1) * rows + i / weights.shape.at(1);
        std::memcpy(columns.data() + 8 * to, &wide, sizeof wide);
    }
    std::string head = "{'descr': '<f8', 'fortran_order': True, 'shape': (" + std::to_string(rows) + ", " + std::to_string(weights.shape.at(1)) + "), }\n";
    std::string file("\x93NUMPY\x01\x00", 8);
    file.push_back(static_cast<char>(head.size()));
    file.push_back('\0');
    const std::string before = package::unpack_model(tar_of(files)).bytes;
    bytes_of(files, "weights.npy") = file + head + columns;
    EXPECT_TRUE(package::unpack_model(tar_of(files)).bytes == before) << "doubles, column by column";
}

TEST_F(Packages, RefuseTreesThatWouldTakeXgboostDown) {
    const auto contains = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
    const auto set = [](const char* array, int at, auto value) {
        return [=](nlohmann::json& tree) { tree[array][static_cast<std::size_t>(at)] = value; };
    };
    const auto left = fault_of_tree(set("left_children", 0, 100'000));
    EXPECT_TRUE(contains(left, "tree 3: node 0: its child 100000 is none of its own")) << left;
    EXPECT_TRUE(contains(fault_of_tree(set("right_children", 0, 0)), "node 0: its child 0")) << "round for ever";
    EXPECT_TRUE(contains(fault_of_tree(set("left_children", 0, -7)), "its child -7"));
    EXPECT_TRUE(contains(fault_of_tree(set("right_children", 0, 1)), "its child 1")) << "two parents";
    EXPECT_TRUE(contains(fault_of_tree(set("parents", 1, 2)), "its child 1"));
    EXPECT_TRUE(contains(fault_of_tree(set("parents", 0, 1)), "the root has a parent"));
    EXPECT_TRUE(contains(fault_of_tree(set("split_indices", 0, 1 << 25)), "it splits by column 33554432"));
    EXPECT_TRUE(contains(fault_of_tree(set("split_indices", 0, -1)), "it splits by column -1"));
    EXPECT_TRUE(contains(fault_of_tree(set("split_indices", 0, 0.5)), "holds no whole number"));
    EXPECT_TRUE(contains(fault_of_tree(set("split_indices", 0, ~0ULL)), "holds no whole number"));
    EXPECT_TRUE(contains(fault_of_tree(set("split_conditions", 0, 1e30)), "beyond 1e9"));
    EXPECT_TRUE(contains(fault_of_tree(set("base_weights", 0, "x")), "holds no number"));
    EXPECT_TRUE(contains(fault_of_tree(set("split_type", 0, 1)), "splits by categories"));
    EXPECT_TRUE(contains(fault_of_tree([](auto& tree) { tree["categories_nodes"] = {0}; }), "splits by categories"));
    EXPECT_TRUE(contains(fault_of_tree([](auto& tree) { tree["default_left"].erase(0); }), "has not one entry per node"));
    EXPECT_TRUE(contains(fault_of_tree([](auto& tree) { tree["tree_param"]["num_nodes"] = "2000000000"; }), "out of range"));
    EXPECT_TRUE(contains(fault_of_tree([](auto& tree) { tree["tree_param"]["num_feature"] = "7"; }), "out of range"));
    EXPECT_TRUE(contains(fault_of_tree([](auto& tree) { tree["tree_param"]["num_deleted"] = "1"; }), "hang nowhere"));
    EXPECT_TRUE(contains(fault_of_tree([](auto& tree) { tree.erase("parents"); }), "\"parents\" is missing"));
    EXPECT_TRUE(contains(fault_of_tree([](auto& tree) { tree = 1; }), "is missing"));
    const auto model = [](nlohmann::json& trees) -> nlohmann::json& { return trees["learner"]["gradient_booster"]["model"]; };
    EXPECT_TRUE(contains(fault_of_trees([&](auto& t) { model(t)["tree_info"] = nlohmann::json::array(); }), "do not fit together"));
    EXPECT_TRUE(contains(fault_of_trees([&](auto& t) { model(t)["tree_info"][0] = 4; }), "gives it to another class"));
    EXPECT_TRUE(contains(fault_of_trees([&](auto& t) { model(t)["trees"].erase(0); }), "do not fit together"));
    EXPECT_TRUE(contains(fault_of_trees([](auto& t) { t["learner"]["objective"]["name"] = "survival:cox"; }), "must be multi:softprob"));
    EXPECT_TRUE(contains(fault_of_trees([](auto& t) { t["learner"]["gradient_booster"]["name"] = "dart"; }), "must be gbtree"));
    EXPECT_TRUE(contains(fault_of_trees([](auto& t) { t["learner"]["learner_model_param"]["num_class"] = "9"; }), "know 9 classes, model.json 5"));
    EXPECT_TRUE(contains(
        fault_of_trees([](auto& t) { t["learner"]["objective"]["softmax_multiclass_param"]["num_class"] = "900"; }), "classes, model.json 5"
    ));
    EXPECT_TRUE(contains(fault_of_trees([](auto& t) { t["learner"]["learner_model_param"]["num_target"] = "20000"; }), "several values for each row"));
    EXPECT_FALSE(fault_of_trees([](auto& t) { t["learner"]["learner_model_param"]["base_score"] = "nan"; }).empty());
    EXPECT_TRUE(contains(fault_of_trees([](auto& t) { t = nlohmann::json::array(); }), "\"learner\" is missing"));
}

// A chain of nodes: as deep as it is long.
TEST_F(Packages, RefuseTreesThatNoRecursionReachesTheEndOf) {
    const std::string fault = fault_of_tree([](nlohmann::json& tree) {
        constexpr int nodes = 100'001;
        for (const char* name : {"base_weights", "loss_changes", "split_conditions", "sum_hessian"}) {
            tree[name] = std::vector<double>(nodes, 0.5);
        }
        for (const char* name : {"default_left", "split_indices", "split_type"}) {
            tree[name] = std::vector<int>(nodes, 0);
        }
        std::vector<int> left(nodes, -1);
        std::vector<int> right(nodes, -1);
        std::vector<int> parents(nodes, 2147483647);
        for (int node = 0; node + 2 < nodes; node += 2) {
            left[static_cast<std::size_t>(node)] = node + 1;
            right[static_cast<std::size_t>(node)] = node + 2;
            parents[static_cast<std::size_t>(node) + 1] = parents[static_cast<std::size_t>(node) + 2] = node;
        }
        tree["left_children"] = left;
        tree["right_children"] = right;
        tree["parents"] = parents;
        tree["tree_param"]["num_nodes"] = std::to_string(nodes);
    });
    EXPECT_NE(fault.find("it lies deeper than 256"), std::string::npos) << fault;
}

TEST_F(Packages, TakeACodeThatHasNoUsualNumber) {
    std::vector<File> files = files_of("rerank");
    std::string& ranges = bytes_of(files, "usual.ranges.npy");
    const float missing = std::numeric_limits<float>::quiet_NaN();
    for (const std::size_t back : {4U, 8U}) {
        std::memcpy(ranges.data() + ranges.size() - back, &missing, sizeof missing);
    }
    EXPECT_EQ(fault(files), "");
    std::string& weights = bytes_of(files, "bayes.others.npy");
    std::memcpy(weights.data() + weights.size() - 4, &missing, sizeof missing);
    EXPECT_NE(fault(files).find("is not finite"), std::string::npos);
}

TEST_F(Packages, RefuseTreesOfOtherColumns) {
    const std::string fault = fault_of_trees([](nlohmann::json& trees) {
        auto& learner = trees["learner"];
        learner["learner_model_param"]["num_feature"] = "100000";
        for (auto& tree : learner["gradient_booster"]["model"]["trees"]) {
            tree["tree_param"]["num_feature"] = "100000";
        }
    });
    EXPECT_NE(fault.find("100000"), std::string::npos) << fault;
}

TEST_F(Packages, RefuseADescriptionThatPointsOutside) {
    const auto refused = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
    const auto text = [](JsonObject& spec) -> JsonObject& { return spec.at("model").as_object().at("text").as_object(); };
    EXPECT_TRUE(refused(fault_of_spec("linear", [&](auto& spec) { text(spec)["hashed_columns"] = 64; }), "impossible sizes"));
    EXPECT_TRUE(refused(fault_of_spec("linear", [&](auto& spec) { text(spec)["hashed"].as_array().front() = 9e15; }), "something else than a number"));
    EXPECT_TRUE(refused(fault_of_spec("linear", [&](auto& spec) { text(spec)["idf"].as_array().front() = "x"; }), "something else than a number"));
    EXPECT_TRUE(refused(fault_of_spec("softprob", [&](auto& spec) { text(spec)["specs"].as_array().front().at("n_max") = 1'000'000; }), "n_max"));
    EXPECT_TRUE(refused(fault_of_spec("linear", [](auto& spec) { spec["temperature"] = 0; }), "temperature must be above 0"));
    EXPECT_TRUE(refused(fault_of_spec("linear", [](auto& spec) { spec["classes"].as_array().pop_back(); }), "wrong size"));
    EXPECT_TRUE(refused(fault_of_spec("linear", [](auto& spec) { std::swap(spec["classes"].as_array()[0], spec["classes"].as_array()[1]); }), "not sorted"));
    for (const char* code : {"", "a\nb", "a\x01", "\x7f"}) {
        EXPECT_TRUE(refused(fault_of_spec("linear", [&](auto& spec) { spec["classes"].as_array()[0] = code; }), "a line of at most 100 bytes")) << code;
    }
    EXPECT_TRUE(refused(fault_of_spec("linear", [](auto& spec) { spec["classes"] = sdk::JsonArray(10'001, "a"); }), "more than 10,000"));
    for (const sdk::JsonArray& names : {sdk::JsonArray{"a", "a"}, sdk::JsonArray{1, 2}}) {
        EXPECT_TRUE(refused(fault_of_spec("softprob", [&](auto& spec) { spec["model"].as_object()["categories"].as_array()[0] = names; }), "different texts"));
    }
    EXPECT_TRUE(refused(fault_of_spec("linear", [](auto& spec) { spec["family"] = "forest"; }), "must be linear, softprob, rerank or constant"));
    EXPECT_TRUE(refused(fault_of_spec("rerank", [](auto& spec) { spec.erase("sections"); }), "export it again"));
    EXPECT_TRUE(refused(fault_of_spec("rerank", [](auto& spec) { spec["model"].as_object()["candidates"] = -1; }), "out of range"));
    EXPECT_TRUE(refused(fault_of_spec("rerank", [](auto& spec) { spec["schema"].as_object()["text"].as_array().pop_back(); }), "other rows"));
}

TEST_F(Packages, RefuseWhatIsCutShortOrLacksAFile) {
    for (const char* family : {"linear", "softprob", "rerank"}) {
        const std::vector<File> sound = files_of(family);
        for (std::size_t i = 0; i < sound.size(); ++i) {
            const std::string& name = sound[i].name;
            const bool needed = !name.ends_with(".py") && name != "items_of_codes.npy";  // for who has no Kontor
            std::vector<File> lacking = sound;
            lacking.erase(lacking.begin() + static_cast<std::ptrdiff_t>(i));
            EXPECT_EQ(fault(lacking).find(name) != std::string::npos, needed) << family << " without " << name;
            std::vector<File> cut = sound;
            cut[i].bytes.resize(cut[i].bytes.size() / 2);
            EXPECT_EQ(!fault(cut).empty(), needed) << family << " with half of " << name;
        }
    }
    EXPECT_FALSE(fault_of("no tar at all").empty());
    EXPECT_FALSE(fault_of("").empty());
}

// A byte anywhere: taken or refused, and nothing else (the sanitizers watch).
TEST_F(Packages, ABrokenByteIsTakenOrRefused) {
    for (const char* family : {"linear", "rerank"}) {
        const std::vector<File> sound = files_of(family);
        std::uint64_t chance = 7;
        for (int i = 0; i < 60; ++i) {
            std::vector<File> files = sound;
            chance = chance * 6364136223846793005ULL + 1442695040888963407ULL;
            File& file = files[(chance >> 33U) % files.size()];
            file.bytes[(chance >> 20U) % file.bytes.size()] ^= static_cast<char>(1U << (chance >> 60U) % 8U);
            fault(files);
        }
    }
}

}  // namespace
}  // namespace kontor::tasks
