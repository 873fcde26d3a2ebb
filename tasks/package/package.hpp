// A model for use outside of Kontor: a tar of plain files and a scorer in Python that reads them; and the way back.
// Thread: pure.
#pragma once

#include <string>
#include <string_view>

#include "tasks/model/model_object.hpp"

namespace kontor::tasks::package {

// A package is in memory while it is answered, and the command line reads no longer answer.
inline constexpr std::size_t package_bytes_max = std::size_t{256} << 20U;

// model.json (classes, schema, features, calibration), what the family adds (trees.ubj: XGBoost's own file; weights.npy, biases.npy;
// of rerank its indexes, and its linear scorer as files that begin with "linear.") and score.py, with rerank.py where it is needed.
// The same model gives the same bytes.
// Requires: `bytes` were checked against the hash recorded for them.
// Errors: TaskFailure(Config) for a package larger than package_bytes_max; TaskFailure(Data) for what is no model file.
std::string package_model(std::string_view bytes, const model::ModelRef& model);

struct Unpacked {
    std::string bytes;  // a model file, as Kontor itself would have written it
    std::string family;
    sdk::Json list;     // the code list that the model is bound to; null: the package names none
    std::string probed; // what was predicted, in a sentence
};
// Nothing in `tar` is trusted: it may come from anybody. What is not needed (scorers, id) is passed over; the package of a model of
// Kontor's gives that model's file again. The model has predicted a few strange items.
// Thread: of a process that may die (import_child.hpp): XGBoost reads the trees here.
// Errors: TaskFailure(Data), naming the file.
Unpacked unpack_model(std::string_view tar);

}  // namespace kontor::tasks::package
