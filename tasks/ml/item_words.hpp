// The words of an item, all its text columns together, beside the words of the codes' own texts:
// the same features for both, so that an item can be compared with a code that has no labelled item
// yet. Thread: const members from any thread, each with its own Scratch.
#pragma once

#include "tasks/ml/features.hpp"
#include "tasks/ml/postings.hpp"
#include "tasks/ml/table.hpp"

#include <functional>
#include <string>
#include <vector>

namespace kontor::ml {

// One text column that holds all text columns of each row.
Table joined_texts(const Table& table);

class ItemWords {
  public:
    // `texts` has one entry per class, empty for one without a text. `matrix` receives the words of
    // the training rows.
    static ItemWords fit(
        const Table& train,
        const std::vector<std::string>& texts,
        const std::function<void()>& stop_point,
        CsrMatrix& matrix
    );
    bool knows_codes() const { return knows_codes_; }
    std::uint32_t width() const { return words_.width(); }
    // The rows of `joined` as words and, when the codes have texts, as pieces of words.
    struct Rows {
        CsrMatrix words;
        CsrMatrix pieces;
    };
    Rows rows(const Table& joined) const;
    const Postings& code_words() const { return code_words_; }
    const Postings& code_pieces() const { return code_pieces_; }

    sdk::Json save(Sections& sections) const;
    static ItemWords load(const sdk::Json& value, const Sections& sections, std::size_t classes);

  private:
    TextFeatures words_;
    TextFeatures pieces_;
    Postings code_words_;
    Postings code_pieces_;
    bool knows_codes_ = false;
};

// Parts of a model within a model: sections under a name.
void put_under(Sections& sections, const std::string& name, const Sections& part);
Sections take_under(const Sections& sections, const std::string& name);

}  // namespace kontor::ml
