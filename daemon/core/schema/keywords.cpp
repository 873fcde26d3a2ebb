#include "core/schema/keywords.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/time.hpp"
#include "core/expr/functions.hpp"

namespace kontor::core::schema {
namespace {

constexpr std::array<std::string_view, 7> type_names{"null", "boolean", "integer", "number", "string", "array", "object"};
constexpr std::array<std::string_view, 3> formats{"date", "date-time", "uri"};

bool is_of(std::string_view name, const Json& value) {
    if (name == "integer") {
        return value.is_int64() || value.is_uint64() ||
               (value.is_double() && std::trunc(value.get_double()) == value.get_double());
    }
    return (name == "null" && value.is_null()) || (name == "boolean" && value.is_bool()) ||
           (name == "number" && value.is_number()) || (name == "string" && value.is_string()) ||
           (name == "array" && value.is_array()) || (name == "object" && value.is_object());
}

std::string with_article(std::string_view name) {
    if (name == "null") {
        return "null";
    }
    const bool vowel = name == "array" || name == "integer" || name == "object";
    return (vowel ? "an " : "a ") + std::string(name);
}

// RFC 3986 in outline: a scheme, a colon, and only characters that a URI may hold.
bool is_uri(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) {
        return false;
    }
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const std::string_view scheme = text.substr(0, colon);
    const std::string_view rest = text.substr(colon + 1);
    return letter(scheme[0]) &&
           std::all_of(
               scheme.begin(), scheme.end(),
               [&](char c) { return letter(c) || digit(c) || c == '+' || c == '-' || c == '.'; }
           ) &&
           std::all_of(rest.begin(), rest.end(), [&](char c) {
               return letter(c) || digit(c) || std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
           });
}

}  // namespace

bool is_type_name(std::string_view name) { return std::find(type_names.begin(), type_names.end(), name) != type_names.end(); }

bool matches_type(const Json& type, const Json& value) {
    if (type.is_string()) {
        return is_of(type.get_string(), value);
    }
    return type.is_array() && std::any_of(type.get_array().begin(), type.get_array().end(), [&](const Json& name) {
               return name.is_string() && is_of(name.get_string(), value);
           });
}

std::string describe_type(const Json& type) {
    if (type.is_string()) {
        return with_article(type.get_string());
    }
    std::string text;
    if (type.is_array()) {
        for (const Json& name : type.get_array()) {
            text += (text.empty() ? "" : " or ") + (name.is_string() ? with_article(name.get_string()) : "?");
        }
    }
    return text;
}

bool is_known_format(std::string_view format) { return std::find(formats.begin(), formats.end(), format) != formats.end(); }

bool has_format(std::string_view format, std::string_view text) {
    if (format == "date") {
        return text.size() == 10 && instant_from_iso(std::string(text) + "T00:00:00Z").has_value();
    }
    if (format == "date-time") {
        return instant_from_iso(text).has_value();
    }
    return is_uri(text);
}

Result<std::shared_ptr<const re2::RE2>> compile_pattern(std::string_view pattern) { return expr::compile_pattern(pattern); }

std::string escape_pointer(std::string_view key) {
    std::string out;
    for (const char c : key) {
        out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return out;
}

}  // namespace kontor::core::schema
