// XGBoost's C API with owners and errors: every call is checked, every parameter name known, every index in range.
// (XGBoost 1.7 accepts unknown parameters and indices out of range with success.)
// Thread: one thread at a time per object.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tasks/ml/csr.hpp"

namespace kontor::ml {

class DataMatrix {
 public:
    // Copies the matrix. Errors: TaskFailure(Bug) for an index out of range; (Resource) from XGBoost.
    explicit DataMatrix(const CsrMatrix& matrix);
    void set_labels(std::span<const std::int32_t> labels);
    // Requires: none negative.
    void set_weights(std::span<const float> weights);
    // How many rows each group has, for ranking. Requires: they add up to rows().
    void set_groups(std::span<const std::uint32_t> sizes);
    void* handle() const { return handle_.get(); }
    std::size_t rows() const { return rows_; }

 private:
    std::shared_ptr<void> handle_;
    std::size_t rows_ = 0;
};

class Booster {
 public:
    // For training on `train`; the others may be evaluated.
    explicit Booster(const DataMatrix& train, const std::vector<const DataMatrix*>& others = {});
    // Errors: TaskFailure(Data) when the bytes are no model.
    static Booster from_bytes(std::string_view bytes);
    // Replaces its trees, to boost on from there; parameters are to be set again. Errors as from_bytes.
    // Requires: the bytes are as to_bytes() gave them (XGBoost crashes on others).
    void load(std::string_view bytes);

    // Errors: TaskFailure(Bug) for a name that is not in the list of known parameters.
    void set(std::string_view name, const std::string& value);
    void update(int round, const DataMatrix& train);
    // The next round draws as a booster would that was loaded just now: with "seed_per_iteration" its trees follow from the seed,
    // the round and the trees so far alone. (XGBoost draws columns by numbers that go on from tree to tree.)
    // Ensures: margins and bins that are known stay known. Afterwards every parameter is to be set again.
    void forget_random_numbers();
    // The evaluation metric on one matrix after `round`.
    double evaluate(int round, const DataMatrix& data);
    // The scores before softmax, rows x classes.
    std::vector<float> margins(const DataMatrix& data);
    // What each column adds to each margin, and last what is added whatever the row: rows x classes x (columns + 1).
    std::vector<float> contributions(const DataMatrix& data);
    // The first `rounds` rounds alone.
    Booster first_rounds(int rounds) const;
    std::string to_bytes() const;
    // Of the matrices that its trees go by.
    std::size_t columns() const;
    // What the splits by each column gained together; columns without a split are absent. In order of the columns.
    std::vector<std::pair<std::uint32_t, double>> gains() const;

 private:
    explicit Booster(void* handle);
    std::vector<float> predicted(const DataMatrix& data, const char* config);
    std::shared_ptr<void> handle_;
};

}  // namespace kontor::ml
