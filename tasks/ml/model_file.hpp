// A model file taken apart and put together, for whoever gives its parts on instead of predicting with it.
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
// The other way. `header` says all but the sections' sizes.
std::string write_model_file(sdk::JsonObject header, const Sections& sections);

}  // namespace kontor::ml
