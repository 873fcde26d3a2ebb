// A model for use outside of Kontor: a tar of plain files and a scorer in Python that reads them.
// Thread: pure.
#pragma once

#include <string>
#include <string_view>

#include "tasks/model/model_object.hpp"

namespace kontor::tasks::model {

// A package is in memory while it is answered, and the command line reads no longer answer.
inline constexpr std::size_t package_bytes_max = std::size_t{256} << 20U;

// model.json (classes, schema, features, calibration), what the family adds (trees.ubj: XGBoost's own file; weights.npy, biases.npy;
// of rerank its indexes, and its linear scorer as files that begin with "linear.") and score.py, with rerank.py where it is needed.
// The same model gives the same bytes.
// Requires: `bytes` were checked against the hash recorded for them.
// Errors: TaskFailure(Config) for a package larger than package_bytes_max; TaskFailure(Data) for what is no model file.
std::string package_model(std::string_view bytes, const ModelRef& model);

}  // namespace kontor::tasks::model
