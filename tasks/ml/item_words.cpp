#include "tasks/ml/item_words.hpp"

#include <algorithm>

namespace kontor::ml {
namespace {

constexpr TextSpec words_spec{Analyzer::Word, 1, 2, 1U << 18U, false};
constexpr TextSpec pieces_spec{Analyzer::CharWb, 3, 4, 1U << 17U, false};

// The rows of `matrix` from `first` on, by feature.
Postings codes_of(const CsrMatrix& matrix, std::size_t first) {
    CsrMatrix codes;
    codes.width = matrix.width;
    for (std::size_t row = first; row < matrix.rows(); ++row) {
        const auto columns = matrix.columns_of(row);
        const auto values = matrix.values_of(row);
        codes.columns.insert(codes.columns.end(), columns.begin(), columns.end());
        codes.values.insert(codes.values.end(), values.begin(), values.end());
        codes.end_row();
    }
    return Postings::transpose(codes);
}

CsrMatrix features_of(const TextFeatures& features, const Table& joined) {
    CsrMatrix made;
    Scratch scratch;
    for (std::size_t row = 0; row < joined.rows(); ++row) {
        features.append(joined, row, scratch, made);
        made.end_row();
    }
    made.width = features.width();
    return made;
}

}  // namespace

Table joined_texts(const Table& table) {
    Table joined;
    joined.ids = table.ids;
    auto& texts = joined.text.emplace_back(table.rows());
    for (const auto& column : table.text) {
        for (std::size_t row = 0; row < table.rows(); ++row) {
            texts[row] += texts[row].empty() || column[row].empty() ? "" : " ";
            texts[row] += column[row];
        }
    }
    return joined;
}

ItemWords ItemWords::fit(
    const Table& train,
    const std::vector<std::string>& texts,
    const std::function<void()>& stop_point,
    CsrMatrix& matrix
) {
    ItemWords made;
    made.knows_codes_ = std::any_of(texts.begin(), texts.end(), [](const std::string& text) {
        return !text.empty();
    });
    Table all = joined_texts(train);
    if (made.knows_codes_) {
        all.ids.insert(all.ids.end(), texts.begin(), texts.end());
        all.text[0].insert(all.text[0].end(), texts.begin(), texts.end());
    }
    // A word that a code's text alone holds is what an item of a new code is found by: nothing is
    // dropped.
    const TextOptions options{{words_spec}, 1};
    CsrMatrix words;
    made.words_ = TextFeatures::fit(all, options, stop_point, words);
    if (made.knows_codes_) {
        CsrMatrix pieces;
        made.pieces_ = TextFeatures::fit(all, TextOptions{{pieces_spec}, 1}, stop_point, pieces);
        made.code_words_ = codes_of(words, train.rows());
        made.code_pieces_ = codes_of(pieces, train.rows());
        words.columns.resize(words.begins[train.rows()]);
        words.values.resize(words.begins[train.rows()]);
        words.begins.resize(train.rows() + 1);
    }
    matrix = std::move(words);
    return made;
}

ItemWords::Rows ItemWords::rows(const Table& joined) const {
    return {features_of(words_, joined), knows_codes_ ? features_of(pieces_, joined) : CsrMatrix()};
}

sdk::Json ItemWords::save(Sections& sections) const {
    Sections words;
    sdk::JsonObject saved{{"knows_codes", knows_codes_}, {"words", words_.save(words)}};
    put_under(sections, "words", words);
    if (knows_codes_) {
        Sections pieces;
        saved["pieces"] = pieces_.save(pieces);
        put_under(sections, "pieces", pieces);
        saved["code_words"] = code_words_.save(sections, "code_words");
        saved["code_pieces"] = code_pieces_.save(sections, "code_pieces");
    }
    return saved;
}

ItemWords ItemWords::load(const sdk::Json& value, const Sections& sections, std::size_t classes) {
    ItemWords loaded;
    const sdk::Json& knows = model_member(value, "knows_codes");
    loaded.knows_codes_ = knows.is_bool() && knows.get_bool();
    loaded.words_ = TextFeatures::load(model_member(value, "words"), take_under(sections, "words"), 1);
    if (loaded.knows_codes_) {
        loaded.pieces_ =
            TextFeatures::load(model_member(value, "pieces"), take_under(sections, "pieces"), 1);
        loaded.code_words_ =
            Postings::load(model_member(value, "code_words"), sections, "code_words", classes);
        loaded.code_pieces_ =
            Postings::load(model_member(value, "code_pieces"), sections, "code_pieces", classes);
        if (loaded.code_words_.features() != loaded.words_.width() ||
            loaded.code_pieces_.features() != loaded.pieces_.width()) {
            broken_model("the codes' texts do not fit its words");
        }
    }
    return loaded;
}

void put_under(Sections& sections, const std::string& name, const Sections& part) {
    for (const auto& [own, bytes] : part) {
        sections[name + "/" + own] = bytes;
    }
}

Sections take_under(const Sections& sections, const std::string& name) {
    Sections part;
    const std::string prefix = name + "/";
    for (auto at = sections.lower_bound(prefix);
         at != sections.end() && at->first.starts_with(prefix);
         ++at) {
        part[at->first.substr(prefix.size())] = at->second;
    }
    return part;
}

}  // namespace kontor::ml
