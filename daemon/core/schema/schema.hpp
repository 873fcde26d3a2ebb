// JSON Schema (2020-12), the subset that workflows use: type, properties, required, additionalProperties, items, enum,
// const, minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, pattern (RE2), minItems, maxItems,
// uniqueItems, format: date | date-time | uri (checked), default, title, description.
#pragma once

#include "base/json.hpp"

namespace kontor::core::schema {

// Is `schema` one that this subset understands? Errors: Invalid with details {JSON pointer into the schema, message}.
Result<void> check_schema(const Json& schema);

// Errors: Invalid with details {JSON pointer into the value, message}, all faults found, at most 20.
Result<void> validate(const Json& schema, const Json& value);

// `value` with the defaults of absent properties filled in.
Json with_defaults(const Json& schema, Json value);

}  // namespace kontor::core::schema
