#include "tasks/ml/reliability.hpp"

#include <algorithm>

namespace kontor::ml {

std::array<ConfidenceBin, confidence_bins> reliability(std::span<const Judged> rows) {
    std::array<ConfidenceBin, confidence_bins> bins{};
    for (const Judged& row : rows) {
        ConfidenceBin& bin = bins[std::min(confidence_bins - 1, static_cast<std::size_t>(std::max(row.confidence, 0.0) * confidence_bins))];
        ++bin.rows;
        bin.right += row.truth == row.predicted ? 1 : 0;
        bin.confidence += row.confidence;
    }
    return bins;
}

sdk::Json to_json(const std::array<ConfidenceBin, confidence_bins>& bins) {
    sdk::JsonArray rows;
    sdk::JsonArray right;
    sdk::JsonArray confidence;
    for (const ConfidenceBin& bin : bins) {
        rows.push_back(bin.rows);
        right.push_back(bin.right);
        confidence.push_back(bin.rows == 0 ? sdk::Json() : sdk::Json(bin.confidence / static_cast<double>(bin.rows)));
    }
    return sdk::JsonObject{{"rows", std::move(rows)}, {"right", std::move(right)}, {"confidence", std::move(confidence)}};
}

}  // namespace kontor::ml
