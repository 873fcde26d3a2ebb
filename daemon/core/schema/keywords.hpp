// What check_schema and validate share. Private to core/schema.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace re2 {
class RE2;
}

namespace kontor::core::schema {

// `type` is a name or a list of names. An integer is also a number; 2.0 is an integer, as JSON Schema says.
bool matches_type(const Json& type, const Json& value);
std::string describe_type(const Json& type);
bool is_type_name(std::string_view name);

bool is_known_format(std::string_view format);
// Requires: is_known_format(format).
bool has_format(std::string_view format, std::string_view text);

// RE2: linear in the text's length, whatever the pattern.
Result<std::shared_ptr<const re2::RE2>> compile_pattern(std::string_view pattern);

std::string escape_pointer(std::string_view key);

}  // namespace kontor::core::schema
