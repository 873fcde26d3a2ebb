// Parameters of a run as given on the command line. Pure.
#pragma once

#include "base/json.hpp"

#include <string>
#include <vector>

namespace kontor::cli {

// Each of `given` is `key=value` or a JSON object; later ones win. A value that reads as JSON (a
// number, true, null, a list, an object, a quoted text) is that value, everything else is a text:
// `-p trials=4 -p countries='["DE"]' -p month=2026-11`. `key:=` is not special; write `key="12"`
// with its quotes for a text of digits. Starts from `base`. Errors: Invalid with the argument in
// the sentence.
Result<JsonObject> params_from_arguments(JsonObject base, const std::vector<std::string>& given);

// A JSON object. Errors: Invalid, `name` in the sentence.
Result<JsonObject> params_from_file_text(std::string_view text, std::string_view name);

}  // namespace kontor::cli
