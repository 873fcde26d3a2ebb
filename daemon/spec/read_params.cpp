// Parameters with their JSON Schemas, of a workflow or of a template.
#include "core/schema/schema.hpp"
#include "spec/draft.hpp"

namespace kontor::spec {
namespace {

Json required_of(Context& context, const YamlNode& params, const JsonObject& properties, const std::vector<std::string>& names) {
    JsonArray required;
    const YamlEntry* list = params.find("required");
    if (list != nullptr && list->value->kind == YamlNode::Kind::List) {
        for (const Named& name : read_names(context, *list)) {
            if (!properties.contains(name.text)) {
                context.out.add_unknown(name.offset, "there is no parameter '" + name.text + "'", name.text, names);
            }
            required.emplace_back(name.text);
        }
    }
    return required;
}

}  // namespace

Json read_params(Context& context, const YamlNode& owner, std::vector<std::string>& names) {
    JsonObject properties;
    Json required = JsonArray{};
    const YamlEntry* params = owner.find("params");
    if (params != nullptr && expect_map(context, *params->value, "'params'")) {
        for (const YamlEntry& entry : params->value->entries) {
            if (entry.key == "required" && entry.value->kind == YamlNode::Kind::List) {
                continue;  // a list beside the parameters, and none of them
            }
            properties.emplace(entry.key, to_json(*entry.value, context.out));
            names.push_back(entry.key);
            const auto valid = core::schema::check_schema(properties.at(entry.key));
            for (const ErrorDetail& detail : valid ? std::vector<ErrorDetail>() : valid.error().details) {
                const Place place = find_place(*entry.value, detail.pointer);
                context.out.add(
                    detail.pointer.empty() ? entry.value->offset : place.key_offset,
                    "parameter '" + entry.key + "'" + detail.pointer + ": " + detail.message
                );
            }
        }
        required = required_of(context, *params->value, properties, names);
    }
    JsonObject schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.as_array().empty()) {
        schema.emplace("required", std::move(required));
    }
    return schema;
}

}  // namespace kontor::spec
