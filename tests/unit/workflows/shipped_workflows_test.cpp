// The shipped workflows against the parser, the tasks' contracts and each other: what one announces, the next must take.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/json.hpp"
#include "core/schema/schema.hpp"
#include "spec/spec.hpp"
#include "tasks/control/register.hpp"
#include "tasks/dataset/register.hpp"
#include "tasks/model/register.hpp"
#include "tasks/monitor/register.hpp"
#include "tasks/notify/register.hpp"
#include "tasks/report/register.hpp"
#include "tasks/review/register.hpp"
#include "tasks/warehouse/register.hpp"
#include "zones/zones.hpp"

namespace kontor {
namespace {

namespace fs = std::filesystem;
using core::dag::Workflow;

const fs::path folder = fs::path(KONTOR_SOURCE_DIR) / "workflows";

std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The first column of the table in tasks/README.md: the names that workflows may use.
std::vector<std::string> documented_tasks() {
    std::vector<std::string> names;
    std::istringstream lines(text_of(fs::path(KONTOR_SOURCE_DIR) / "tasks/README.md"));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("| `")) {
            names.push_back(line.substr(3, line.find('`', 3) - 3));
        }
    }
    return names;
}

const sdk::TaskRegistry& registry() {
    static const sdk::TaskRegistry all = [] {
        sdk::TaskRegistry made;
        tasks::control::register_tasks(made);
        tasks::warehouse::register_tasks(made);
        tasks::dataset::register_tasks(made);
        tasks::model::register_tasks(made);
        tasks::monitor::register_tasks(made, [] { return nullptr; });
        tasks::notify::register_tasks(made);
        tasks::report::register_tasks(made);
        tasks::review::register_tasks(made, [] { return nullptr; });
        return made;
    }();
    return all;
}

spec::Parsed parse(const std::string& text) {
    spec::Vocabulary vocabulary;
    vocabulary.tasks = documented_tasks();
    vocabulary.input_schema = [](std::string_view uses) {
        const sdk::TaskType* type = registry().find(uses);
        return type == nullptr ? nullptr : &type->input_schema;
    };
    vocabulary.zone = [](std::string_view name) { return zones::find_zone(name); };
    return spec::parse_workflow(text, vocabulary);
}

std::shared_ptr<const Workflow> load(const fs::path& path) {
    const std::string text = text_of(path);
    const spec::Parsed parsed = parse(text);
    EXPECT_NE(parsed.workflow, nullptr) << spec::render(parsed.diagnostics, path.string(), text);
    return parsed.workflow;
}

class Names final : public core::expr::Scope {
 public:
    explicit Names(std::map<std::string, Json, std::less<>> values) : values_(std::move(values)) {}
    const Json* find(std::string_view root) const override {
        const auto found = values_.find(root);
        return found == values_.end() ? nullptr : &found->second;
    }

 private:
    std::map<std::string, Json, std::less<>> values_;
};

// The rendered `with` of one task.
Json input_of(const Workflow& workflow, std::string_view task, const core::expr::Scope& scope) {
    const int index = workflow.task_index(task);
    if (index < 0) {
        ADD_FAILURE() << workflow.name << " has no task " << task;
        return nullptr;
    }
    const Result<Json> input = core::expr::render(workflow.tasks[static_cast<std::size_t>(index)].with, scope);
    if (!input) {
        ADD_FAILURE() << task << ": " << describe(input.error());
        return nullptr;
    }
    return *input;
}

Json defaults_of(const Workflow& workflow, JsonObject given = {}) {
    return core::schema::with_defaults(workflow.params_schema, std::move(given));
}

// What a trigger makes of an event or a tick, checked as a submission would be.
Json submitted(const Workflow& workflow, std::string_view trigger, const core::expr::Scope& scope) {
    for (const core::dag::Trigger& each : workflow.triggers) {
        if (each.name == trigger) {
            const Result<Json> params = core::expr::render(each.params, scope);
            EXPECT_TRUE(params) << describe(params.error());
            const Result<void> valid = core::schema::validate(workflow.params_schema, *params);
            EXPECT_TRUE(valid) << describe(valid.error());
            return core::schema::with_defaults(workflow.params_schema, *params);
        }
    }
    ADD_FAILURE() << workflow.name << " has no trigger " << trigger;
    return nullptr;
}

const Json dataset = JsonObject{{"object", JsonObject{{"key", "k"}, {"sha256", "s"}, {"bytes", 1}}}, {"rows", 10}};
const Json model = JsonObject{{"id", "m-1"}, {"object", JsonObject{}}, {"family", "linear"}, {"params", JsonObject{}}};

TEST(Reference, EveryExampleCanBeDeployedAsItStands) {
    const std::string text = text_of(folder / "README.md");
    const std::string fence = "```yaml\n";
    int examples = 0;
    for (std::size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at + 1), ++examples) {
        const std::size_t begin = at + fence.size();
        const std::string example = text.substr(begin, text.find("```", begin) - begin);
        EXPECT_EQ(spec::render(parse(example).diagnostics, "example", example), "");
    }
    EXPECT_GE(examples, 3);
}

