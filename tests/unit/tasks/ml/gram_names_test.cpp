#include "tasks/ml/gram_names.hpp"

#include <gtest/gtest.h>

#include "tasks/ml/features.hpp"
#include "tasks/ml/murmur.hpp"
#include "tasks/ml/random.hpp"

namespace kontor::ml {
namespace {

TEST(GramNames, EveryGramHasTheHashThatFeaturesAreMadeOf) {
    std::vector<std::string> texts{
        "", " ", "a", "LED lamp  E27, 9W\t(warm)", "Kühlschrank  Größe XXL", "家電リサイクル法 テレビ 55型", "냉장고·냉동고 A01", "ΟΔΥΣΣΕΥΣ x",
        "\xC2\xA0 nbsp\xC2\xA0 at\xE2\x80\x83 em", "one_two 3d-print é e\xCC\x81 ", "\xF0\x9F\x93\xBA tv \xF0\x9F\x93\xBA\xF0\x9F\x93\xBA"};
    Random random(3);
    for (int i = 0; i < 300; ++i) {
        std::string text;
        for (std::size_t n = random.below(40); n > 0; --n) {
            constexpr std::string_view letters[]{"a", "B", " ", "  ", "9", "ß", "é", "日", "\t", "-", "İ", "_", "\xC2\xA0"};
            text += letters[random.below(std::size(letters))];
        }
        texts.push_back(std::move(text));
    }
    TextHasher hasher;
    for (const std::string& text : texts) {
        for (const TextSpec& spec :
             {TextSpec{Analyzer::Word, 1, 2}, TextSpec{Analyzer::Word, 2, 3}, TextSpec{Analyzer::CharWb, 3, 5},
              TextSpec{Analyzer::CharWb, 1, 4}, TextSpec{Analyzer::Char, 2, 4}}) {
            hasher.set_text(text);
            const auto wanted = hasher.hashes(spec);
            std::vector<std::uint32_t> found;
            each_gram(text, spec, [&](std::string_view gram) { found.push_back(murmur3(gram)); });
            ASSERT_EQ(found, std::vector<std::uint32_t>(wanted.begin(), wanted.end())) << to_string(spec.analyzer) << " of \"" << text << "\"";
        }
    }
}

TEST(GramNames, AColumnIsNamedByTheMostFrequentOfItsGrams) {
    Table table;
    table.text.resize(2);
    for (int i = 0; i < 30; ++i) {
        table.ids.push_back(std::to_string(i));
        table.text[0].push_back(i % 2 == 0 ? "steel kettle" : "white fridge");
        table.text[1].push_back("sold here");
    }
    // Sixteen columns a text: hashes are shared.
    const TextOptions options{{TextSpec{Analyzer::Word, 1, 2, 16}}};
    CsrMatrix matrix;
    const TextFeatures features = TextFeatures::fit(table, options, [] {}, matrix);
    std::vector<std::uint32_t> all(features.width());
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        all[i] = i;
    }
    const auto names = features.names(table, {"title", "note"}, all);
    for (const char* wanted : {"note \"sold\"", "note \"sold here\""}) {
        EXPECT_NE(std::find(names.begin(), names.end(), wanted), names.end()) << wanted;
    }
    for (const std::string& name : names) {
        EXPECT_TRUE(name.starts_with("title \"") || name.starts_with("note \"")) << name;
    }
}

}  // namespace
}  // namespace kontor::ml
