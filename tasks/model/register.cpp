#include "tasks/model/register.hpp"

#include <boost/json/parse.hpp>
#include <memory>

#include "tasks/model/tasks.hpp"

namespace kontor::tasks::model {
namespace {

using Run = sdk::Outcome (*)(sdk::TaskContext&);

class RunTask final : public sdk::Task {
 public:
    explicit RunTask(Run body) : body_(body) {}
    sdk::Outcome run(sdk::TaskContext& context) override { return body_(context); }

 private:
    Run body_;
};

sdk::TaskType task(std::string name, std::string summary, std::string role, std::string_view schema, Run run, bool repeatable = false) {
    return {
        std::move(name),
        std::move(summary),
        boost::json::parse(schema),
        std::move(role),
        sdk::Pool::Compute,
        1,
        [run] { return std::make_unique<RunTask>(run); },
        repeatable};
}

constexpr std::string_view trial_schema = R"({
    "type": "object", "required": ["train", "schema", "trial"], "additionalProperties": false,
    "properties": {
        "train": {"type": "object"}, "schema": {"type": "object"}, "trial": {"type": ["integer", "string"]},
        "families": {"type": "array", "minItems": 1, "items": {"enum": ["linear", "softprob", "rerank", "constant"]}},
        "codes": {"type": ["object", "null"]}, "champion": {"type": ["object", "null"]}, "seed": {"type": "integer"},
        "min_class_rows": {"type": "integer", "minimum": 1},
        "metric": {"enum": ["macro_f1", "weighted_f1", "accuracy", "log_loss", "ece"]},
        "sampler": {"enum": ["tpe", "random"]}, "history": {"type": ["array", "null"]}, "prune": {"type": "boolean"},
        "budget_seconds": {"type": "number", "minimum": 0},
        "keep": {"type": "boolean"}, "cores": {"type": "integer", "minimum": 1},
        "checkpoint_seconds": {"type": "number", "minimum": 0}
    }})";
constexpr std::string_view choose_schema = R"({
    "type": "object", "required": ["trials", "train", "schema"], "additionalProperties": false,
    "properties": {
        "trials": {"type": "array"}, "train": {"type": "object"}, "schema": {"type": "object"},
        "codes": {"type": ["object", "null"]}, "list": {"type": ["object", "null"]},
        "metric": {"enum": ["macro_f1", "weighted_f1", "accuracy", "log_loss", "ece"]},
        "refit": {"type": "boolean"}, "min_class_rows": {"type": "integer", "minimum": 1},
        "cores": {"type": "integer", "minimum": 1}, "checkpoint_seconds": {"type": "number", "minimum": 0}
    }})";
constexpr std::string_view predict_schema = R"({
    "type": "object", "required": ["items", "model", "schema"], "additionalProperties": false,
    "properties": {
        "items": {"type": "object"}, "model": {"type": "object"}, "schema": {"type": "object"},
        "codes": {"type": ["object", "null"]}, "crosswalk": {"type": ["object", "null"]}, "list": {"type": ["object", "null"]},
        "outdated_model": {"enum": ["crosswalk", "review"]}, "split_share": {"type": "number", "minimum": 0.5, "maximum": 1},
        "threshold": {"type": "number", "minimum": 0, "maximum": 1},
        "top": {"type": "integer", "minimum": 1, "maximum": 100}, "cores": {"type": "integer", "minimum": 1}
    }})";
constexpr std::string_view score_schema = R"({
    "type": "object", "required": ["predictions", "truth", "model", "schema"], "additionalProperties": false,
    "properties": {
        "predictions": {"type": "object"}, "truth": {"type": "object"}, "model": {"type": "object"},
        "schema": {"type": "object"}
    }})";
constexpr std::string_view compare_schema = R"({
    "type": "object", "required": ["challenger", "truth", "schema"], "additionalProperties": false,
    "properties": {
        "challenger": {"type": "object"}, "champion": {"type": ["object", "null"]}, "truth": {"type": "object"},
        "schema": {"type": "object"},
        "rule": {"type": ["object", "null"], "additionalProperties": false, "properties": {
            "metric": {"enum": ["macro_f1", "weighted_f1", "accuracy", "log_loss", "ece"]},
            "margin": {"type": "number"}, "confidence": {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
            "critical": {"type": "array", "items": {"type": "string"}}, "critical_margin": {"type": "number", "minimum": 0},
            "min_rows": {"type": "integer", "minimum": 0}}}
    }})";
constexpr std::string_view promote_schema = R"({
    "type": "object", "required": ["comparison", "model"], "additionalProperties": false,
    "properties": {
        "comparison": {"type": "object"}, "model": {"type": "object"}, "metrics": {"type": ["object", "null"]}
    }})";

}  // namespace

void register_tasks(sdk::TaskRegistry& registry) {
    registry.add(task(
        "model.trial", "Learns one family with one set of parameters and measures it", "trainer", trial_schema, &run_trial, true
    ));
    registry.add(task(
        "model.choose", "Takes the best trial and learns it on all training rows", "trainer", choose_schema, &run_choose, true
    ));
    registry.add(task(
        "model.predict", "Gives every item a code with its probability", "predictor", predict_schema, &run_predict
    ));
    registry.add(task(
        "model.score", "Measures predictions against the truth", "evaluator", score_schema, &run_score, true
    ));
    registry.add(task(
        "model.compare", "Compares challenger and champion on the same rows", "evaluator", compare_schema, &run_compare
    ));
    registry.add(task(
        "model.promote", "Makes the comparison's winner the model in force", "evaluator", promote_schema, &run_promote
    ));
}

}  // namespace kontor::tasks::model
