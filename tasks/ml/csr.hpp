// Compressed sparse rows: what text becomes, and what models eat.
// Thread: one writer, or many readers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace kontor::ml {

// Columns of a row are distinct, in no particular order.
struct CsrMatrix {
    std::vector<std::size_t> begins{0};  // one more than rows
    std::vector<std::uint32_t> columns;
    std::vector<float> values;
    std::uint32_t width = 0;

    std::size_t rows() const { return begins.size() - 1; }
    std::span<const std::uint32_t> columns_of(std::size_t row) const {
        return std::span(columns).subspan(begins[row], begins[row + 1] - begins[row]);
    }
    std::span<const float> values_of(std::size_t row) const {
        return std::span(values).subspan(begins[row], begins[row + 1] - begins[row]);
    }
    void add(std::uint32_t column, float value) {
        columns.push_back(column);
        values.push_back(value);
    }
    void end_row() { begins.push_back(columns.size()); }
};

}  // namespace kontor::ml
