// A scope over one JSON object, and short ways to evaluate.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/expr/expr.hpp"

namespace kontor::core::expr::testing {

class JsonScope : public Scope {
 public:
    explicit JsonScope(std::string_view json) : roots_(json_from_text(json).value()) {}
    const Json* find(std::string_view root) const override { return member(roots_, root); }

 private:
    Json roots_;
};

// The result as JSON text, or "error: <sentence>".
inline std::string eval(std::string_view text, std::string_view scope = "{}") {
    const auto program = parse(text);
    if (!program) {
        return "syntax at " + program.error().details.at(0).pointer + ": " + program.error().message;
    }
    const auto value = evaluate(*program, JsonScope(scope));
    return value ? to_text(*value) : "error: " + value.error().message;
}

}  // namespace kontor::core::expr::testing
