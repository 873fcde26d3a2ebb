#include "tasks/ml/schema.hpp"

#include <set>

namespace kontor::ml {
namespace {

[[noreturn]] void wrong(const std::string& what) {
    throw sdk::TaskFailure(
        sdk::FailureClass::Config,
        "with.schema " + what +
            ": it reads {id: item_id, text: [title], numeric: [price], categorical: [brand], label: code}"
    );
}

std::string text_of(const sdk::Json& value, std::string_view name) {
    if (!value.is_string() || value.get_string().empty()) {
        wrong("needs a column name for \"" + std::string(name) + "\"");
    }
    return std::string(value.get_string());
}

std::vector<std::string> list_of(const sdk::JsonObject& object, std::string_view name) {
    std::vector<std::string> columns;
    const sdk::Json* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) {
        return columns;
    }
    if (!value->is_array()) {
        wrong("needs a list of column names for \"" + std::string(name) + "\"");
    }
    for (const sdk::Json& column : value->get_array()) {
        columns.push_back(text_of(column, name));
    }
    return columns;
}

}  // namespace

bool Schema::same_features(const Schema& other) const {
    return text == other.text && numeric == other.numeric && categorical == other.categorical;
}

Schema schema_from(const sdk::Json& value) {
    const auto* object = value.if_object();
    if (object == nullptr) {
        wrong("must be an object");
    }
    for (const auto& member : *object) {
        static const std::set<std::string_view> known{"id", "text", "numeric", "categorical", "label"};
        if (!known.contains(member.key())) {
            wrong("has an unknown member \"" + std::string(member.key()) + "\"");
        }
    }
    Schema schema;
    const sdk::Json* id = object->if_contains("id");
    schema.id = id == nullptr ? "" : text_of(*id, "id");
    if (schema.id.empty()) {
        wrong("must name the column of the item's id as \"id\"");
    }
    schema.text = list_of(*object, "text");
    schema.numeric = list_of(*object, "numeric");
    schema.categorical = list_of(*object, "categorical");
    if (const sdk::Json* label = object->if_contains("label"); label != nullptr && !label->is_null()) {
        schema.label = text_of(*label, "label");
    }
    std::set<std::string_view> seen{schema.id};
    const auto once = [&seen](const std::string& column) {
        if (!seen.insert(column).second) {
            wrong("gives the column \"" + column + "\" two roles");
        }
    };
    for (const auto* list : {&schema.text, &schema.numeric, &schema.categorical}) {
        for (const std::string& column : *list) {
            once(column);
        }
    }
    if (seen.size() == 1) {
        wrong("names no text, numeric or categorical column to learn from");
    }
    if (!schema.label.empty()) {
        once(schema.label);
    }
    return schema;
}

sdk::Json to_json(const Schema& schema) {
    const auto list = [](const std::vector<std::string>& columns) {
        return sdk::JsonArray(columns.begin(), columns.end());
    };
    sdk::JsonObject object{
        {"id", schema.id},
        {"text", list(schema.text)},
        {"numeric", list(schema.numeric)},
        {"categorical", list(schema.categorical)}};
    if (!schema.label.empty()) {
        object["label"] = schema.label;
    }
    return object;
}

}  // namespace kontor::ml
