// JSON values. Boost.JSON is the value type of parameters, outputs, expressions and the API alike: no conversion at any seam.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kontor {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

// Refuses: depth over limits::json_depth_max, duplicate keys, trailing text, invalid UTF-8.
// Error detail: "line:column" of the fault.
Result<Json> json_from_text(std::string_view text);
std::string to_text(const Json& value);
// Object keys sorted at every level: equal values give equal text. For hashes and fingerprints.
std::string to_canonical_text(const Json& value);

// nullptr when `value` is no object or has no such member.
const Json* member(const Json& value, std::string_view name);
// The member's text, or `otherwise` when it is absent or no string.
std::string text_member(const Json& value, std::string_view name, std::string_view otherwise = "");

// PostgreSQL's text and jsonb hold neither U+0000 nor invalid UTF-8: replaces both by U+FFFD.
std::string storable(std::string_view text);
bool is_valid_utf8(std::string_view text);

}  // namespace kontor
