// How often predictions of one confidence are right: what the calibration error adds up, bin by bin.
// Thread: pure.
#pragma once

#include "tasks/ml/metrics.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace kontor::ml {

// Of equal width between 0 and 1.
inline constexpr std::size_t confidence_bins = 15;

struct ConfidenceBin {
    std::int64_t rows = 0;
    std::int64_t right = 0;
    double confidence = 0;  // summed
};

std::array<ConfidenceBin, confidence_bins> reliability(std::span<const Judged> rows);

// {"rows": [n], "right": [n], "confidence": [mean]} in the order of the bins; the mean of a bin without rows is null.
sdk::Json to_json(const std::array<ConfidenceBin, confidence_bins>& bins);

}  // namespace kontor::ml
