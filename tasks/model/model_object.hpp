// Models as objects: `{"id", "object", "family", "params"}` in inputs and outputs, and `list` when it is bound to a code list.
// Thread: the task's own.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tasks/ml/model.hpp"
#include "tasks/ml/profile.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::model {

struct ModelRef {
    std::string id;
    sdk::ObjectRef object;
    std::string family;
    sdk::Json params = sdk::JsonObject();
    sdk::Json profile{};  // where the profile of its training rows lies (an object); null: it has none
    sdk::Json list{};  // the code list that it was trained for, as dataset.prepare tells it; null: not known
};
sdk::Json to_json(const ModelRef& model);
// Errors: TaskFailure(Config) when `value` is no model, or its id is not that of its object.
ModelRef model_ref_from(const sdk::Json& value, std::string_view what);

ModelRef store_model(sdk::TaskContext& context, const ml::Model& model, const sdk::JsonObject& params);
// Requires: `bytes` are as save_model gives them.
ModelRef store_model_file(sdk::TaskContext& context, std::string_view bytes, std::string_view family, const sdk::Json& params);
// All of an object. Errors: TaskFailure(Data) when it is larger than any that Kontor writes.
std::string read_object(sdk::Objects& objects, const sdk::ObjectRef& object, const std::string& what);
// The model's file. Errors: TaskFailure(Data) when the bytes are not those that were stored.
std::string read_model(sdk::Objects& objects, const ModelRef& model);
// Errors: those of read_model.
std::unique_ptr<ml::Model> open_model(sdk::TaskContext& context, const ModelRef& model);
// The same for whoever has objects and is no task. `threads`: of one prediction.
std::unique_ptr<ml::Model> open_model(sdk::Objects& objects, const ModelRef& model, int threads);

// What the training rows looked like. Its place goes into model.profile.
void store_profile(sdk::TaskContext& context, const ml::Profile& profile, ModelRef& model);
// Requires: model.profile is not null. Errors: TaskFailure(Data) when it is not what was stored.
ml::Profile open_profile(sdk::Objects& objects, const ModelRef& model);

// Progress and stop of the task, as fitting wants them.
ml::FitControl fit_control(sdk::TaskContext& context);

// The fault-tolerant reading of metrics that other tasks put out. Errors: TaskFailure(Config).
double metric_of(const sdk::Json& metrics, std::string_view name, std::string_view what);
// The metrics that rules and choices may name. Errors: TaskFailure(Config).
std::string metric_name(const sdk::JsonObject& input, std::string_view member);
bool is_better(std::string_view metric, double a, double than_b);

}  // namespace kontor::tasks::model
