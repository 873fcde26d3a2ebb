#include "tasks/ml/twins.hpp"

#include "tasks/ml/murmur.hpp"
#include "tasks/ml/unicode.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace kontor::ml {
namespace {

constexpr std::size_t piece_bytes = 4;
constexpr char parting = '\x1f';

// Odd multipliers from SplitMix64: one cheap hash family per row of the signature.
constexpr std::array<std::uint32_t, TwinKeys::bands * TwinKeys::band_rows> make_multipliers() {
    std::array<std::uint32_t, TwinKeys::bands * TwinKeys::band_rows> made{};
    std::uint64_t state = 0x6b6f6e746f72ULL;
    for (std::uint32_t& multiplier : made) {
        state += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = (state ^ (state >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        multiplier = static_cast<std::uint32_t>(z >> 32U) | 1U;
    }
    return made;
}
constexpr auto multipliers = make_multipliers();

bool has_digit(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void TwinKeys::begin() {
    buffer_.clear();
    words_.clear();
    sorted_ = false;
    rest_.clear();
    has_rest_ = false;
}

void TwinKeys::add_text(std::string_view text) {
    to_lower(text, lowered_);
    std::size_t begin = std::string::npos;
    const auto end_word = [&](std::size_t end) {
        if (begin == std::string::npos) {
            return;
        }
        const std::string_view word = std::string_view(lowered_).substr(begin, end - begin);
        words_.push_back(
            {static_cast<std::uint32_t>(buffer_.size()),
             static_cast<std::uint32_t>(word.size()),
             has_digit(word)}
        );
        buffer_ += word;
        begin = std::string::npos;
    };
    for (std::size_t at = 0; at < lowered_.size();) {
        const CodePoint point = decode(lowered_, at);
        if ((classes_of(point.value) & char_class::word) == 0) {
            end_word(at);
        } else if (begin == std::string::npos) {
            begin = at;
        }
        at += point.length;
    }
    end_word(lowered_.size());
}

void TwinKeys::add_rest(std::string_view value) {
    const std::string_view said = trimmed(value);
    rest_ += said;
    rest_ += parting;
    has_rest_ = has_rest_ || !said.empty();
}

void TwinKeys::sort_words() {
    if (sorted_) {
        return;
    }
    sorted_ = true;
    std::sort(words_.begin(), words_.end(), [this](const Word& a, const Word& b) {
        return text_of(a) < text_of(b);
    });
    const auto last =
        std::unique(words_.begin(), words_.end(), [this](const Word& a, const Word& b) {
            return text_of(a) == text_of(b);
        });
    words_.erase(last, words_.end());
}

std::uint64_t TwinKeys::group(std::string_view id) {
    sort_words();
    const bool plain =
        std::any_of(words_.begin(), words_.end(), [](const Word& word) { return !word.digits; });
    joined_.clear();
    for (const Word& word : words_) {
        if (!plain || !word.digits) {
            joined_ += text_of(word);
            joined_ += ' ';
        }
    }
    if (joined_.empty()) {
        // A mark that no word begins with keeps the three kinds of keys apart.
        joined_ += parting;
        joined_ += has_rest_ ? std::string_view(rest_) : id;
    }
    return murmur3_64(joined_);
}

std::span<const std::uint64_t> TwinKeys::near() {
    sort_words();
    if (words_.empty()) {
        return {};
    }
    joined_.assign(1, ' ');
    for (const Word& word : words_) {
        joined_ += text_of(word);
        joined_ += ' ';
    }
    joined_.resize(std::max(joined_.size(), piece_bytes), ' ');
    least_.fill(~std::uint32_t{0});
    for (std::size_t at = 0; at + piece_bytes <= joined_.size(); ++at) {
        const std::uint32_t piece = murmur3(std::string_view(joined_.data() + at, piece_bytes));
        for (std::size_t i = 0; i < least_.size(); ++i) {
            least_[i] = std::min(least_[i], piece * multipliers[i] ^ (piece >> 15U));
        }
    }
    for (std::size_t band = 0; band < bands; ++band) {
        const auto* bytes = reinterpret_cast<const char*>(least_.data() + band * band_rows);
        near_[band] = murmur3_64(std::string_view(bytes, band_rows * sizeof(std::uint32_t))) + band;
    }
    return near_;
}

std::vector<std::uint64_t> twin_groups(const Table& table) {
    std::vector<std::uint64_t> groups;
    groups.reserve(table.rows());
    TwinKeys keys;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        keys.begin();
        for (const auto& column : table.text) {
            keys.add_text(column[row]);
        }
        for (const auto& column : table.numeric) {
            char digits[32];
            const auto end = std::isnan(column[row])
                                 ? digits
                                 : std::to_chars(digits, digits + sizeof digits, column[row]).ptr;
            keys.add_rest(std::string_view(digits, end));
        }
        for (const auto& column : table.categorical) {
            keys.add_rest(column[row]);
        }
        groups.push_back(keys.group(table.ids[row]));
    }
    return groups;
}

}  // namespace kontor::ml
