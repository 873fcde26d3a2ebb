// Precedence climbing over the tokens. Recursion is bounded by nesting_max, the tree's height by tree_height_max.
#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "base/nearest.hpp"
#include "core/expr/expr.hpp"
#include "core/expr/functions.hpp"
#include "core/expr/lexer.hpp"
#include "core/expr/node.hpp"

namespace kontor::core::expr {
namespace {

using NodePtr = std::unique_ptr<Node>;
using Parsed = Result<NodePtr>;

struct BinaryOperator {
    std::string_view symbol;
    Operator op;
    int precedence;  // higher binds tighter
};

constexpr std::array<BinaryOperator, 14> binary_operators{{
    {"||", Operator::Or, 1},          {"&&", Operator::And, 2},
    {"==", Operator::Equal, 3},       {"!=", Operator::NotEqual, 3},
    {"<", Operator::Less, 3},         {"<=", Operator::LessEqual, 3},
    {">", Operator::Greater, 3},      {">=", Operator::GreaterEqual, 3},
    {"in", Operator::In, 3},          {"+", Operator::Add, 4},
    {"-", Operator::Subtract, 4},     {"*", Operator::Multiply, 5},
    {"/", Operator::Divide, 5},       {"%", Operator::Modulo, 5},
}};

class Parser {
 public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Parsed run() {
        auto root = expression();
        if (root && peek().kind != TokenKind::End) {
            return fault_at(peek().offset, "'" + std::string(peek().written) + "' is not expected here");
        }
        return root;
    }

 private:
    // Counts one level of recursion for as long as it lives.
    class Level {
     public:
        explicit Level(int& depth) : depth_(depth) { ++depth_; }
        ~Level() { --depth_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

     private:
        int& depth_;
    };

    const Token& peek() const { return tokens_[at_]; }
    bool is_symbol(std::string_view symbol) const {
        return peek().kind == TokenKind::Symbol && peek().text == symbol;
    }
    bool accept(std::string_view symbol) {
        const bool found = is_symbol(symbol);
        at_ += found ? 1 : 0;
        return found;
    }
    Result<void> expect(std::string_view symbol) {
        if (accept(symbol)) {
            return {};
        }
        return fault_at(peek().offset, "'" + std::string(symbol) + "' is expected here");
    }

    Parsed make(NodeKind kind, std::size_t offset, std::vector<NodePtr> children = {}) {
        auto node = std::make_unique<Node>();
        node->kind = kind;
        node->offset = offset;
        node->children = std::move(children);
        for (const NodePtr& child : node->children) {
            node->height = std::max(node->height, child->height + 1);
        }
        if (node->height > tree_height_max) {
            return fault_at(offset, "the expression is too long a chain; split it over several tasks");
        }
        return node;
    }

    // Two statements, as an initialiser list would copy.
    static std::vector<NodePtr> list_of(NodePtr first, NodePtr second) {
        std::vector<NodePtr> nodes;
        nodes.push_back(std::move(first));
        nodes.push_back(std::move(second));
        return nodes;
    }

    Parsed expression() {
        const Level level(depth_);
        if (depth_ > nesting_max) {
            return fault_at(peek().offset, "the expression nests deeper than " + std::to_string(nesting_max) + " levels");
        }
        auto condition = binary(1);
        const std::size_t offset = peek().offset;
        if (!condition || !accept("?")) {
            return condition;
        }
        auto yes = binary(1);
        if (!yes) {
            return yes;
        }
        if (auto colon = expect(":"); !colon) {
            return colon.error();
        }
        auto no = expression();
        if (!no) {
            return no;
        }
        auto children = list_of(std::move(*condition), std::move(*yes));
        children.push_back(std::move(*no));
        return make(NodeKind::Conditional, offset, std::move(children));
    }

    std::optional<BinaryOperator> binary_operator() const {
        const bool word = peek().kind == TokenKind::Name;
        for (const BinaryOperator& candidate : binary_operators) {
            if ((word || peek().kind == TokenKind::Symbol) && peek().text == candidate.symbol) {
                return candidate;
            }
        }
        return std::nullopt;
    }

