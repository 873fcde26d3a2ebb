// Puts values into a query: `:name` becomes a quoted literal. Never within quotes, comments, dollar quotes, casts
// (`::text`) or slices (`a[1:n]`). Pure but for the quoting, which belongs to the connection.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tasks/sdk/outcome.hpp"

namespace kontor::tasks::warehouse {

// The SQL literal of a text, quotes included.
using Quote = std::function<std::string(std::string_view)>;

struct BoundQuery {
    std::string sql;  // one statement, without the semicolon at its end
    std::vector<std::string> unused;  // values that no placeholder asked for
    // Pairs (byte in `sql`, byte in the source), ascending: where an error in `sql` stands in the source.
    std::vector<std::pair<std::size_t, std::size_t>> origins;
};

// Texts, numbers, booleans and null stand for themselves; a list of texts becomes ARRAY[...]::text[], a list of
// numbers ARRAY[...]::numeric[].
// Errors: TaskFailure(Config): a placeholder without a value, an object as a value, mixed lists, several statements,
//         an unclosed quote or comment, an empty query. The sentence names line and column.
BoundQuery bind_placeholders(std::string_view source, const sdk::JsonObject& values, const Quote& quote);

// The byte of the source that `byte` of bound.sql came from.
std::size_t source_byte(const BoundQuery& bound, std::size_t byte);

}  // namespace kontor::tasks::warehouse
