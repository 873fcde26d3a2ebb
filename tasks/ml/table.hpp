// Rows in memory, by column, in the order of the schema.
// Thread: one writer, or many readers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tasks/ml/schema.hpp"

namespace kontor::ml {

struct Table {
    std::vector<std::string> ids;
    std::vector<std::vector<std::string>> text;
    std::vector<std::vector<double>> numeric;  // NaN where missing
    std::vector<std::vector<std::string>> categorical;
    std::vector<std::string> labels;  // empty when the rows carry none

    Table() = default;
    explicit Table(const Schema& schema)
        : text(schema.text.size()), numeric(schema.numeric.size()), categorical(schema.categorical.size()) {}
    std::size_t rows() const { return ids.size(); }
    void clear();
    // Copies of the rows, in the order asked for.
    Table take(std::span<const std::size_t> rows) const;
};

// A number as data files spell it: blanks around it are passed over, an empty text is NaN (missing).
// False for anything else: words, infinities, "nan", a decimal comma.
bool parse_number(std::string_view text, double& value);
// Without white space at both ends.
std::string_view trimmed(std::string_view text);

// The place of a group of twins (twins.hpp) in [0, 1): the same in every month. Two salts split independently.
double split_point(std::uint64_t group, std::string_view salt);

// Sets aside up to `share` of the rows of every class, whole groups by the hash of the group; a class keeps at least one row
// in the first part. Ensures: no group stands on both sides; independent of the rows' order.
struct RowSplit {
    std::vector<std::size_t> train;
    std::vector<std::size_t> validation;
};
RowSplit stratified_split(
    const Table& table, std::span<const std::uint64_t> groups, double share, std::string_view salt
);

}  // namespace kontor::ml
