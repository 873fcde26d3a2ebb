// Text -> hashed n-gram counts, number for number as scikit-learn's HashingVectorizer(norm=None) gives them.
// Thread: one hasher per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/sdk/outcome.hpp"

namespace kontor::ml {

enum class Analyzer { Word, Char, CharWb };
std::string_view to_string(Analyzer analyzer);
std::optional<Analyzer> analyzer_from(std::string_view text);

struct TextSpec {
    Analyzer analyzer = Analyzer::Word;
    std::uint32_t n_min = 1;
    std::uint32_t n_max = 2;
    std::uint32_t features = 1U << 18U;
    bool alternate_sign = false;
};
sdk::Json to_json(const TextSpec& spec);
// Errors: TaskFailure(Config) for values out of range: 1 <= n_min <= n_max <= 8, 2 <= features <= 2^24.
TextSpec text_spec_from(const sdk::Json& value);

struct Cell {
    std::uint32_t column = 0;
    float value = 0;
};

class TextHasher {
 public:
    TextHasher();
    // Lowers the text once for all the specs that are counted from it.
    void set_text(std::string_view text);
    // Sums of the signs per hashed n-gram, in order of first appearance. Valid until the next call.
    const std::vector<Cell>& count(const TextSpec& spec);

 private:
    void hash(std::string_view gram);
    void hash_ascii_runs(std::string_view text, std::uint32_t n);
    void mark_characters(std::string_view text);
    void slide(std::string_view text, std::uint32_t n);
    void count_words(const TextSpec& spec);
    void count_chars(const TextSpec& spec);
    void count_chars_within_words(const TextSpec& spec);
    void grow_slots();

    std::string lowered_;
    bool ascii_ = true;
    std::string buffer_;
    std::vector<std::uint32_t> marks_;
    std::vector<Cell> cells_;
    // Open addressing over cells_; a slot of another round counts as empty, so nothing is cleared between texts.
    struct Slot {
        std::uint32_t round = 0;
        std::uint32_t cell = 0;
    };
    std::vector<Slot> slots_;
    std::uint32_t round_ = 0;
    // Of the spec being counted.
    std::uint32_t features_ = 2;
    bool alternate_sign_ = false;
};

}  // namespace kontor::ml
