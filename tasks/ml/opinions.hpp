// What several cheap scorers think of an item: a few candidate codes, and for each (item, code)
// pair the figures that a ranker decides by. One object learned from some of the training rows
// judges the others, so that the ranker learns from opinions as good as those that it will get.
// Thread: learned on one thread; const members from any.
#pragma once

#include "tasks/ml/complement_bayes.hpp"
#include "tasks/ml/item_words.hpp"
#include "tasks/ml/model.hpp"
#include "tasks/ml/neighbours.hpp"
#include "tasks/ml/usual_values.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kontor::ml {

// Candidates of several items, one after the other.
struct Pairs {
    std::vector<std::size_t> begins{0};  // one more than items
    std::vector<std::uint32_t> codes;
    CsrMatrix features;  // a row per pair; a missing figure is an absent cell

    std::size_t items() const { return begins.size() - 1; }
    std::span<const std::uint32_t> codes_of(std::size_t item) const {
        return std::span(codes).subspan(begins[item], begins[item + 1] - begins[item]);
    }
};

// What all opinions share: nothing of it depends on labels but the remembered items, which leave
// out the fold they are asked for.
struct Grounds {
    ItemWords words;
    Neighbours neighbours;
};

struct LearnedRows {
    const Table& table;
    const CsrMatrix& words;
    const std::vector<std::int32_t>& labels;  // positions among the classes
    const std::vector<bool>& used;
};

class Opinions {
  public:
    // The linear model learns with `linear`; scorers see the rows r with used[r].
    static Opinions fit(
        const LearnedRows& rows,
        const Schema& schema,
        const std::vector<std::string>& classes,
        const sdk::JsonObject& linear,
        const FitControl& control
    );

    // Adds the candidates of the rows of `table`. `folds` and `own` as in Neighbours::nearest().
    void gather(
        const Grounds& ground,
        const Table& table,
        std::size_t candidates,
        std::span<const std::uint8_t> folds,
        std::uint8_t own,
        Pairs& pairs
    ) const;
    // What the figures of a pair are called, in the order of their columns.
    static std::vector<std::string> names(const Schema& schema);
    // What the linear scorer's opinion of a code consists of; nothing for a code that it never saw.
    std::vector<Contribution> words(const Table& table, std::size_t row, std::uint32_t code) const;
    bool has_seen(std::uint32_t code) const { return support_[code] > 0; }

    sdk::Json save(Sections& sections) const;
    static Opinions load(
        const sdk::Json& value,
        const Sections& sections,
        const Schema& schema,
        const std::vector<std::string>& classes,
        std::uint32_t words
    );

  private:
    struct Item;  // the opinions about one item
    void place_linear(const std::vector<std::string>& classes);
    void consider(
        const Grounds& ground, const ItemWords::Rows& rows, std::size_t row, Item& item
    ) const;
    void choose(std::size_t candidates, Item& item) const;
    void describe(const Table& table, std::size_t row, Item& item, Pairs& pairs) const;

    std::unique_ptr<Model> linear_;  // none when the rows have a single class
    sdk::JsonObject linear_params_;
    std::vector<std::int32_t> linear_column_;  // class -> column of the linear model, or -1
    ComplementBayes bayes_;
    UsualValues usual_;
    std::vector<std::uint32_t> support_;  // rows per class
};

}  // namespace kontor::ml
