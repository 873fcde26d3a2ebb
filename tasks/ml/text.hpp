// Text -> hashed n-gram counts, number for number as scikit-learn's HashingVectorizer(norm=None) gives them.
// Thread: one hasher per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/ml/cell_sums.hpp"
#include "tasks/ml/windows.hpp"
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

// Which of `features` columns a hash belongs to; its highest bit is the sign.
inline std::uint32_t column_of(std::uint32_t hash, std::uint32_t features) {
    const std::uint32_t sign = 0U - (hash >> 31U);
    std::uint32_t magnitude = (hash ^ sign) - sign;
    if ((features & (features - 1U)) == 0) {
        return magnitude & (features - 1U);
    }
    // |INT32_MIN| does not exist; scikit-learn uses the column of 2^31 - features for it (which is 0 for powers of two).
    if (magnitude == 0x80000000U) {
        magnitude = 2147483647U - (features - 1U);
    }
    return magnitude % features;
}

class TextHasher {
 public:
    // Lowers the text once for all the specs that are counted from it.
    void set_text(std::string_view text);
    // The hash of every n-gram, repeats included, as they come. Valid until the next call.
    std::span<const std::uint32_t> hashes(const TextSpec& spec);
    // Sums of the signs per hashed n-gram, in order of first appearance. Valid until the next call.
    std::span<const Cell> count(const TextSpec& spec);

 private:
    std::uint32_t* room(std::size_t more);
    void hash(std::string_view gram);
    void hash_all(std::span<const std::uint32_t> hashes);
    void slide(std::size_t first, std::size_t last, std::uint32_t n);
    void hash_words(const TextSpec& spec);
    void hash_chars(const TextSpec& spec);
    void pad_words();
    void finish_buffer();
    void hash_chars_within_words(const TextSpec& spec);

    std::string lowered_;
    bool ascii_ = true;
    // Of an ASCII text, a bit per character: belongs to a word; is no white space.
    std::vector<std::uint64_t> word_bits_;
    std::vector<std::uint64_t> ink_bits_;
    std::string buffer_;                // the text as the analyzer wants it
    bool padded_ = false;               // buffer_ holds what pad_words() makes of the text
    std::vector<std::uint32_t> marks_;  // where each character of the buffer begins, and its end; unused when all is ASCII
    std::vector<std::uint32_t> words_;  // where words begin in the buffer and (pad_words) end, counted in characters there
    WindowHashes windows_;
    CellSums sums_;
    std::vector<std::uint32_t> hashes_;
    std::size_t filled_ = 0;
};

}  // namespace kontor::ml
