// Complement naive Bayes (Rennie and others, 2003), as scikit-learn's ComplementNB scores, kept
// sparse: a feature that a class never shows adds the same to every class, so only what was seen is
// stored. Thread: const members from any thread.
#pragma once

#include "tasks/ml/csr.hpp"
#include "tasks/ml/postings.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kontor::ml {

class ComplementBayes {
  public:
    // Learns from the rows r with used[r]; their labels are below `classes`.
    static ComplementBayes fit(
        const CsrMatrix& matrix,
        std::span<const std::int32_t> labels,
        std::size_t classes,
        double alpha,
        const std::vector<bool>& used
    );
    // Replaces `scores` by a score per class, larger is likelier, up to a number that is the same
    // for all classes.
    void score(
        std::span<const std::uint32_t> columns,
        std::span<const float> values,
        std::vector<float>& scores
    ) const;

    sdk::Json save(Sections& sections) const;
    static ComplementBayes load(
        const sdk::Json& value, const Sections& sections, std::size_t classes, std::uint32_t words
    );

  private:
    Postings deltas_;            // feature -> (class, what having it adds)
    std::vector<float> others_;  // per class: logarithm of all that the other classes show
};

}  // namespace kontor::ml