    Parsed binary(int precedence_min) {
        auto left = unary();
        while (left) {
            const auto op = binary_operator();
            if (!op || op->precedence < precedence_min) {
                break;
            }
            const std::size_t offset = peek().offset;
            ++at_;
            auto right = binary(op->precedence + 1);
            if (!right) {
                return right;
            }
            left = make(NodeKind::Binary, offset, list_of(std::move(*left), std::move(*right)));
            if (left) {
                (*left)->op = op->op;
            }
        }
        return left;
    }

    Parsed unary() {
        const Level level(depth_);
        if (depth_ > nesting_max) {
            return fault_at(peek().offset, "the expression nests deeper than " + std::to_string(nesting_max) + " levels");
        }
        const std::size_t offset = peek().offset;
        if (accept("!")) {
            return wrap(NodeKind::Not, offset, unary());
        }
        if (accept("-")) {
            // -9223372036854775808 is a number, though its magnitude alone is not.
            if (peek().kind == TokenKind::Integer) {
                return integer(offset, true);
            }
            return wrap(NodeKind::Negate, offset, unary());
        }
        return postfix();
    }

    Parsed wrap(NodeKind kind, std::size_t offset, Parsed child) {
        if (!child) {
            return child;
        }
        std::vector<NodePtr> children;
        children.push_back(std::move(*child));
        return make(kind, offset, std::move(children));
    }

    Parsed integer(std::size_t offset, bool negative) {
        constexpr auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        const std::uint64_t magnitude = peek().integer;
        if (magnitude > limit + (negative ? 1 : 0)) {
            return fault_at(offset, "the number is out of range");
        }
        ++at_;
        auto node = make(NodeKind::Literal, offset);
        if (node) {
            const std::uint64_t bits = negative ? ~magnitude + 1 : magnitude;
            (*node)->value = static_cast<std::int64_t>(bits);
        }
        return follow(std::move(node));
    }

    Parsed postfix() { return follow(primary()); }

    // .name, .name(...), [index] behind a value.
    Parsed follow(Parsed node) {
        while (node) {
            const std::size_t offset = peek().offset;
            if (accept(".")) {
                const Token name = peek();
                if (name.kind != TokenKind::Name) {
                    return fault_at(name.offset, "a name is expected after '.'; other names are written ['like this']");
                }
                ++at_;
                if (is_symbol("(")) {
                    node = call(name, std::move(*node));
                    continue;
                }
                node = wrap(NodeKind::Member, name.offset, std::move(node));
                if (node) {
                    (*node)->text = name.text;
                }
            } else if (accept("[")) {
                auto index = expression();
                if (!index) {
                    return index;
                }
                if (auto bracket = expect("]"); !bracket) {
                    return bracket.error();
                }
                node = make(NodeKind::Index, offset, list_of(std::move(*node), std::move(*index)));
            } else {
                break;
            }
        }
        return node;
    }

    Parsed primary() {
        const Token token = peek();
        switch (token.kind) {
            case TokenKind::End:
                return fault_at(token.offset, "the expression ends too early");
            case TokenKind::Integer:
                return integer(token.offset, false);
            case TokenKind::Double:
                return literal(token, Json(token.number));
            case TokenKind::Text:
                return literal(token, Json(token.text));
            case TokenKind::Name:
                return name(token);
            case TokenKind::Symbol:
                break;
        }
        if (accept("(")) {
            auto inner = expression();
            if (!inner) {
                return inner;
            }
            if (auto closed = expect(")"); !closed) {
                return closed.error();
            }
            return inner;
        }
        if (accept("[")) {
            return items(token.offset, "]", false);
        }
        if (accept("{")) {
            return items(token.offset, "}", true);
        }
        return fault_at(token.offset, "'" + std::string(token.written) + "' is not expected here");
    }

    Parsed literal(const Token& token, Json value) {
        ++at_;
        auto node = make(NodeKind::Literal, token.offset);
        if (node) {
            (*node)->value = std::move(value);
        }
        return node;
    }

