// What stands in a template without an expression. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "core/expr/expr.hpp"

namespace kontor::core::expr {

// The member `key` of a template that is a map, where that is written out; nullopt when there is none, or it is computed.
std::optional<Json> written(const Template& compiled, std::string_view key);

}  // namespace kontor::core::expr
