// Sums per column, in the order in which the columns first came up.
// A sparse set: for each column the place its cell had when it last came up, which holds if that place has this column now. Nothing
// is cleared between texts and nothing collides.
// Thread: one object per thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace kontor::ml {

struct Cell {
    std::uint32_t column = 0;
    float value = 0;
};

class CellSums {
 public:
    // Forgets all sums. `width`: columns are below it; `most`: so many add() may follow.
    void begin(std::size_t width, std::size_t most) {
        if (places_.size() < width) {
            places_.resize(width);
        }
        if (cells_.size() < most + 1) {
            cells_.resize(2 * most + 1);
        }
        count_ = 0;
    }
    void add(std::uint32_t column, float value) {
        const std::uint32_t place = places_[column];
        if (place < count_ && cells_[place].column == column) {
            cells_[place].value += value;
            return;
        }
        places_[column] = count_;
        cells_[count_++] = {column, value};
    }
    // Valid until the next begin().
    std::span<Cell> cells() { return std::span(cells_).first(count_); }

 private:
    std::vector<std::uint32_t> places_;
    std::vector<Cell> cells_;
    std::uint32_t count_ = 0;
};

}  // namespace kontor::ml
