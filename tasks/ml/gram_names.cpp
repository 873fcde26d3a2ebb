#include "tasks/ml/gram_names.hpp"

#include <vector>

#include "tasks/ml/features.hpp"
#include "tasks/ml/murmur.hpp"
#include "tasks/ml/unicode.hpp"

namespace kontor::ml {
namespace {

struct Letter {
    std::string_view bytes;
    std::uint8_t classes = 0;
    bool is(std::uint8_t wanted) const { return (classes & wanted) != 0; }
};

std::vector<Letter> letters_of(std::string_view lowered) {
    std::vector<Letter> letters;
    for (std::size_t at = 0; at < lowered.size();) {
        const CodePoint point = decode(lowered, at);
        letters.push_back({lowered.substr(at, point.length), classes_of(point.value)});
        at += point.length;
    }
    return letters;
}

using Use = std::function<void(std::string_view)>;

// Every n pieces in a row, joined.
void each_run(const std::vector<std::string>& pieces, std::size_t n, std::string_view between, const Use& use) {
    for (std::size_t i = 0; i + n <= pieces.size(); ++i) {
        std::string gram = pieces[i];
        for (std::size_t k = 1; k < n; ++k) {
            gram.append(between).append(pieces[i + k]);
        }
        use(gram);
    }
}

void each_word_gram(const std::vector<Letter>& letters, const TextSpec& spec, const Use& use) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < letters.size(); ++at) {
        std::string word;
        std::size_t length = 0;
        for (; at < letters.size() && letters[at].is(char_class::word); ++at, ++length) {
            word += letters[at].bytes;
        }
        if (length >= 2) {
            words.push_back(std::move(word));
        }
    }
    for (std::size_t n = spec.n_min; n <= spec.n_max; ++n) {
        each_run(words, n, " ", use);
    }
}

void each_piece_of_words(const std::vector<Letter>& letters, const TextSpec& spec, const Use& use) {
    for (std::size_t at = 0; at < letters.size(); ++at) {
        std::vector<std::string> word{" "};
        for (; at < letters.size() && !letters[at].is(char_class::space); ++at) {
            word.emplace_back(letters[at].bytes);
        }
        if (word.size() == 1) {
            continue;
        }
        word.emplace_back(" ");
        for (std::size_t n = spec.n_min; n <= spec.n_max; ++n) {
            if (word.size() <= n) {
                each_run(word, word.size(), "", use);
                break;
            }
            each_run(word, n, "", use);
        }
    }
}

void each_piece(const std::vector<Letter>& letters, const TextSpec& spec, const Use& use) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < letters.size();) {
        const std::size_t begin = at;
        while (at < letters.size() && letters[at].is(char_class::space)) {
            ++at;
        }
        const std::size_t spaces = at - begin;
        if (spaces == 0) {
            ++at;
        }
        pieces.emplace_back(spaces > 1 ? std::string_view(" ") : letters[begin].bytes);
    }
    for (std::size_t n = spec.n_min; n <= spec.n_max; ++n) {
        each_run(pieces, n, "", use);
    }
}

}  // namespace

void each_gram(std::string_view text, const TextSpec& spec, const Use& use) {
    std::string lowered;
    to_lower(text, lowered);
    const std::vector<Letter> letters = letters_of(lowered);
    switch (spec.analyzer) {
        case Analyzer::Word: each_word_gram(letters, spec, use); break;
        case Analyzer::Char: each_piece(letters, spec, use); break;
        case Analyzer::CharWb: each_piece_of_words(letters, spec, use); break;
    }
}

std::string gram_name(std::string_view column, const TextSpec& spec, std::string_view gram) {
    const std::string_view mark = spec.analyzer == Analyzer::Word ? "\"" : "*";
    return std::string(column).append(" ").append(mark).append(gram).append(mark);
}

std::vector<std::string> TextFeatures::names(
    const Table& table, const std::vector<std::string>& text, std::span<const std::uint32_t> columns
) const {
    // The n-grams of an asked column, with how many rows hold them. Different ones may share a hash: the most frequent names it.
    std::vector<std::map<std::string, std::size_t>> found(columns.size());
    std::map<std::uint32_t, std::size_t> asked;  // hashed column -> place in `found`
    for (std::size_t i = 0; i < columns.size(); ++i) {
        asked[kept_[columns[i]]] = i;
    }
    TextHasher hasher;
    const std::size_t step = std::max<std::size_t>(table.rows() / naming_rows, 1);
    for (std::size_t row = 0; row < table.rows(); row += step) {
        std::uint32_t offset = 0;
        for (std::size_t t = 0; t < table.text.size(); ++t) {
            hasher.set_text(table.text[t][row]);
            for (const TextSpec& spec : options_.specs) {
                const auto hashes = hasher.hashes(spec);
                const bool holds = std::any_of(hashes.begin(), hashes.end(), [&](std::uint32_t hash) {
                    return asked.contains(offset + column_of(hash, spec.features));
                });
                const auto note = [&](std::string_view gram) {
                    const auto place = asked.find(offset + column_of(murmur3(gram), spec.features));
                    if (place != asked.end()) {
                        ++found[place->second][gram_name(text[t], spec, gram)];
                    }
                };
                if (holds) {
                    each_gram(table.text[t][row], spec, note);
                }
                offset += spec.features;
            }
        }
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto most = std::max_element(found[i].begin(), found[i].end(), [](const auto& a, const auto& b) {
            return a.second < b.second;
        });
        // A rare n-gram may be missing from the sample.
        names.push_back(most == found[i].end() ? "text column " + std::to_string(kept_[columns[i]]) : most->first);
    }
    return names;
}

}  // namespace kontor::ml
