// The functions of the expression language. Private to core/expr.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/expr/expr.hpp"
#include "core/expr/value.hpp"

namespace re2 {
class RE2;
}

namespace kontor::core::expr {

struct Function {
    std::string_view name;
    std::size_t arguments_min;
    std::size_t arguments_max;
    Outcome (*call)(std::span<Value> arguments, Budget& budget);
};

inline constexpr std::size_t any_number = 1000;

// nullptr when there is none.
const Function* find_function(std::string_view name);

// Never std::regex (it recurses with the text's length). Errors: the sentence RE2 gives.
Result<std::shared_ptr<const re2::RE2>> compile_pattern(std::string_view pattern);
bool pattern_matches(const re2::RE2& pattern, std::string_view text);

}  // namespace kontor::core::expr
