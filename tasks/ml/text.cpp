#include "tasks/ml/text.hpp"

#include <algorithm>

#include "tasks/ml/murmur.hpp"
#include "tasks/ml/unicode.hpp"

namespace kontor::ml {
namespace {

constexpr std::uint32_t n_limit = 8;
constexpr std::uint32_t features_limit = 1U << 24U;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

[[noreturn]] void wrong(const std::string& what) {
    throw sdk::TaskFailure(sdk::FailureClass::Config, "a text feature " + what + ": mend the feature parameters");
}

std::uint32_t number(const sdk::JsonObject& object, std::string_view name, std::uint32_t low, std::uint32_t high) {
    const sdk::Json* value = object.if_contains(name);
    const std::int64_t found = value == nullptr || !value->is_int64() ? -1 : value->get_int64();
    if (found < low || found > high) {
        wrong("needs \"" + std::string(name) + "\" from " + std::to_string(low) + " to " + std::to_string(high));
    }
    return static_cast<std::uint32_t>(found);
}

}  // namespace

std::string_view to_string(Analyzer analyzer) {
    switch (analyzer) {
        case Analyzer::Word: return "word";
        case Analyzer::Char: return "char";
        case Analyzer::CharWb: return "char_wb";
    }
    return "word";
}

std::optional<Analyzer> analyzer_from(std::string_view text) {
    for (const Analyzer analyzer : {Analyzer::Word, Analyzer::Char, Analyzer::CharWb}) {
        if (to_string(analyzer) == text) {
            return analyzer;
        }
    }
    return std::nullopt;
}

sdk::Json to_json(const TextSpec& spec) {
    return sdk::JsonObject{
        {"analyzer", to_string(spec.analyzer)},
        {"n_min", spec.n_min},
        {"n_max", spec.n_max},
        {"features", spec.features},
        {"alternate_sign", spec.alternate_sign}};
}

TextSpec text_spec_from(const sdk::Json& value) {
    const auto* object = value.if_object();
    if (object == nullptr) {
        wrong("must be an object");
    }
    const sdk::Json* name = object->if_contains("analyzer");
    const auto analyzer =
        name != nullptr && name->is_string() ? analyzer_from(name->get_string()) : std::optional<Analyzer>();
    if (!analyzer) {
        wrong("needs \"analyzer\": word, char or char_wb");
    }
    TextSpec spec{*analyzer, number(*object, "n_min", 1, n_limit), 1, number(*object, "features", 2, features_limit)};
    spec.n_max = number(*object, "n_max", spec.n_min, n_limit);
    const sdk::Json* sign = object->if_contains("alternate_sign");
    spec.alternate_sign = sign != nullptr && sign->is_bool() && sign->get_bool();
    return spec;
}

TextHasher::TextHasher() : slots_(1024) {}

void TextHasher::set_text(std::string_view text) {
    to_lower(text, lowered_);
    ascii_ = std::none_of(lowered_.begin(), lowered_.end(), [](char c) { return static_cast<signed char>(c) < 0; });
}

const std::vector<Cell>& TextHasher::count(const TextSpec& spec) {
    cells_.clear();
    features_ = spec.features;
    alternate_sign_ = spec.alternate_sign;
    if (++round_ == 0) {
        std::fill(slots_.begin(), slots_.end(), Slot{});
        round_ = 1;
    }
    switch (spec.analyzer) {
        case Analyzer::Word: count_words(spec); break;
        case Analyzer::Char: count_chars(spec); break;
        case Analyzer::CharWb: count_chars_within_words(spec); break;
    }
    return cells_;
}

[[gnu::always_inline]] inline void TextHasher::hash(std::string_view gram) {
    const std::uint32_t bits = murmur3(gram);
    const bool negative = (bits >> 31U) != 0;
    // |INT32_MIN| does not exist; scikit-learn uses the column of 2^31 - features for it.
    std::uint32_t magnitude = negative ? 0U - bits : bits;
    if (magnitude == 0x80000000U) {
        magnitude = 2147483647U - (features_ - 1U);
    }
    const bool power = (features_ & (features_ - 1U)) == 0;
    const std::uint32_t column = power ? magnitude & (features_ - 1U) : magnitude % features_;
    const float value = alternate_sign_ && negative ? -1.0F : 1.0F;
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (column * 0x9e3779b1U >> 7U) & mask;
    while (slots_[at].round == round_) {
        Cell& cell = cells_[slots_[at].cell];
        if (cell.column == column) {
            cell.value += value;
            return;
        }
        at = (at + 1) & mask;
    }
    slots_[at] = {round_, static_cast<std::uint32_t>(cells_.size())};
    cells_.push_back({column, value});
    if (cells_.size() * 2 > slots_.size()) {
        grow_slots();
    }
}

void TextHasher::grow_slots() {
    slots_.assign(slots_.size() * 2, Slot{});
    const std::size_t mask = slots_.size() - 1;
    for (std::uint32_t cell = 0; cell < cells_.size(); ++cell) {
        std::size_t at = (cells_[cell].column * 0x9e3779b1U >> 7U) & mask;
        while (slots_[at].round == round_) {
            at = (at + 1) & mask;
        }
        slots_[at] = {round_, cell};
    }
}

// A length known to the compiler makes the hash of a short n-gram a few instructions.
void TextHasher::hash_ascii_runs(std::string_view text, std::uint32_t n) {
    const auto runs = [&](auto length) {
        for (std::size_t at = 0; at + length <= text.size(); ++at) {
            hash(std::string_view(text.data() + at, length));
        }
    };
    if (n == 3) {
        runs(std::integral_constant<std::size_t, 3>());
    } else if (n == 4) {
        runs(std::integral_constant<std::size_t, 4>());
    } else if (n == 5) {
        runs(std::integral_constant<std::size_t, 5>());
    } else {
        runs(std::size_t{n});
    }
}

// Where each character of `text` begins, and its end.
void TextHasher::mark_characters(std::string_view text) {
    marks_.clear();
    for (std::uint32_t at = 0; at < text.size(); ++at) {
        if (!is_continuation(text[at])) {
            marks_.push_back(at);
        }
    }
    marks_.push_back(static_cast<std::uint32_t>(text.size()));
}

// Every run of `n` characters of the text. Requires: mark_characters(text), unless all is ASCII.
void TextHasher::slide(std::string_view text, std::uint32_t n) {
    if (ascii_) {
        hash_ascii_runs(text, n);
        return;
    }
    for (std::size_t i = 0; i + n < marks_.size(); ++i) {
        hash(std::string_view(text.data() + marks_[i], marks_[i + n] - marks_[i]));
    }
}

// Tokens `(?u)\b\w\w+\b`: runs of two word characters or more, joined by a blank so that n-grams are slices.
void TextHasher::count_words(const TextSpec& spec) {
    buffer_.clear();
    marks_.clear();
    std::size_t at = 0;
    while (at < lowered_.size()) {
        const std::size_t begin = at;
        std::size_t characters = 0;
        std::size_t after = at;
        while (at < lowered_.size()) {
            const CodePoint point = decode(lowered_, at);
            after = at + point.length;
            if ((classes_of(point.value) & char_class::word) == 0) {
                break;
            }
            at = after;
            ++characters;
        }
        if (characters >= 2) {
            marks_.push_back(static_cast<std::uint32_t>(buffer_.size()));
            buffer_.append(lowered_, begin, at - begin);
            buffer_.push_back(' ');
        }
        at = after;
    }
    const std::size_t tokens = marks_.size();
    marks_.push_back(static_cast<std::uint32_t>(buffer_.size()));
    const std::string_view joined = buffer_;
    for (std::size_t n = spec.n_min; n <= spec.n_max; ++n) {
        for (std::size_t i = 0; i + n <= tokens; ++i) {
            hash(joined.substr(marks_[i], marks_[i + n] - 1 - marks_[i]));
        }
    }
}

// Two white-space characters or more become one blank; a single one stays what it is.
void TextHasher::count_chars(const TextSpec& spec) {
    buffer_.clear();
    std::size_t at = 0;
    while (at < lowered_.size()) {
        const std::size_t begin = at;
        std::size_t spaces = 0;
        CodePoint point = decode(lowered_, at);
        while (at < lowered_.size() && (classes_of(point.value) & char_class::space) != 0) {
            at += point.length;
            ++spaces;
            if (at < lowered_.size()) {
                point = decode(lowered_, at);
            }
        }
        if (spaces > 1) {
            buffer_.push_back(' ');
            continue;
        }
        if (spaces == 0) {
            at += point.length;
        }
        buffer_.append(lowered_, begin, at - begin);
    }
    if (!ascii_) {
        mark_characters(buffer_);
    }
    for (std::uint32_t n = spec.n_min; n <= spec.n_max; ++n) {
        slide(buffer_, n);
    }
}

// Each word with a blank before and after it; n-grams do not cross words. A word shorter than n counts once.
void TextHasher::count_chars_within_words(const TextSpec& spec) {
    std::size_t at = 0;
    while (at < lowered_.size()) {
        CodePoint point = decode(lowered_, at);
        if ((classes_of(point.value) & char_class::space) != 0) {
            at += point.length;
            continue;
        }
        buffer_.assign(1, ' ');
        const std::size_t begin = at;
        std::size_t characters = 2;
        while (at < lowered_.size() && (classes_of(point.value) & char_class::space) == 0) {
            at += point.length;
            ++characters;
            if (at < lowered_.size()) {
                point = decode(lowered_, at);
            }
        }
        buffer_.append(lowered_, begin, at - begin);
        buffer_.push_back(' ');
        if (!ascii_) {
            mark_characters(buffer_);
        }
        for (std::uint32_t n = spec.n_min; n <= spec.n_max; ++n) {
            if (characters <= n) {
                hash(buffer_);
                break;
            }
            slide(buffer_, n);
        }
    }
}

}  // namespace kontor::ml
