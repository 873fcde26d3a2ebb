// Which labelled rows models learn from and which judge them. The side follows from the words of
// the row (ml/twins.hpp), so that equal items are never on both; a row of the holdout that says
// nearly what a training row says judges nothing. Thread: one thread at a time. Owner: the task.
// Memory: 40 bytes per training row, and the rows of the holdout.
#pragma once

#include "tasks/csv/reader.hpp"
#include "tasks/dataset/id_set.hpp"
#include "tasks/dataset/table_reader.hpp"
#include "tasks/ml/twins.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace kontor::tasks::dataset {

enum class Side { Train, Holdout };

class Sides {
  public:
    // `holdout` is the share of groups of twins that judge; without `apart`, near twins may stand
    // on both sides.
    Sides(const SchemaColumns& columns, double holdout, bool apart)
        : columns_(columns), holdout_(holdout), apart_(apart) {}

    // Decides about a good row; one of the holdout is kept until judges() is asked for.
    Side place(const csv::Row& row, const std::string& label);
    // A row that is learned from whatever side it would be on: none of its twins judges. Requires: no row was placed yet.
    void learn(const csv::Row& row, const SchemaColumns& columns);
    struct Judge {
        csv::Row row;
        std::string label;
        std::array<std::uint64_t, ml::TwinKeys::bands> near{};
    };
    // Requires: all rows were placed.
    const std::vector<Judge>& judges() const { return judges_; }
    bool has_near_twin(const Judge& judge) const;

  private:
    std::uint64_t read_words(const csv::Row& row, const SchemaColumns& columns);

    const SchemaColumns& columns_;
    double holdout_;
    bool apart_;
    ml::TwinKeys keys_;
    IdSet learned_;
    IdSet learned_groups_;
    std::vector<Judge> judges_;
};

}  // namespace kontor::tasks::dataset
