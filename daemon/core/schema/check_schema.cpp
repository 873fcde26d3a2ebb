// Is a schema one that the subset understands? A keyword that would be ignored is refused: it would promise a check nobody does.
#include <algorithm>
#include <array>
#include <set>

#include "base/limits.hpp"
#include "base/nearest.hpp"
#include "core/expr/value.hpp"
#include "core/schema/keywords.hpp"
#include "core/schema/schema.hpp"

namespace kontor::core::schema {
namespace {

enum class Takes { Type, Schemas, Names, SchemaOrBool, AnyList, Anything, Number, Count, Pattern, Flag, Format, Text };

struct Keyword {
    std::string_view name;
    Takes takes;
};

constexpr std::array<Keyword, 23> keywords{{
    {"type", Takes::Type},
    {"properties", Takes::Schemas},
    {"required", Takes::Names},
    {"additionalProperties", Takes::SchemaOrBool},
    {"items", Takes::SchemaOrBool},
    {"enum", Takes::AnyList},
    {"const", Takes::Anything},
    {"minimum", Takes::Number},
    {"maximum", Takes::Number},
    {"exclusiveMinimum", Takes::Number},
    {"exclusiveMaximum", Takes::Number},
    {"minLength", Takes::Count},
    {"maxLength", Takes::Count},
    {"pattern", Takes::Pattern},
    {"minItems", Takes::Count},
    {"maxItems", Takes::Count},
    {"uniqueItems", Takes::Flag},
    {"format", Takes::Format},
    {"default", Takes::Anything},
    {"title", Takes::Text},
    {"description", Takes::Text},
    {"examples", Takes::AnyList},
    {"$schema", Takes::Text},
}};

std::vector<std::string> keyword_names() {
    std::vector<std::string> names;
    for (const Keyword& keyword : keywords) {
        names.emplace_back(keyword.name);
    }
    return names;
}

class Checker {
 public:
    std::vector<ErrorDetail> faults;

    void check(const Json& schema, const std::string& pointer, std::size_t depth) {
        if (depth > limits::json_depth_max) {
            fault(pointer, "nests too deep");
            return;
        }
        if (schema.is_bool()) {
            return;
        }
        if (!schema.is_object()) {
            fault(pointer, "a schema is a map such as {type: integer}, not " + std::string(expr::type_name(schema)));
            return;
        }
        for (const auto& entry : schema.get_object()) {
            const std::string inside = pointer + "/" + escape_pointer(entry.key());
            const auto* found = std::find_if(keywords.begin(), keywords.end(), [&](const Keyword& keyword) {
                return keyword.name == std::string_view(entry.key());
            });
            if (found == keywords.end()) {
                const std::string hint = nearest(entry.key(), keyword_names());
                fault(
                    inside, "'" + storable(entry.key()) + "' is no keyword of the supported JSON Schema subset" +
                                (hint.empty() ? "" : "; did you mean '" + hint + "'?")
                );
            } else {
                check_keyword(found->takes, entry.value(), inside, depth);
            }
        }
        // A default that its own schema refuses would fail every submission.
        const Json* otherwise = member(schema, "default");
        if (otherwise != nullptr && faults.empty()) {
            if (const auto valid = validate(schema, *otherwise); !valid) {
                fault(pointer + "/default", "does not satisfy its own schema: " + valid.error().message);
            }
        }
    }

 private:
    void fault(const std::string& pointer, std::string message) { faults.push_back({pointer, std::move(message)}); }

    void expect(bool good, const std::string& pointer, std::string_view words) {
        if (!good) {
            fault(pointer, "must be " + std::string(words));
        }
    }

    void check_keyword(Takes takes, const Json& value, const std::string& pointer, std::size_t depth) {
        switch (takes) {
            case Takes::Type: check_type(value, pointer); return;
            case Takes::Schemas:
                expect(value.is_object(), pointer, "a map from names to schemas");
                if (value.is_object()) {
                    for (const auto& entry : value.get_object()) {
                        check(entry.value(), pointer + "/" + escape_pointer(entry.key()), depth + 2);
                    }
                }
                return;
            case Takes::Names: check_names(value, pointer); return;
            case Takes::SchemaOrBool: check(value, pointer, depth + 1); return;
            case Takes::AnyList:
                expect(value.is_array() && !value.get_array().empty(), pointer, "a list that is not empty");
                return;
            case Takes::Anything: return;
            case Takes::Number: expect(value.is_number(), pointer, "a number"); return;
            case Takes::Count:
                expect(value.is_int64() && value.get_int64() >= 0, pointer, "a whole number, zero or more");
                return;
            case Takes::Pattern: check_pattern(value, pointer); return;
            case Takes::Flag: expect(value.is_bool(), pointer, "true or false"); return;
            case Takes::Format:
                expect(value.is_string() && is_known_format(value.get_string()), pointer, "date, date-time or uri");
                return;
            case Takes::Text: expect(value.is_string(), pointer, "a text"); return;
        }
        KONTOR_UNREACHABLE();
    }

    void check_type(const Json& value, const std::string& pointer) {
        constexpr std::string_view words =
            "null, boolean, integer, number, string, array or object, or a list of these";
        const auto known = [](const Json& name) { return name.is_string() && is_type_name(name.get_string()); };
        if (const auto* list = value.if_array()) {
            expect(!list->empty() && std::all_of(list->begin(), list->end(), known), pointer, words);
        } else {
            expect(known(value), pointer, words);
        }
    }

    void check_names(const Json& value, const std::string& pointer) {
        const auto* list = value.if_array();
        const bool texts = list != nullptr && std::all_of(list->begin(), list->end(), [](const Json& name) {
                               return name.is_string();
                           });
        expect(texts, pointer, "a list of names");
    }

    void check_pattern(const Json& value, const std::string& pointer) {
        expect(value.is_string(), pointer, "a text");
        if (value.is_string()) {
            if (const auto compiled = compile_pattern(value.get_string()); !compiled) {
                fault(pointer, compiled.error().message);
            }
        }
    }
};

}  // namespace

Result<void> check_schema(const Json& schema) {
    Checker checker;
    checker.check(schema, "", 0);
    if (checker.faults.empty()) {
        return {};
    }
    const ErrorDetail& first = checker.faults.front();
    Error error = invalid("schema", (first.pointer.empty() ? "the schema" : first.pointer) + " " + first.message);
    error.details = std::move(checker.faults);
    return error;
}

}  // namespace kontor::core::schema
