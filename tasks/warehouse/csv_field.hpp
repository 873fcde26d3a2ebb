// Finds one field of a CSV row without taking the row apart: the split by country looks at one column only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kontor::tasks::warehouse {

// The field `index` of one RFC 4180 row (its line break may be there or not), unquoted.
// `scratch` holds the text when quotes had to be undone. Ensures: empty when the row has fewer fields.
std::string_view csv_field(std::string_view row, std::size_t index, std::string& scratch);

}  // namespace kontor::tasks::warehouse
