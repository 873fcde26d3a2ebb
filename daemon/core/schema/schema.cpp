#include "core/schema/schema.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>

#include "base/nearest.hpp"
#include "base/limits.hpp"
#include "core/expr/value.hpp"
#include "core/schema/keywords.hpp"

namespace kontor::core::schema {
namespace {

using expr::compare_numbers;
using expr::is_number;

// More faults than a person mends at once.
constexpr std::size_t faults_max = 20;

std::string text_of(const Json& value) {
    std::string text = to_text(value);
    if (text.size() > 60) {
        text.resize(60);
        text = storable(text) + "...";
    }
    return text;
}

class Validator {
 public:
    std::vector<ErrorDetail> faults;

    void check(const Json& schema, const Json& value, const std::string& pointer) {
        if (faults.size() >= faults_max || depth_ > limits::json_depth_max) {
            return;
        }
        if (schema.is_bool()) {
            if (!schema.get_bool()) {
                fault(pointer, "nothing is allowed here");
            }
            return;
        }
        ++depth_;
        if (check_type(schema, value, pointer)) {
            check_choice(schema, value, pointer);
            if (is_number(value)) {
                check_number(schema, value, pointer);
            } else if (value.is_string()) {
                check_text(schema, value.get_string(), pointer);
            } else if (value.is_array()) {
                check_list(schema, value.get_array(), pointer);
            } else if (value.is_object()) {
                check_object(schema, value.get_object(), pointer);
            }
        }
        --depth_;
    }

 private:
    void fault(const std::string& pointer, std::string message) {
        if (faults.size() < faults_max) {
            faults.push_back({pointer, std::move(message)});
        }
    }

    bool check_type(const Json& schema, const Json& value, const std::string& pointer) {
        const Json* type = member(schema, "type");
        if (type == nullptr || matches_type(*type, value)) {
            return true;
        }
        fault(pointer, "must be " + describe_type(*type) + ", not " + std::string(expr::type_name(value)));
        return false;
    }

    void check_choice(const Json& schema, const Json& value, const std::string& pointer) {
        const Json* only = member(schema, "const");
        if (only != nullptr && !expr::equal(*only, value)) {
            fault(pointer, "must be " + text_of(*only));
        }
        const Json* choices = member(schema, "enum");
        if (choices == nullptr || !choices->is_array()) {
            return;
        }
        const auto& list = choices->get_array();
        const bool found = std::any_of(list.begin(), list.end(), [&](const Json& choice) {
            return expr::equal(choice, value);
        });
        if (!found) {
            fault(pointer, "must be one of " + text_of(*choices) + ", not " + text_of(value));
        }
    }

    void check_number(const Json& schema, const Json& value, const std::string& pointer) {
        const auto bound = [&](std::string_view keyword, auto holds, std::string_view words) {
            const Json* limit = member(schema, keyword);
            if (limit != nullptr && is_number(*limit) && !holds(compare_numbers(value, *limit))) {
                fault(pointer, "must be " + std::string(words) + " " + to_text(*limit) + ", not " + to_text(value));
            }
        };
        bound("minimum", [](auto order) { return order >= 0; }, "at least");
        bound("maximum", [](auto order) { return order <= 0; }, "at most");
        bound("exclusiveMinimum", [](auto order) { return order > 0; }, "more than");
        bound("exclusiveMaximum", [](auto order) { return order < 0; }, "less than");
    }

    // The keyword's count when it is there, else nullopt.
    static std::optional<std::uint64_t> count_of(const Json& schema, std::string_view keyword) {
        const Json* count = member(schema, keyword);
        if (count == nullptr || !count->is_int64() || count->get_int64() < 0) {
            return std::nullopt;
        }
        return static_cast<std::uint64_t>(count->get_int64());
    }

    void check_count(
        const Json& schema, std::uint64_t count, const std::string& pointer, std::string_view least,
        std::string_view most, std::string_view noun
    ) {
        if (const auto limit = count_of(schema, least); limit && count < *limit) {
            fault(pointer, "must have at least " + std::to_string(*limit) + " " + std::string(noun));
        }
        if (const auto limit = count_of(schema, most); limit && count > *limit) {
            fault(pointer, "must have at most " + std::to_string(*limit) + " " + std::string(noun));
        }
    }

