#include "tasks/ml/windows.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tasks/ml/cell_sums.hpp"
#include "tasks/ml/column_index.hpp"
#include "tasks/ml/murmur.hpp"
#include "tasks/ml/random.hpp"

namespace kontor::ml {
namespace {

TEST(WindowHashes, AreTheHashesOfEveryRunOfBytesWhateverWasHashedBefore) {
    Random random(5);
    WindowHashes windows;
    for (int round = 0; round < 300; ++round) {
        std::string text(random.below(round % 10 == 0 ? 400 : 40), '\0');
        for (char& c : text) {
            c = static_cast<char>(random.below(256));
        }
        windows.set_text(text);
        for (std::uint32_t n = WindowHashes::n_max; n >= 1; --n) {
            const auto hashes = windows.hashes(n);
            ASSERT_EQ(hashes.size(), text.size() < n ? 0 : text.size() - n + 1);
            for (std::size_t at = 0; at < hashes.size(); ++at) {
                ASSERT_EQ(hashes[at], murmur3(std::string_view(text).substr(at, n))) << n << " bytes from " << at;
            }
        }
    }
}

TEST(Murmur3, OfPaddedBytesIsTheSame) {
    const std::string text = "The quick brown fox jumps over the lazy dog";
    const std::string padded = text + "....";
    for (std::size_t size = 0; size <= text.size(); ++size) {
        EXPECT_EQ(murmur3_padded(std::string_view(padded).substr(0, size)), murmur3(std::string_view(text).substr(0, size)));
    }
}

TEST(CellSums, AddUpInOrderOfFirstAppearanceRoundAfterRound) {
    CellSums sums;
    for (int round = 0; round < 3; ++round) {
        sums.begin(1000, 5);
        for (const std::uint32_t column : {7U, 999U, 7U, 0U, 7U}) {
            sums.add(column, column == 0 ? -1.0F : 1.0F);
        }
        const auto cells = sums.cells();
        ASSERT_EQ(cells.size(), 3U);
        EXPECT_EQ(cells[0].column, 7U);
        EXPECT_EQ(cells[0].value, 3.0F);
        EXPECT_EQ(cells[1].column, 999U);
        EXPECT_EQ(cells[2].column, 0U);
        EXPECT_EQ(cells[2].value, -1.0F);
    }
    sums.begin(1000, 0);
    EXPECT_TRUE(sums.cells().empty());
}

TEST(ColumnIndex, FindsKeptColumnsByTheirPositionAndNoOthers) {
    Random random(9);
    for (const std::size_t width : {std::size_t{1}, std::size_t{31}, std::size_t{32}, std::size_t{33}, std::size_t{5000}}) {
        std::vector<std::uint32_t> kept;
        for (std::uint32_t column = 0; column < width; ++column) {
            if (random.below(3) == 0) {
                kept.push_back(column);
            }
        }
        ColumnIndex index;
        index.assign(kept, width);
        std::size_t position = 0;
        for (std::uint32_t column = 0; column < width; ++column) {
            const bool is_kept = position < kept.size() && kept[position] == column;
            EXPECT_EQ(index.find(column), is_kept ? static_cast<std::int32_t>(position) : -1) << column << " of " << width;
            position += is_kept ? 1 : 0;
        }
    }
}

}  // namespace
}  // namespace kontor::ml
