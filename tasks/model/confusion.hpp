// Which codes are taken for which: a square of counts that fits a page. Thread: any; pure.
#pragma once

#include "tasks/ml/metrics.hpp"
#include "tasks/sdk/outcome.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kontor::tasks::model {

// More codes than these are counted together as the last one, "other": the whole is in the object
// of predictions.
inline constexpr std::size_t confusion_codes_max = 24;

// {"codes": [code], "counts": [[rows]]}: counts[t][p] rows are of codes[t] and were taken for
// codes[p]. The codes with the most rows, in their order. Requires: every position in `judged` is
// one of `codes`.
sdk::Json confusion_of(std::span<const ml::Judged> judged, const std::vector<std::string>& codes);

}  // namespace kontor::tasks::model
