#include "demo/lexicon.hpp"

#include "base/check.hpp"
#include "demo/lexicon_texts.hpp"

namespace kontor::demo {
namespace {

std::vector<std::string> parts(std::string_view text, char separator) {
    std::vector<std::string> all;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        all.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return all;
}

Lexicon parsed(const LexiconText& text) {
    Lexicon words;
    words.language = text.language;
    const std::vector<std::string> products = parts(text.products, ';');
    KONTOR_CHECK(products.size() == product_count);
    for (std::size_t i = 0; i < product_count; ++i) {
        words.products[i] = parts(products[i], '|');
    }
    words.adjectives = parts(text.adjectives, '|');
    words.features = parts(text.features, '|');
    words.categories = parts(text.categories, ';');
    KONTOR_CHECK(words.categories.size() == category_count);
    words.for_word = text.for_word;
    return words;
}

}  // namespace

const std::vector<Lexicon>& lexicons() {
    static const std::vector<Lexicon> all = [] {
        std::vector<Lexicon> made;
        for (const auto texts : {germanic_texts(), romance_texts(), slavic_texts(), other_texts()}) {
            for (const LexiconText& text : texts) {
                made.push_back(parsed(text));
            }
        }
        return made;
    }();
    return all;
}

const Lexicon& lexicon(std::string_view language) {
    for (const Lexicon& words : lexicons()) {
        if (words.language == language) {
            return words;
        }
    }
    KONTOR_UNREACHABLE();
}

}  // namespace kontor::demo
