// JSON with every digit of its numbers: Boost.JSON 1.81 reads some doubles one bit off, and a model would come back as another one.
// Thread: pure.
#pragma once

#include <string_view>

#include "tasks/sdk/outcome.hpp"

namespace kontor::ml {

// Members in their order. Errors: TaskFailure(Data), naming `file` and the place.
sdk::Json read_json(std::string_view text, std::string_view file);

}  // namespace kontor::ml
