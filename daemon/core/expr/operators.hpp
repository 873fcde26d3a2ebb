// Arithmetic, comparison and membership, with CEL's rules. Private to core/expr.
#pragma once

#include "core/expr/node.hpp"
#include "core/expr/value.hpp"

namespace kontor::core::expr {

Outcome evaluate_node(const Node& node, const Scope& scope, Budget& budget);

// Requires: op is neither And nor Or (they do not always look at both sides).
Outcome apply(Operator op, Value& left, const Value& right, Budget& budget);
Outcome negate(const Json& json);

}  // namespace kontor::core::expr