TEST(ShippedWorkflows, EachOneIsReadWithoutAFault) {
    int seen = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".yaml") {
            const auto workflow = load(entry.path());
            ASSERT_NE(workflow, nullptr);
            EXPECT_EQ(workflow->name, entry.path().stem().string());
            EXPECT_FALSE(workflow->title.empty());
            ++seen;
        }
    }
    EXPECT_GE(seen, 3);
}

TEST(ShippedWorkflows, EveryQueryFileTheyNameExists) {
    for (const char* name : {"train.yaml", "infer.yaml", "import.yaml"}) {
        const std::string text = text_of(folder / name);
        for (std::size_t at = text.find("query: "); at != std::string::npos; at = text.find("query: ", at + 1)) {
            const std::string query = text.substr(at + 7, text.find('\n', at) - at - 7);
            EXPECT_TRUE(fs::is_regular_file(folder / query)) << name << " names " << query;
        }
    }
}

TEST(ShippedWorkflows, DefaultsOfTheParametersAreValid) {
    for (const char* name : {"train.yaml", "infer.yaml"}) {
        const auto workflow = load(folder / name);
        ASSERT_NE(workflow, nullptr);
        const Json defaults = core::schema::with_defaults(workflow->params_schema, JsonObject{});
        const auto valid = core::schema::validate(workflow->params_schema, defaults);
        EXPECT_TRUE(valid) << name << ": " << describe(valid.error());
        EXPECT_EQ(defaults.at_pointer("/schema/id"), "item_id");
    }
}

TEST(ShippedWorkflows, ATrainedModelStartsItsEvaluation) {
    const auto evaluate = load(folder / "evaluate.yaml");
    ASSERT_NE(evaluate, nullptr);
    const Names event({{"event", JsonObject{{"data", JsonObject{
        {"country", "NO"}, {"model", model}, {"metrics", JsonObject{}}, {"holdout", dataset},
        {"schema", JsonObject{{"id", "item_id"}}}, {"warehouse", "default"}, {"period", "2026-11"}}}}}});
    const Json params = submitted(*evaluate, "on-model", event);
    EXPECT_EQ(params.at("country"), "NO");
    EXPECT_EQ(params.at("model"), model);
    EXPECT_EQ(params.at_pointer("/rule/metric"), "macro_f1");
    EXPECT_TRUE(params.at("codes").is_null());  // announced by a `train` of before
    EXPECT_EQ(params.at("code_lists"), true);
}

TEST(ShippedWorkflows, APackageInTheInboxIsImported) {
    const auto import = load(folder / "import.yaml");
    ASSERT_NE(import, nullptr);
    const Names event({{"event", JsonObject{{"data", JsonObject{
        {"country", "NO"}, {"name", "NO/models/a.tar"}, {"bytes", 3}, {"object", JsonObject{{"key", "inbox/a"}}}}}}}});
    const Json params = submitted(*import, "on-file", event);
    EXPECT_EQ(params.at("country"), "NO");
    EXPECT_EQ(params.at_pointer("/package/key"), "inbox/a");
    EXPECT_EQ(params.at("approval"), true) << "nobody here knows what it was trained on";
}

TEST(ShippedWorkflows, AChosenWinnerStartsTheInferenceOfItsCountryAlone) {
    const auto infer = load(folder / "infer.yaml");
    ASSERT_NE(infer, nullptr);
    const Names event({{"event", JsonObject{{"data", JsonObject{
        {"country", "NO"}, {"schema", JsonObject{{"id", "item_id"}}}, {"warehouse", "default"}, {"period", "2026-11"}}}}}});
    const Json params = submitted(*infer, "on-winner", event);
    EXPECT_EQ(params.at("countries"), Json({"NO"}));
    EXPECT_EQ(params.at("purpose"), "month");
    EXPECT_TRUE(params.at("items").is_null());
}

TEST(ShippedWorkflows, TheMonthlyTickMeansTheMonthBefore) {
    for (const char* name : {"train.yaml", "infer.yaml"}) {
        const auto workflow = load(folder / name);
        ASSERT_NE(workflow, nullptr);
        const Names scope({{"tick", JsonObject{
            {"time", "2026-01-01T01:00:00Z"}, {"period", "2026-01"}, {"previous_period", "2025-12"}}}});
        EXPECT_EQ(text_member(submitted(*workflow, "monthly", scope), "period"), "2025-12") << name;
    }
}

const Json run = JsonObject{{"id", 1}, {"period", "2026-11"}};
const Json skipped = JsonObject{{"state", "skipped"}, {"outputs", nullptr}};

Json succeeded(JsonObject outputs) { return JsonObject{{"state", "succeeded"}, {"outputs", std::move(outputs)}}; }

