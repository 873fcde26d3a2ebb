// Expressions: a documented subset of CEL (workflows/README.md). No loops, no IO: cost is bounded by the text's length
// and by the size of the values it reads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace kontor::core::expr {

// Longer texts are programs, and programs belong in tasks.
inline constexpr std::size_t text_bytes_max = 16 * 1024;
// Parentheses, calls, indices, literals inside each other: bounds the parser's recursion.
inline constexpr int nesting_max = 64;
// Height of the parsed tree (a + b + c + ... is as high as it is long): bounds the evaluator's recursion.
inline constexpr int tree_height_max = 256;
// Bytes that one evaluation or rendering may build: more belongs in an object.
inline constexpr std::size_t built_bytes_max = 64 * 1024 * 1024;

struct Node;

// An immutable parsed expression; copies share it.
class Program {
 public:
    Program() = default;
    explicit Program(std::shared_ptr<const Node> root, std::string text);
    const Node& root() const { return *root_; }
    const std::string& text() const { return text_; }
    bool empty() const { return root_ == nullptr; }

 private:
    std::shared_ptr<const Node> root_;
    std::string text_;
};

// Names an expression sees. `find` returns nullptr for a name that does not exist.
class Scope {
 public:
    virtual ~Scope() = default;
    virtual const Json* find(std::string_view root) const = 0;
};

// Errors: Invalid; details[0].pointer is the byte offset in `text` where parsing stopped.
Result<Program> parse(std::string_view text);

// Errors: Invalid, with a sentence that names the path or operator ("tasks.tune.outputs has no member 'scor'").
Result<Json> evaluate(const Program& program, const Scope& scope);

// Static paths that the expression reads, outermost name first: {"tasks","extract","outputs","countries"}.
// An index that is not a constant ends the path.
std::vector<std::vector<std::string>> references(const Program& program);

// The same with the place where each begins, for messages. `pointer` is empty for a Program; for a Template it is the
// JSON pointer of the text, and `offset` counts within that text.
struct Reference {
    std::vector<std::string> path;
    std::size_t offset = 0;
    std::string pointer;
};
std::vector<Reference> located_references(const Program& program);

// Does `text` hold a ${{ }}?
bool has_expression(std::string_view text);
// The program of a text that is one whole ${{ }}. Errors: Invalid as parse(), offsets counted within `text`;
// also when the text is no expression at all.
Result<Program> parse_wrapped(std::string_view text);

// A JSON value in which texts may hold ${{ }}. A text that is one whole expression gives the expression's value,
// with its type; text around it gives a text.
class Template {
 public:
    struct Part;
    Template() = default;
    explicit Template(std::shared_ptr<const Part> root) : root_(std::move(root)) {}
    bool empty() const { return root_ == nullptr; }
    const Part* root() const { return root_.get(); }

 private:
    std::shared_ptr<const Part> root_;
};

// Errors: Invalid; details[0].pointer is the JSON pointer of the text within `value`, and details[0].message
// begins with the byte offset within that text and a colon: "12: ...".
Result<Template> compile(const Json& value);
Result<Json> render(const Template& compiled, const Scope& scope);
std::vector<std::vector<std::string>> references(const Template& compiled);
std::vector<Reference> located_references(const Template& compiled);

// Every function an expression may call, sorted; for the reference and for its test.
std::vector<std::string> function_names();

}  // namespace kontor::core::expr
