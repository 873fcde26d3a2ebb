#include "tasks/model/model_object.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "tasks/csv/data_file.hpp"
#include "tasks/ml/digest.hpp"

namespace kontor::tasks::model {
namespace {

// The largest that weights_max of the linear family allows is a fifth of it.
constexpr std::size_t model_bytes_max = std::size_t{1} << 30U;
constexpr std::size_t piece_bytes = std::size_t{1} << 20U;
constexpr std::array<std::string_view, 5> metric_names{"macro_f1", "weighted_f1", "accuracy", "log_loss", "ece"};

[[noreturn]] void wrong(const std::string& what) { throw sdk::TaskFailure(sdk::FailureClass::Config, what); }

sdk::ObjectRef store_text(sdk::TaskContext& context, std::string_view name, std::string_view bytes) {
    auto writer = context.objects().create("model", csv::object_country(context.identity()), name);
    for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
        writer->write(std::as_bytes(std::span(bytes).subspan(at, std::min(piece_bytes, bytes.size() - at))));
    }
    return writer->commit();
}

}  // namespace

std::string read_object(sdk::Objects& objects, const sdk::ObjectRef& object, const std::string& what) {
    const auto reader = objects.open(object);
    std::string bytes;
    while (true) {
        const std::size_t before = bytes.size();
        if (before > model_bytes_max) {
            throw sdk::TaskFailure(sdk::FailureClass::Data, what + " is larger than any Kontor writes");
        }
        bytes.resize(before + piece_bytes);
        const std::size_t got = reader->read(std::as_writable_bytes(std::span(bytes).subspan(before)));
        bytes.resize(before + got);
        if (got == 0) {
            return bytes;
        }
    }
}

sdk::Json to_json(const ModelRef& model) {
    sdk::JsonObject told{
        {"id", model.id}, {"object", sdk::to_json(model.object)}, {"family", model.family}, {"params", model.params}};
    if (!model.profile.is_null()) {
        told["profile"] = model.profile;
    }
    if (!model.list.is_null()) {
        told["list"] = model.list;
    }
    return told;
}

ModelRef model_ref_from(const sdk::Json& value, std::string_view what) {
    const auto* object = value.if_object();
    const sdk::Json* id = object == nullptr ? nullptr : object->if_contains("id");
    const sdk::Json* stored = object == nullptr ? nullptr : object->if_contains("object");
    const sdk::Json* family = object == nullptr ? nullptr : object->if_contains("family");
    if (id == nullptr || stored == nullptr || family == nullptr || !id->is_string() || !family->is_string()) {
        wrong(std::string(what) + " must be a model ({id, object, family}), as model.choose and `winner` give it");
    }
    ModelRef model{
        std::string(id->get_string()),
        sdk::object_ref_from(*stored, std::string(what) + ".object"),
        std::string(family->get_string())};
    if (model.id != ml::model_id(model.object.sha256)) {
        wrong(std::string(what) + " names the model " + model.id + " but an object of another: take both from one output");
    }
    if (const sdk::Json* params = object->if_contains("params"); params != nullptr && params->is_object()) {
        model.params = *params;
    }
    if (const sdk::Json* profile = object->if_contains("profile"); profile != nullptr && profile->is_object()) {
        model.profile = *profile;
    }
    if (const sdk::Json* list = object->if_contains("list"); list != nullptr && list->is_object()) {
        model.list = *list;
    }
    return model;
}

ModelRef store_model(sdk::TaskContext& context, const ml::Model& model, const sdk::JsonObject& params) {
    return store_model_file(context, ml::save_model(model, params), model.family(), params);
}

ModelRef store_model_file(sdk::TaskContext& context, std::string_view bytes, std::string_view family, const sdk::Json& params) {
    ModelRef stored;
    stored.object = store_text(context, "model.kontor", bytes);
    stored.id = ml::model_id(stored.object.sha256);
    stored.family = family;
    stored.params = params;
    return stored;
}

std::unique_ptr<ml::Model> open_model(sdk::TaskContext& context, const ModelRef& model) {
    return open_model(context.objects(), model, context.cores());
}

std::string read_model(sdk::Objects& objects, const ModelRef& model) {
    std::string bytes = read_object(objects, model.object, "the model " + model.id);
    // XGBoost crashes on edited files: nothing is parsed before the bytes are known to be the registered ones.
    if (ml::sha256_hex(bytes) != model.object.sha256) {
        throw sdk::TaskFailure(sdk::FailureClass::Data, "the model " + model.id + " is not what was registered");
    }
    return bytes;
}

std::unique_ptr<ml::Model> open_model(sdk::Objects& objects, const ModelRef& model, int threads) {
    return ml::load_model(read_model(objects, model), threads).model;
}

void store_profile(sdk::TaskContext& context, const ml::Profile& profile, ModelRef& model) {
    model.profile = sdk::to_json(store_text(context, "profile.json", boost::json::serialize(ml::to_json(profile))));
}

ml::Profile open_profile(sdk::Objects& objects, const ModelRef& model) {
    const std::string bytes = read_object(objects, sdk::object_ref_from(model.profile, "the model's profile"), "the profile of model " + model.id);
    boost::system::error_code error;
    const sdk::Json stored = boost::json::parse(bytes, error);
    if (error) {
        throw sdk::TaskFailure(sdk::FailureClass::Data, "the profile of model " + model.id + " is not what was stored: train the country again");
    }
    return ml::profile_from(stored);
}

ml::FitControl fit_control(sdk::TaskContext& context) {
    const double seconds = sdk::number_input_or(context.input(), "checkpoint_seconds", 10);
    if (!(seconds >= 0)) {
        wrong("with.checkpoint_seconds must be 0 or more");
    }
    ml::FitControl control;
    control.threads = context.cores();
    control.seed = context.seed();
    control.stop_point = [&context] { context.stop_point(); };
    control.progress = [&context](double fraction, std::string_view what) { context.progress(fraction, what); };
    control.say = [&context](std::string_view line) { context.log(sdk::LogLevel::Info, line); };
    control.checkpoint = [&context] { return context.checkpoint(); };
    const std::chrono::duration<double> between(seconds);
    control.keep_checkpoint = [&context, between, last = std::chrono::steady_clock::now()](const auto& bytes) mutable {
        if (const auto now = std::chrono::steady_clock::now(); now - last >= between) {
            context.keep_checkpoint(bytes());
            last = now;
        }
    };
    return control;
}

double metric_of(const sdk::Json& metrics, std::string_view name, std::string_view what) {
    const auto* object = metrics.if_object();
    const sdk::Json* value = object == nullptr ? nullptr : object->if_contains(name);
    if (value == nullptr || !value->is_number()) {
        wrong(std::string(what) + " has no metric \"" + std::string(name) + "\"");
    }
    return value->to_number<double>();
}

std::string metric_name(const sdk::JsonObject& input, std::string_view member) {
    std::string name = sdk::text_input_or(input, member, "macro_f1");
    if (std::find(metric_names.begin(), metric_names.end(), name) == metric_names.end()) {
        wrong("\"" + std::string(member) + "\" must be macro_f1, weighted_f1, accuracy, log_loss or ece, not " + name);
    }
    return name;
}

bool is_better(std::string_view metric, double a, double than_b) {
    return metric == "log_loss" || metric == "ece" ? a < than_b : a > than_b;
}

}  // namespace kontor::tasks::model
