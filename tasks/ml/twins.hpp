// When two items say the same. Models are judged by items that they have not seen, so an item and
// its twins (the same goods entered twice, in another order of words, in another size) must stand
// on one side of every split. The side follows from the item's words alone: the same in every
// month, whatever else is in the data. Thread: one object per thread; free functions are pure.
#pragma once

#include "tasks/ml/table.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::ml {

class TwinKeys {
  public:
    // Two texts share a band with a probability of (Jaccard similarity of their pieces of four
    // letters)^12, so that five bands find 4 of 5 pairs alike to nine tenths, and 1 of 15 alike to
    // seven tenths.
    static constexpr std::size_t bands = 5;
    static constexpr std::size_t band_rows = 12;

    // Starts an item: its texts are added one by one, then what else it says (numbers, categories).
    void begin();
    void add_text(std::string_view text);
    void add_rest(std::string_view value);
    // Equal for items of the same words: order, case, punctuation, repetition and words with digits
    // (sizes, article numbers) do not count. An item without words is known by its words with
    // digits, then by the rest, then by its id.
    std::uint64_t group(std::string_view id);
    // Hashes of which near-twins share at least one. Empty for an item without words.
    std::span<const std::uint64_t> near();

  private:
    struct Word {
        std::uint32_t begin = 0;
        std::uint32_t size = 0;
        bool digits = false;
    };
    void sort_words();
    std::string_view text_of(const Word& word) const {
        return std::string_view(buffer_).substr(word.begin, word.size);
    }

    std::string lowered_;
    std::string buffer_;
    std::vector<Word> words_;
    bool sorted_ = false;
    std::string rest_;
    bool has_rest_ = false;
    std::string joined_;
    std::array<std::uint32_t, bands * band_rows> least_{};
    std::array<std::uint64_t, bands> near_{};
};

// The group of every row of the table.
std::vector<std::uint64_t> twin_groups(const Table& table);

}  // namespace kontor::ml
