// A model file taken apart, for whoever gives its parts on instead of predicting with it.
// Thread: pure.
#pragma once

#include <string_view>

#include "tasks/ml/features.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::ml {

struct ModelFile {
    sdk::Json header;  // as save_model writes it
    Sections sections;
};
// Errors: TaskFailure(Data) for anything that is no model file.
ModelFile open_model_file(std::string_view bytes);

}  // namespace kontor::ml
