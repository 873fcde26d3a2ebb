#include "engine/effect_json.hpp"

namespace kontor::engine {
namespace {

std::int64_t number(const Json& stored, std::string_view name) {
    const Json* found = member(stored, name);
    return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

Json any(const Json& stored, std::string_view name) {
    const Json* found = member(stored, name);
    return found == nullptr ? Json() : *found;
}

sdk::ObjectRef object_of(const Json& stored) {
    const Json object = any(stored, "object");
    return {text_member(object, "key"), text_member(object, "sha256"), number(object, "bytes")};
}

}  // namespace

Json repeatable(const std::vector<sdk::Effect>& effects) {
    JsonArray list;
    for (const sdk::Effect& each : effects) {
        if (const auto* data = std::get_if<sdk::DatasetRegistered>(&each)) {
            list.push_back(JsonObject{
                {"effect", "dataset"}, {"country", data->country}, {"kind", data->kind}, {"object", sdk::to_json(data->object)},
                {"rows", data->rows}, {"quarantined", data->quarantined}, {"details", data->details}
            });
        } else if (const auto* model = std::get_if<sdk::ModelRegistered>(&each)) {
            list.push_back(JsonObject{
                {"effect", "model"}, {"model", model->model}, {"country", model->country}, {"family", model->family},
                {"object", sdk::to_json(model->object)}, {"params", model->params}, {"metrics", model->metrics}
            });
        } else if (const auto* score = std::get_if<sdk::ModelScored>(&each)) {
            list.push_back(JsonObject{
                {"effect", "score"}, {"model", score->model}, {"country", score->country}, {"dataset_sha256", score->dataset_sha256},
                {"rows", score->rows}, {"metrics", score->metrics}
            });
        }
    }
    return list;
}

std::optional<sdk::Effect> effect_from(const Json& stored) {
    const std::string kind = text_member(stored, "effect");
    const std::string country = text_member(stored, "country");
    if (kind == "dataset") {
        return sdk::DatasetRegistered{
            country, text_member(stored, "kind"), object_of(stored), number(stored, "rows"),
            number(stored, "quarantined"), any(stored, "details")
        };
    }
    if (kind == "model") {
        return sdk::ModelRegistered{
            text_member(stored, "model"), country, text_member(stored, "family"), object_of(stored),
            any(stored, "params"), any(stored, "metrics")
        };
    }
    if (kind == "score") {
        return sdk::ModelScored{
            text_member(stored, "model"), country, text_member(stored, "dataset_sha256"), number(stored, "rows"), any(stored, "metrics")
        };
    }
    return std::nullopt;
}

}  // namespace kontor::engine