TEST(ShippedWorkflows, ACountryWithoutACodeListIsPreparedWithoutOne) {
    const auto train = load(folder / "train.yaml");
    ASSERT_NE(train, nullptr);
    const Json extract = succeeded({{"datasets", JsonObject{{"NO", dataset}}}});
    for (const Json& codes : {skipped, succeeded({{"datasets", JsonObject{{"DE", dataset}}}})}) {
        const Names scope({{"country", "NO"}, {"params", defaults_of(*train)}, {"run", run},
                           {"tasks", JsonObject{{"extract", extract}, {"codes", codes}}}});
        EXPECT_TRUE(input_of(*train, "lists", scope).at("codes").is_null());
    }
    const Json none = succeeded({{"codes", nullptr}, {"crosswalk", nullptr}, {"list", nullptr}});
    for (const Json& lists : {skipped, none}) {
        const Names scope({{"country", "NO"}, {"params", defaults_of(*train)}, {"run", run},
                           {"tasks", JsonObject{{"extract", extract}, {"lists", lists}}}});
        const Json input = input_of(*train, "prepare", scope);
        EXPECT_EQ(input.at("dataset"), dataset);
        EXPECT_TRUE(input.at("codes").is_null());
        EXPECT_TRUE(input.at("crosswalk").is_null());
        EXPECT_TRUE(input.at("list").is_null());
    }
}

TEST(ShippedWorkflows, TheSearchStartsFromTheChampionIfThereIsOne) {
    const auto train = load(folder / "train.yaml");
    ASSERT_NE(train, nullptr);
    const Json params = JsonObject{{"c", 2}};
    const Json codes = JsonObject{{"rows", 3}};
    for (const Json& winner : {Json(nullptr), Json(JsonObject{{"model", JsonObject{{"params", params}}}})}) {
        const Names scope({{"country", "NO"}, {"trial", 3}, {"params", defaults_of(*train)}, {"winner", winner},
                           {"tasks", JsonObject{{"prepare", succeeded({{"train", dataset}, {"codes", codes}})}}}});
        const Json input = input_of(*train, "tune", scope);
        EXPECT_EQ(input.at("trial"), 3);
        EXPECT_EQ(input.at("codes"), codes);
        EXPECT_EQ(input.at("champion"), winner.is_null() ? Json(nullptr) : winner.at("model"));
    }
}

TEST(ShippedWorkflows, AChallengerIsComparedWithTheModelInForceEvenIfItIsTheSameOneAndElseWithNothing) {
    const auto evaluate = load(folder / "evaluate.yaml");
    ASSERT_NE(evaluate, nullptr);
    const Json child = succeeded({{"outputs", JsonObject{{"predict", JsonObject{{"NO", JsonObject{{"predictions", dataset}, {"model", model}}}}}}}});
    const Json score = succeeded({{"model", model}, {"metrics", JsonObject{{"macro_f1", 0.9}}}});
    struct Case {
        bool scored;  // the champion's branch ran
        Json winner;
        bool compared;
    };
    const Json same = JsonObject{{"model", model}};
    const Json other = JsonObject{{"model", JsonObject{{"id", "m-of-another-month"}}}};
    for (const auto& [champion, winner, compared] : {Case{false, nullptr, false}, Case{false, same, true}, Case{true, other, true}}) {
        const Names scope({{"country", "NO"}, {"params", defaults_of(*evaluate, {{"country", "NO"}, {"model", model}, {"holdout", dataset}})},
                           {"winner", winner},
                           {"tasks", JsonObject{{"challenger", child}, {"score_challenger", score},
                                                {"champion", champion ? child : skipped}, {"score_champion", champion ? score : skipped}}}});
        const Json input = input_of(*evaluate, "compare", scope);
        EXPECT_EQ(input.at_pointer("/challenger/predictions"), dataset);
        EXPECT_EQ(input.at("champion").is_null(), !compared) << champion;
    }
}

TEST(ShippedWorkflows, GivenItemsAreClassifiedWithTheGivenModelAndNothingIsExtracted) {
    const auto infer = load(folder / "infer.yaml");
    ASSERT_NE(infer, nullptr);
    const Json params = defaults_of(*infer, {{"countries", {"NO"}}, {"items", dataset}, {"model", model}, {"purpose", "evaluation"}});
    const Names scope({{"country", "NO"}, {"params", params}, {"winner", nullptr}, {"run", run},
                       {"tasks", JsonObject{{"extract", skipped}, {"prepare", succeeded({{"items", dataset}, {"codes", nullptr}, {"crosswalk", nullptr}, {"list", nullptr}, {"usable", true}})}}}});
    EXPECT_EQ(input_of(*infer, "prepare", scope).at("dataset"), dataset);
    EXPECT_EQ(input_of(*infer, "predict", scope).at("model"), model);
    const Result<Json> countries = core::expr::render(infer->partition_over, scope);
    ASSERT_TRUE(countries) << describe(countries.error());
    EXPECT_EQ(*countries, Json({"NO"}));
}

}  // namespace
}  // namespace kontor
