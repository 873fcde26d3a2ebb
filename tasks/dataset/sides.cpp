#include "tasks/dataset/sides.hpp"

#include "tasks/ml/table.hpp"

#include <algorithm>

namespace kontor::tasks::dataset {
namespace {

// The salt of the split that judges models. It never changes: an item of the holdout stays in it
// for ever.
constexpr std::string_view holdout_salt = "kontor.holdout.2";

}  // namespace

Side Sides::place(const csv::Row& row, const std::string& label) {
    keys_.begin();
    for (const std::size_t column : columns_.text) {
        keys_.add_text(row[column]);
    }
    for (const auto* rest : {&columns_.numeric, &columns_.categorical}) {
        for (const std::size_t column : *rest) {
            keys_.add_rest(row[column]);
        }
    }
    const bool aside =
        ml::split_point(keys_.group(ml::trimmed(row[columns_.id])), holdout_salt) < holdout_;
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
