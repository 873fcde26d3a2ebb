// The items that a prediction leaves to people, as a dataset of scope `review`: what the model said and what an error may
// cost, then the item's own columns as they stand. The texts stay in this encrypted object; the queue of reviews takes the
// columns before them alone.
//
// cost = units x weight of one unit in kg x fee per kg x (1 - probability). A factor that is not known (an empty cell, or no
// probability) counts as 1, so that the rest still orders the items.
// Thread: the task's. Owner: report.build.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/csv/data_file.hpp"

namespace kontor::tasks::report {

inline constexpr std::array<std::string_view, 7> doubt_columns{
    "review.item", "review.code", "review.probability", "review.alternatives", "review.units", "review.weight_kg", "review.cost"};

// As the predictions have them.
struct Doubt {
    std::string probability;
    std::string alternatives;  // JSON [[code, probability], ...]
};

struct Sold {
    std::optional<double> units;    // as they stand; nullopt: not known
    std::optional<double> unit_kg;
    double rounded_units = 0;       // as the report adds them up
    double rounded_kg = 0;          // of all units
};

double expected_cost(
    std::optional<double> units, std::optional<double> weight_kg, double fee, std::optional<double> probability
);

class DoubtWriter {
 public:
    // `fee` (per kg, 1 unless told) comes from the task's input.
    DoubtWriter(sdk::TaskContext& context, const std::vector<std::string>& columns);
    void add(const csv::Row& row, std::string_view item, std::string_view code, const Doubt& doubt, const Sold& sold);
    csv::Dataset finish();

 private:
    double fee_;
    csv::Writer writer_;
};

}  // namespace kontor::tasks::report
