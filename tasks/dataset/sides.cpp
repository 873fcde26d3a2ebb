#include "tasks/dataset/sides.hpp"

#include "tasks/ml/table.hpp"

#include <algorithm>

namespace kontor::tasks::dataset {
namespace {

// The salt of the split that judges models. It never changes: an item of the holdout stays in it
// for ever.
constexpr std::string_view holdout_salt = "kontor.holdout.2";

}  // namespace

// The row's group of twins; keys_ knows its words afterwards.
std::uint64_t Sides::read_words(const csv::Row& row, const SchemaColumns& columns) {
    keys_.begin();
    for (const std::size_t column : columns.text) {
        keys_.add_text(row[column]);
    }
    for (const auto* rest : {&columns.numeric, &columns.categorical}) {
        for (const std::size_t column : *rest) {
            keys_.add_rest(row[column]);
        }
    }
    return keys_.group(ml::trimmed(row[columns.id]));
}

void Sides::learn(const csv::Row& row, const SchemaColumns& columns) {
    learned_groups_.insert(read_words(row, columns));
    for (const std::uint64_t band : apart_ ? keys_.near() : std::span<const std::uint64_t>()) {
        learned_.insert(band);
    }
}

Side Sides::place(const csv::Row& row, const std::string& label) {
    const std::uint64_t group = read_words(row, columns_);
    const bool aside = ml::split_point(group, holdout_salt) < holdout_ && !learned_groups_.contains(group);
    const auto near = apart_ ? keys_.near() : std::span<const std::uint64_t>();
    if (aside) {
        Judge& judge = judges_.emplace_back(Judge{row, label});
        std::copy(near.begin(), near.end(), judge.near.begin());
        return Side::Holdout;
    }
    for (const std::uint64_t band : near) {
        learned_.insert(band);
    }
    return Side::Train;
}

bool Sides::has_near_twin(const Judge& judge) const {
    // A row without words has no bands, and no near twins.
    return std::any_of(judge.near.begin(), judge.near.end(), [this](std::uint64_t band) {
        return band != 0 && learned_.contains(band);
    });
}

}  // namespace kontor::tasks::dataset
