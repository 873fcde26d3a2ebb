// A doctor for tests of the HTTP door: all is well, or the error that it was given.
#pragma once

#include "ports/doctor.hpp"

#include <optional>

namespace kontor::http_test {

class MemoryDoctor : public ports::Doctor {
  public:
    Result<Json> look() override {
        return error ? Result<Json>(*error) : Result<Json>(Json(JsonObject{{"state", "ok"}, {"checks", JsonArray{}}}));
    }
    std::optional<Error> error;
};

}  // namespace kontor::http_test
