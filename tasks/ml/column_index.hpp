// Which columns of a large table are kept, and as which: a bit for each and, for every 32, how many are kept before them. A quarter of
// a byte per column stays in a core's own cache, where a table of numbers does not.
// Thread: const members from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace kontor::ml {

class ColumnIndex {
 public:
    // Requires: `kept` ascending and below `width`.
    void assign(std::span<const std::uint32_t> kept, std::size_t width) {
        words_.assign((width + 31) / 32, Word{});
        for (const std::uint32_t column : kept) {
            words_[column / 32].bits |= 1U << (column % 32);
        }
        std::uint32_t before = 0;
        for (Word& word : words_) {
            word.before = before;
            before += ones(word.bits);
        }
    }
    // The position among the kept columns, or -1. Requires: column < width.
    std::int32_t find(std::uint32_t column) const {
        const Word& word = words_[column / 32];
        const std::uint32_t bit = 1U << (column % 32);
        const std::uint32_t position = word.before + ones(word.bits & (bit - 1U));
        return (word.bits & bit) != 0 ? static_cast<std::int32_t>(position) : -1;
    }

 private:
    struct Word {
        std::uint32_t bits = 0;
        std::uint32_t before = 0;
    };
    // std::popcount calls a library function on a processor that is not known to have the instruction.
    static std::uint32_t ones(std::uint32_t x) {
        x -= (x >> 1U) & 0x55555555U;
        x = (x & 0x33333333U) + ((x >> 2U) & 0x33333333U);
        x = (x + (x >> 4U)) & 0x0F0F0F0FU;
        return (x * 0x01010101U) >> 24U;
    }
    std::vector<Word> words_;
};

}  // namespace kontor::ml
