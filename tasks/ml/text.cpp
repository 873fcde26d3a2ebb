#include "tasks/ml/text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "tasks/ml/murmur.hpp"
#include "tasks/ml/unicode.hpp"

namespace kontor::ml {
namespace {

constexpr std::uint32_t n_limit = 8;
constexpr std::uint32_t features_limit = 1U << 24U;

constexpr std::array<std::uint8_t, 256> ascii_classes = [] {
    std::array<std::uint8_t, 256> classes{};
    for (char32_t c = 0; c < 0x80; ++c) {
        classes[c] = classes_of_ascii(c);
    }
    return classes;
}();
std::uint8_t ascii_class(char c) { return ascii_classes[static_cast<unsigned char>(c)]; }

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

namespace {

// Behind every buffer: murmur3_padded reads over the end.
constexpr std::size_t buffer_slack = 4;

// Calls `use(begin, end)` for every run of ones among the first `size` bits.
template <class Use>
void each_run(const std::vector<std::uint64_t>& bits, std::size_t size, const Use& use) {
    const auto first_from = [&](std::size_t at, std::uint64_t flip) {
        while (at < size) {
            const std::uint64_t ahead = (bits[at / 64] ^ flip) >> (at % 64);
            if (ahead != 0) {
                return std::min(size, at + static_cast<std::size_t>(std::countr_zero(ahead)));
            }
            at = (at / 64 + 1) * 64;
        }
        return size;
    };
    for (std::size_t begin = first_from(0, 0); begin < size;) {
        const std::size_t end = first_from(begin, ~std::uint64_t{0});
        use(begin, end);
        begin = first_from(end, 0);
    }
}

}  // namespace

void TextHasher::set_text(std::string_view text) {
    ascii_ = to_lower(text, lowered_);
    padded_ = false;
    if (!ascii_) {
        return;
    }
    word_bits_.assign(lowered_.size() / 64 + 1, 0);
    ink_bits_.assign(lowered_.size() / 64 + 1, 0);
    for (std::size_t block = 0; block < word_bits_.size(); ++block) {
        const std::size_t end = std::min(lowered_.size(), (block + 1) * 64);
        std::uint64_t words = 0;
        std::uint64_t spaces = 0;
        for (std::size_t at = block * 64; at < end; ++at) {
            const std::uint64_t classes = ascii_class(lowered_[at]);
            words |= (classes & char_class::word) << (at % 64);
            spaces |= ((classes & char_class::space) / char_class::space) << (at % 64);
        }
        word_bits_[block] = words;
        ink_bits_[block] = ~spaces;
    }
}

std::span<const std::uint32_t> TextHasher::hashes(const TextSpec& spec) {
    filled_ = 0;
    switch (spec.analyzer) {
        case Analyzer::Word: hash_words(spec); break;
        case Analyzer::Char: hash_chars(spec); break;
        case Analyzer::CharWb: hash_chars_within_words(spec); break;
    }
    return std::span(hashes_).first(filled_);
}

std::span<const Cell> TextHasher::count(const TextSpec& spec) {
    const std::span<const std::uint32_t> found = hashes(spec);
    sums_.begin(spec.features, found.size());
    for (const std::uint32_t hash : found) {
        sums_.add(column_of(hash, spec.features), spec.alternate_sign && (hash >> 31U) != 0 ? -1.0F : 1.0F);
    }
    return sums_.cells();
}

// Where the next `more` hashes go.
std::uint32_t* TextHasher::room(std::size_t more) {
    if (hashes_.size() < filled_ + more) {
        hashes_.resize(2 * (filled_ + more));
    }
    return hashes_.data() + filled_;
}

// Requires: `gram` lies in buffer_.
void TextHasher::hash(std::string_view gram) {
    *room(1) = murmur3_padded(gram);
    ++filled_;
}

void TextHasher::hash_all(std::span<const std::uint32_t> hashes) {
    constexpr std::size_t piece = WindowHashes::piece;
    std::uint32_t* to = room(hashes.size() + piece);
    for (std::size_t at = 0; at < hashes.size(); at += piece) {
        std::memcpy(to + at, hashes.data() + at, piece * sizeof *to);
    }
    filled_ += hashes.size();
}

// Every run of `n` characters between two places of the buffer, counted in characters.
// Requires: pad_words() or the buffer's windows, and marks_ unless all is ASCII.
void TextHasher::slide(std::size_t first, std::size_t last, std::uint32_t n) {
    if (first + n > last) {
        return;
    }
    if (ascii_) {
        hash_all(windows_.hashes(n).subspan(first, last - first - n + 1));
        return;
    }
    std::uint32_t* to = room(last - first - n + 1);
    for (std::size_t i = first; i + n <= last; ++i) {
        const std::uint32_t begin = marks_[i];
        const std::uint32_t bytes = marks_[i + n] - begin;
        *to++ = bytes <= WindowHashes::n_max ? windows_.hashes(bytes)[begin]
                                             : murmur3_padded(std::string_view(buffer_.data() + begin, bytes));
    }
    filled_ += last - first - n + 1;
}

// Tokens `(?u)\b\w\w+\b`: runs of two word characters or more, joined by a blank so that n-grams are slices.
void TextHasher::hash_words(const TextSpec& spec) {
    buffer_.clear();
    words_.clear();
    padded_ = false;
    const std::string_view text = lowered_;
    const auto token = [&](std::size_t begin, std::size_t end) {
        words_.push_back(static_cast<std::uint32_t>(buffer_.size()));
        buffer_.append(text, begin, end - begin);
        buffer_.push_back(' ');
    };
    if (ascii_) {
        each_run(word_bits_, text.size(), [&](std::size_t begin, std::size_t end) {
            if (end - begin >= 2) {
                token(begin, end);
            }
        });
    } else {
        std::size_t at = 0;
        while (at < text.size()) {
            const std::size_t begin = at;
            std::size_t characters = 0;
            std::size_t after = at;
            while (at < text.size()) {
                const CodePoint point = decode(text, at);
                after = at + point.length;
                if ((classes_of(point.value) & char_class::word) == 0) {
                    break;
                }
                at = after;
                ++characters;
            }
            if (characters >= 2) {
                token(begin, at);
            }
            at = after;
        }
    }
    const std::size_t tokens = words_.size();
    words_.push_back(static_cast<std::uint32_t>(buffer_.size()));
    buffer_.append(buffer_slack, '\0');
    for (std::size_t n = spec.n_min; n <= spec.n_max; ++n) {
        for (std::size_t i = 0; i + n <= tokens; ++i) {
            hash(std::string_view(buffer_.data() + words_[i], words_[i + n] - 1 - words_[i]));
        }
    }
}

// Two white-space characters or more become one blank; a single one stays what it is.
void TextHasher::hash_chars(const TextSpec& spec) {
    buffer_.clear();
    marks_.clear();
    padded_ = false;
    const std::string_view text = lowered_;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t begin = at;
        std::size_t spaces = 0;
        CodePoint point = decode(text, at);
        while (at < text.size() && (classes_of(point.value) & char_class::space) != 0) {
            at += point.length;
            ++spaces;
            if (at < text.size()) {
                point = decode(text, at);
            }
        }
        marks_.push_back(static_cast<std::uint32_t>(buffer_.size()));
        if (spaces > 1) {
            buffer_.push_back(' ');
            continue;
        }
        if (spaces == 0) {
            at += point.length;
        }
        buffer_.append(text, begin, at - begin);
    }
    const std::size_t characters = marks_.size();
    finish_buffer();
    for (std::uint32_t n = spec.n_min; n <= spec.n_max; ++n) {
        slide(0, characters, n);
    }
}

void TextHasher::finish_buffer() {
    marks_.push_back(static_cast<std::uint32_t>(buffer_.size()));
    windows_.set_text(buffer_);
    buffer_.append(buffer_slack, '\0');
}

// The text with a blank before and after each word, which neighbours may share.
void TextHasher::pad_words() {
    padded_ = true;
    words_.clear();
    marks_.clear();
    buffer_.assign(1, ' ');
    const std::string_view text = lowered_;
    if (ascii_) {
        buffer_.append(text);
        buffer_.push_back(' ');
        // The blanks of a word at begin and end of the text lie outside it: a place of the text is one further here.
        each_run(ink_bits_, text.size(), [&](std::size_t begin, std::size_t end) {
            buffer_[begin] = ' ';
            buffer_[end + 1] = ' ';
            words_.push_back(static_cast<std::uint32_t>(begin));
            words_.push_back(static_cast<std::uint32_t>(end + 2));
        });
        finish_buffer();
        return;
    }
    marks_.push_back(0);
    bool within = false;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode(text, at);
        const bool space = (classes_of(point.value) & char_class::space) != 0;
        if (!space && !within) {
            words_.push_back(static_cast<std::uint32_t>(marks_.size() - 1));
        }
        if (!space || within) {
            marks_.push_back(static_cast<std::uint32_t>(buffer_.size()));
            buffer_.append(space ? std::string_view(" ") : text.substr(at, point.length));
        }
        if (space && within) {
            words_.push_back(static_cast<std::uint32_t>(marks_.size()));
        }
        within = !space;
        at += point.length;
    }
    if (within) {
        marks_.push_back(static_cast<std::uint32_t>(buffer_.size()));
        buffer_.push_back(' ');
        words_.push_back(static_cast<std::uint32_t>(marks_.size()));
    }
    finish_buffer();
}

// Each word with a blank before and after it; n-grams do not cross words. A word shorter than n counts once.
void TextHasher::hash_chars_within_words(const TextSpec& spec) {
    if (!padded_) {
        pad_words();
    }
    for (std::size_t word = 0; word < words_.size(); word += 2) {
        const std::size_t first = words_[word];
        const std::size_t last = words_[word + 1];
        for (std::uint32_t n = spec.n_min; n <= spec.n_max; ++n) {
            if (last - first <= n) {
                const std::size_t begin = ascii_ ? first : marks_[first];
                const std::size_t end = ascii_ ? last : marks_[last];
                hash(std::string_view(buffer_.data() + begin, end - begin));
                break;
            }
            slide(first, last, n);
        }
    }
}

}  // namespace kontor::ml