    void check_text(const Json& schema, std::string_view text, const std::string& pointer) {
        const auto characters = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
        check_count(schema, static_cast<std::uint64_t>(characters), pointer, "minLength", "maxLength", "characters");
        if (const Json* pattern = member(schema, "pattern"); pattern != nullptr && pattern->is_string()) {
            const auto compiled = compile_pattern(pattern->get_string());
            if (!compiled || !re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), **compiled)) {
                fault(pointer, text_of(Json(text)) + " does not match " + std::string(pattern->get_string()));
            }
        }
        const std::string format = text_member(schema, "format");
        if (!format.empty() && !has_format(format, text)) {
            fault(pointer, text_of(Json(text)) + " is no " + format);
        }
    }

    void check_list(const Json& schema, const JsonArray& list, const std::string& pointer) {
        check_count(schema, list.size(), pointer, "minItems", "maxItems", "items");
        const Json* unique = member(schema, "uniqueItems");
        if (unique != nullptr && unique->is_bool() && unique->get_bool()) {
            check_unique(list, pointer);
        }
        if (const Json* items = member(schema, "items")) {
            for (std::size_t i = 0; i < list.size() && faults.size() < faults_max; ++i) {
                check(*items, list[i], pointer + "/" + std::to_string(i));
            }
        }
    }

    void check_unique(const JsonArray& list, const std::string& pointer) {
        // By canonical text, so that a long list costs n log n. 1 and 1.0 are one value in JSON Schema.
        std::vector<std::pair<std::string, std::size_t>> texts;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const Json& item = list[i];
            const bool whole = item.is_double() && std::trunc(item.get_double()) == item.get_double() &&
                               std::fabs(item.get_double()) < 0x1p53;
            texts.emplace_back(
                whole ? std::to_string(static_cast<std::int64_t>(item.get_double())) : to_canonical_text(item), i
            );
        }
        std::sort(texts.begin(), texts.end());
        for (std::size_t i = 1; i < texts.size(); ++i) {
            if (texts[i].first == texts[i - 1].first) {
                fault(pointer + "/" + std::to_string(texts[i].second), "stands twice in the list");
            }
        }
    }

    void check_object(const Json& schema, const JsonObject& object, const std::string& pointer) {
        if (const Json* required = member(schema, "required"); required != nullptr && required->is_array()) {
            for (const Json& name : required->get_array()) {
                if (name.is_string() && !object.contains(name.get_string())) {
                    fault(pointer, "'" + std::string(name.get_string()) + "' is missing");
                }
            }
        }
        const Json* properties = member(schema, "properties");
        const Json* additional = member(schema, "additionalProperties");
        for (const auto& entry : object) {
            const std::string inside = pointer + "/" + escape_pointer(entry.key());
            const Json* known = properties == nullptr ? nullptr : member(*properties, entry.key());
            if (known != nullptr) {
                check(*known, entry.value(), inside);
            } else if (additional != nullptr && additional->is_bool() && !additional->get_bool()) {
                fault(inside, "there is no '" + storable(entry.key()) + "' here" + hint(properties, entry.key()));
            } else if (additional != nullptr) {
                check(*additional, entry.value(), inside);
            }
        }
    }

    static std::string hint(const Json* properties, std::string_view name) {
        std::vector<std::string> known;
        if (properties != nullptr && properties->is_object()) {
            for (const auto& entry : properties->get_object()) {
                known.emplace_back(entry.key());
            }
        }
        const std::string said = suggestion(name, known);
        return said.empty() ? "" : "; " + said;
    }

    std::size_t depth_ = 0;
};

}  // namespace

Result<void> validate(const Json& schema, const Json& value) {
    Validator validator;
    validator.check(schema, value, "");
    if (validator.faults.empty()) {
        return {};
    }
    const ErrorDetail& first = validator.faults.front();
    Error error = invalid("schema", (first.pointer.empty() ? "the value" : first.pointer) + " " + first.message);
    error.details = std::move(validator.faults);
    return error;
}

Json with_defaults(const Json& schema, Json value) {
    const Json* properties = member(schema, "properties");
    if (properties == nullptr || !properties->is_object() || !value.is_object()) {
        return value;
    }
    JsonObject& object = value.get_object();
    for (const auto& entry : properties->get_object()) {
        if (Json* present = object.if_contains(entry.key())) {
            *present = with_defaults(entry.value(), std::move(*present));
        } else if (const Json* otherwise = member(entry.value(), "default")) {
            object.emplace(entry.key(), *otherwise);
        }
    }
    return value;
}

}  // namespace kontor::core::schema
