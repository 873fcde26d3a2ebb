// The training items most like an item, by the cosine of their words: what their codes are is one
// opinion about its code. Thread: const members from any thread, each with its own Search.
#pragma once

#include "tasks/ml/csr.hpp"
#include "tasks/ml/postings.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kontor::ml {

class Neighbours {
  public:
    // Items that are remembered; of more, an even sample. Words of more items than that are passed
    // over.
    static constexpr std::size_t items_max = 200'000;
    static constexpr std::size_t word_items_max = 4'000;

    // Requires: rows of length 1.
    static Neighbours fit(const CsrMatrix& matrix, std::span<const std::int32_t> labels);

    struct Found {
        std::uint32_t item = 0;
        std::uint32_t code = 0;
        float similarity = 0;
    };
    struct Search {
        std::vector<float> sums;
        std::vector<std::uint32_t> touched;
        std::vector<Found> found;
    };
    // The `count` nearest, best first, without the training rows r of folds[r] == own (no folds:
    // all count).
    const std::vector<Found>& nearest(
        std::span<const std::uint32_t> columns,
        std::span<const float> values,
        std::size_t count,
        std::span<const std::uint8_t> folds,
        std::uint8_t own,
        Search& search
    ) const;

    sdk::Json save(Sections& sections) const;
    static Neighbours load(const sdk::Json& value, const Sections& sections, std::size_t classes, std::uint32_t words);

  private:
    Postings items_;
    std::vector<std::uint32_t> codes_;  // of each remembered item
    std::vector<std::uint32_t> rows_;   // which training row it was; not saved
};

}  // namespace kontor::ml
