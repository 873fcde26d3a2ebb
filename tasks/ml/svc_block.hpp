// Linear classification with the squared hinge loss, one class against the rest, for several classes in one pass over the
// rows: a row is read once and its columns' weights lie side by side, so that sixteen classes cost little more than one.
// The method is dual coordinate descent with shrinking (Hsieh and others, 2008), as in LIBLINEAR's solver of this problem,
// and it ends by the same measure. Same rows, same block: same weights, on every machine.
// Thread: pure; blocks may be fitted at the same time.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "tasks/ml/csr.hpp"

namespace kontor::ml {

constexpr std::size_t svc_lanes = 16;

struct SvcOptions {
    double c = 1;
    double balance = 0;      // rare classes weigh (rest / members)^balance
    double tolerance = 0.1;  // how far the dual gradients of a class may be apart at the end
};

// The squared length of every row, the constant bias column included.
std::vector<float> squared_lengths(const CsrMatrix& matrix);

// Fits the classes `first` to `first + count - 1`; row r is of class labels[r].
// Requires: 0 < count <= svc_lanes; squares = squared_lengths(matrix); weights hold matrix.width x classes.
// Ensures: the columns of these classes in `weights` and `biases` are written, and nothing else.
// `stop_point` is called between passes and may throw.
void fit_svc_block(
    const CsrMatrix& matrix,
    const std::vector<float>& squares,
    const std::vector<std::int32_t>& labels,
    std::int32_t first,
    std::size_t count,
    const SvcOptions& options,
    const std::function<void()>& stop_point,
    std::vector<float>& weights,
    std::vector<float>& biases
);

}  // namespace kontor::ml
