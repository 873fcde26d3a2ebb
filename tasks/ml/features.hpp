// Rows -> sparse features: TF-IDF of hashed n-grams, scaled numbers, hashed categories.
// Learned from training rows, saved with the model, and the only feature code that prediction uses.
// Thread: const members from any thread, each with its own Scratch.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/ml/column_index.hpp"
#include "tasks/ml/csr.hpp"
#include "tasks/ml/table.hpp"
#include "tasks/ml/text.hpp"

namespace kontor::ml {

// Binary parts of a model file, by name.
using Sections = std::map<std::string, std::string, std::less<>>;

struct TextOptions {
    std::vector<TextSpec> specs;  // each is applied to each text column
    std::uint32_t min_rows = 2;   // n-grams in fewer training rows are dropped
    bool tfidf = true;            // false: 1 + log(count) as it is, which trees like better
    std::size_t columns_max = 0;  // the most frequent so many are kept
};

struct Scratch {
    TextHasher hasher;
    CellSums sums;
    std::vector<std::uint32_t> columns;
};

// So many rows at least are read to name columns.
inline constexpr std::size_t naming_rows = 20'000;

class TextFeatures {
 public:
    // `matrix` receives the training rows, as append() would give them.
    static TextFeatures fit(
        const Table& train, const TextOptions& options, const std::function<void()>& stop_point, CsrMatrix& matrix
    );
    // Adds the cells of one row; does not end the row.
    void append(const Table& table, std::size_t row, Scratch& scratch, CsrMatrix& out) const;
    std::uint32_t width() const { return static_cast<std::uint32_t>(kept_.size()); }
    // Keeps these columns alone. Requires: ascending.
    void select(std::span<const std::uint32_t> columns);
    // What the columns stand for, read from the rows that they were learned from (of many rows a sample).
    // Requires: `text` names the table's text columns.
    std::vector<std::string> names(
        const Table& table, const std::vector<std::string>& text, std::span<const std::uint32_t> columns
    ) const;

    sdk::Json save(Sections& sections) const;
    // Of rows with so many text columns. Errors: TaskFailure(Data) when the parts do not fit together.
    static TextFeatures load(const sdk::Json& value, const Sections& sections, std::size_t texts);

 private:
    std::span<Cell> known_cells(const TextSpec& spec, std::uint32_t offset, Scratch& scratch) const;
    void weigh(std::span<Cell> block) const;

    TextOptions options_;
    std::vector<std::uint32_t> kept_;  // hashed column, with its block's offset, of each column; ascending
    std::vector<float> weights_;       // inverse document frequency of each column
    std::size_t hashed_columns_ = 0;
    ColumnIndex index_;                // the way back: hashed column -> column
};

// Standardised numbers with a flag for missing ones; heavy tails through log1p.
class ScaledNumbers {
 public:
    static ScaledNumbers fit(const Table& train, double weight);
    std::uint32_t width() const { return static_cast<std::uint32_t>(scales_.size() * 2); }
    void append(const Table& table, std::size_t row, std::uint32_t first_column, CsrMatrix& out) const;
    sdk::Json save() const;
    static ScaledNumbers load(const sdk::Json& value);

 private:
    struct Scale {
        bool log = false;
        double mean = 0;
        double deviation = 1;
    };
    std::vector<Scale> scales_;
    double weight_ = 1;
};

// One of 1,024 columns per categorical column, by the hash of the value. Blank values have none.
class HashedCategories {
 public:
    static constexpr std::uint32_t buckets = 1024;
    HashedCategories(std::size_t columns, double weight) : columns_(columns), weight_(weight) {}
    std::uint32_t width() const { return static_cast<std::uint32_t>(columns_ * buckets); }
    void append(const Table& table, std::size_t row, std::uint32_t first_column, CsrMatrix& out) const;
    // `brand = Norvik`: the most frequent of the rows' values that fall into the column.
    std::string name_of(std::uint32_t column, const Table& table, const std::vector<std::string>& headers) const;

 private:
    std::size_t columns_;
    double weight_;
};

// The vectors of a model file. Errors: TaskFailure(Data) when a section is missing or has another size.
template <class Number>
std::string to_bytes(const std::vector<Number>& numbers) {
    return std::string(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number));
}
const std::string& section(const Sections& sections, std::string_view name);
[[noreturn]] void broken_model(std::string_view what);
template <class Number>
std::vector<Number> from_bytes(const std::string& bytes, std::size_t count) {
    if (bytes.size() != count * sizeof(Number)) {
        broken_model("a section has the wrong size");
    }
    std::vector<Number> numbers(count);
    std::copy_n(bytes.data(), bytes.size(), reinterpret_cast<char*>(numbers.data()));
    return numbers;
}
const sdk::Json& model_member(const sdk::Json& value, std::string_view name);
double model_number(const sdk::Json& value, std::string_view name);

}  // namespace kontor::ml