    Parsed name(const Token& token) {
        if (token.text == "true" || token.text == "false") {
            return literal(token, Json(token.text == "true"));
        }
        if (token.text == "null") {
            return literal(token, Json(nullptr));
        }
        if (token.text == "in") {
            return fault_at(token.offset, "'in' stands between a value and a list or map");
        }
        ++at_;
        if (is_symbol("(")) {
            return call(token, nullptr);
        }
        auto node = make(NodeKind::Name, token.offset);
        if (node) {
            (*node)->text = token.text;
        }
        return node;
    }

    // Behind the opening bracket. As in CEL, a trailing comma is allowed but for a function's arguments.
    Parsed items(std::size_t offset, std::string_view closing, bool map) {
        std::vector<NodePtr> children;
        while (!accept(closing)) {
            for (int part = 0; part < (map ? 2 : 1); ++part) {
                if (part == 1) {
                    if (auto colon = expect(":"); !colon) {
                        return colon.error();
                    }
                }
                auto item = expression();
                if (!item) {
                    return item;
                }
                children.push_back(std::move(*item));
            }
            const bool comma = accept(",");
            if (comma ? closing == ")" && is_symbol(closing) : !is_symbol(closing)) {
                return fault_at(peek().offset, comma ? "another argument is expected here" : "',' or '" + std::string(closing) + "' is expected here");
            }
        }
        return make(map ? NodeKind::Map : NodeKind::List, offset, std::move(children));
    }

    // `receiver` is null for f(x), else the x of x.f().
    Parsed call(const Token& name, NodePtr receiver) {
        auto list = (++at_, items(name.offset, ")", false));
        if (!list) {
            return list;
        }
        std::vector<NodePtr> arguments = std::move((*list)->children);
        if (receiver != nullptr) {
            arguments.insert(arguments.begin(), std::move(receiver));
        }
        if (name.text == "has") {
            if (arguments.size() != 1 || (arguments[0]->kind != NodeKind::Member && arguments[0]->kind != NodeKind::Index)) {
                return fault_at(name.offset, "has() takes one path, such as has(event.data.country)");
            }
            return make(NodeKind::Has, name.offset, std::move(arguments));
        }
        if (name.text == "default") {
            if (arguments.size() != 2) {
                return fault_at(name.offset, "default() takes a value and what stands in for it");
            }
            return make(NodeKind::Default, name.offset, std::move(arguments));
        }
        const Function* function = find_function(name.text);
        if (function == nullptr) {
            const std::string meant = nearest(name.text, function_names());
            return fault_at(name.offset, "there is no function '" + name.text + "'" + (meant.empty() ? "" : "; did you mean '" + meant + "'?"));
        }
        if (arguments.size() < function->arguments_min || arguments.size() > function->arguments_max) {
            return fault_at(name.offset, name.text + "() does not take " + std::to_string(arguments.size()) + " arguments");
        }
        std::shared_ptr<const re2::RE2> pattern;
        if (name.text == "matches" && arguments[1]->kind == NodeKind::Literal && arguments[1]->value.is_string()) {
            auto compiled = compile_pattern(arguments[1]->value.get_string());
            if (!compiled) {
                return fault_at(arguments[1]->offset, compiled.error().message);
            }
            pattern = std::move(*compiled);
        }
        auto node = make(NodeKind::Call, name.offset, std::move(arguments));
        if (node) {
            (*node)->function = function;
            (*node)->pattern = std::move(pattern);
        }
        return node;
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

std::string_view to_string(Operator op) {
    for (const BinaryOperator& candidate : binary_operators) {
        if (candidate.op == op) {
            return candidate.symbol;
        }
    }
    KONTOR_UNREACHABLE();
}

Program::Program(std::shared_ptr<const Node> root, std::string text) : root_(std::move(root)), text_(std::move(text)) {}

Result<Program> parse(std::string_view text) {
    if (text.size() > text_bytes_max) {
        return fault_at(text_bytes_max, "the expression is longer than " + std::to_string(text_bytes_max) + " bytes");
    }
    auto tokens = tokenize(text);
    if (!tokens) {
        return tokens.error();
    }
    auto root = Parser(std::move(*tokens)).run();
    if (!root) {
        return root.error();
    }
    return Program(std::shared_ptr<const Node>(std::move(*root)), std::string(text));
}

}  // namespace kontor::core::expr
