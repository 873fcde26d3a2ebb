// The features of linear models: TF-IDF text, then scaled numbers, then hashed categories.
// Thread: const members from any thread, each with its own Scratch.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tasks/ml/features.hpp"
#include "tasks/ml/schema.hpp"

namespace kontor::ml {

class LinearFeatures {
 public:
    LinearFeatures(TextFeatures text, ScaledNumbers numbers, HashedCategories categories)
        : text_(std::move(text)), numbers_(std::move(numbers)), categories_(categories) {}
    std::uint32_t width() const { return text_.width() + numbers_.width() + categories_.width(); }
    void append_rest(const Table& table, std::size_t row, CsrMatrix& out) const {
        numbers_.append(table, row, text_.width(), out);
        categories_.append(table, row, text_.width() + numbers_.width(), out);
    }
    void append(const Table& table, std::size_t row, Scratch& scratch, CsrMatrix& out) const {
        text_.append(table, row, scratch, out);
        append_rest(table, row, out);
    }
    const TextFeatures& text() const { return text_; }
    const ScaledNumbers& numbers() const { return numbers_; }
    // What columns stand for, read from rows that have them.
    std::vector<std::string> names(
        const Schema& schema, const Table& table, std::span<const std::uint32_t> columns
    ) const;

 private:
    TextFeatures text_;
    ScaledNumbers numbers_;
    HashedCategories categories_;
};

}  // namespace kontor::ml
