// The parsed form of an expression. Private to core/expr: others hold a Program.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/expr/expr.hpp"

namespace re2 {
class RE2;
}

namespace kontor::core::expr {

struct Function;

enum class Operator {
    Or, And, Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In,
    Add, Subtract, Multiply, Divide, Modulo,
};
std::string_view to_string(Operator op);

enum class NodeKind {
    Literal,      // value
    Name,         // text: a root name
    Member,       // children[0] . text
    Index,        // children[0] [ children[1] ]
    List,         // children
    Map,          // children: key, value, key, value, ...
    Not,          // children[0]
    Negate,       // children[0]
    Binary,       // op, children[0..1]
    Conditional,  // children[0] ? [1] : [2]
    Call,         // function, children are the arguments
    Has,          // children[0] is a Member or an Index
    Default,      // children[0], or children[1] when that is missing or null
};

struct Node {
    NodeKind kind = NodeKind::Literal;
    std::size_t offset = 0;  // in the program's text
    int height = 1;
    Operator op = Operator::Or;
    Json value;
    std::string text;
    const Function* function = nullptr;
    std::shared_ptr<const re2::RE2> pattern;  // of matches(), when it is a literal
    std::vector<std::unique_ptr<Node>> children;
};

// "tasks.tune.outputs[0]" for a chain of names, members and constant indices; else "the value".
std::string path_text(const Node& node);

}  // namespace kontor::core::expr
