// JSON values with ${{ }} in their texts.
#include <algorithm>
#include <variant>

#include "base/limits.hpp"
#include "core/expr/lexer.hpp"
#include "core/expr/node.hpp"
#include "core/expr/operators.hpp"
#include "core/expr/written.hpp"

namespace kontor::core::expr {

// One node of a template; subtrees without expressions stay one Literal.
struct Template::Part {
    // A piece of a text: plain characters, or a program that begins at `offset` in the text.
    struct Piece {
        std::string plain;
        Program program;
        std::size_t offset = 0;
    };
    enum class Kind { Literal, Whole, Text, List, Map };
    Kind kind = Kind::Literal;
    Json literal;
    std::string pointer;
    std::vector<Piece> pieces;  // Whole: exactly one
    std::vector<std::string> keys;
    std::vector<Part> children;
};

namespace {

using Part = Template::Part;
constexpr std::string_view opening = "${{";

Error shifted(Error error, std::size_t by) {
    if (!error.details.empty()) {
        error.details[0].pointer = std::to_string(std::stoull(error.details[0].pointer) + by);
    }
    return error;
}

// Errors: details[0].pointer is the offset in `text`.
Result<std::vector<Part::Piece>> split_text(std::string_view text) {
    std::vector<Part::Piece> pieces;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t start = std::min(text.find(opening, at), text.size());
        if (start > at) {
            pieces.push_back({std::string(text.substr(at, start - at)), {}, at});
        }
        if (start == text.size()) {
            break;
        }
        const std::size_t first = start + opening.size();
        const std::size_t end = closing_of(text, first);
        if (end == std::string_view::npos) {
            // A fault inside is the better answer: an unclosed quote swallows the closing braces.
            const std::size_t braces = std::min(text.find("}}", first), text.size());
            if (auto inner = parse(text.substr(first, braces - first)); !inner) {
                return shifted(inner.error(), first);
            }
            return fault_at(start, "'${{' has no closing '}}'");
        }
        auto program = parse(text.substr(first, end - 2 - first));
        if (!program) {
            return shifted(program.error(), first);
        }
        pieces.push_back({{}, std::move(*program), first});
        at = end;
    }
    return pieces;
}

// A block scalar ends in a line break that nobody means.
void drop_trailing_break(std::vector<Part::Piece>& pieces) {
    if (pieces.size() == 2 && pieces[1].program.empty() && pieces[1].plain.find_first_not_of(" \n") == std::string::npos) {
        pieces.pop_back();
    }
}

std::string escaped(std::string_view key) {
    std::string out;
    for (const char c : key) {
        out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return out;
}

Result<Part> build_text(const Json& value, const std::string& pointer) {
    Part part;
    part.pointer = pointer;
    const std::string_view text = value.get_string();
    if (!has_expression(text)) {
        part.literal = value;
        return part;
    }
    auto pieces = split_text(text);
    if (!pieces) {
        Error error = pieces.error();
        const std::string offset = error.details[0].pointer;
        error.details[0] = {pointer, offset + ": " + error.message};
        return error;
    }
    part.pieces = std::move(*pieces);
    drop_trailing_break(part.pieces);
    part.kind = part.pieces.size() == 1 ? Part::Kind::Whole : Part::Kind::Text;
    return part;
}

Result<Part> build(const Json& value, const std::string& pointer, std::size_t depth) {
    if (depth > limits::json_depth_max) {
        Error error = invalid("template", "the value nests too deep");
        error.details.push_back({pointer, "0: the value nests too deep"});
        return error;
    }
    if (value.is_string()) {
        return build_text(value, pointer);
    }
    Part part;
    part.pointer = pointer;
    const auto add = [&](const Json& child, const std::string& key) -> Result<void> {
        auto built = build(child, pointer + "/" + escaped(key), depth + 1);
        if (!built) {
            return built.error();
        }
        part.keys.push_back(key);
        part.children.push_back(std::move(*built));
        return {};
    };
    if (const auto* list = value.if_array()) {
        part.kind = Part::Kind::List;
        for (std::size_t i = 0; i < list->size(); ++i) {
            if (auto added = add((*list)[i], std::to_string(i)); !added) {
                return added.error();
            }
        }
    } else if (const auto* map = value.if_object()) {
        part.kind = Part::Kind::Map;
        for (const auto& entry : *map) {
            if (auto added = add(entry.value(), std::string(entry.key())); !added) {
                return added.error();
            }
        }
    }
    const bool plain = std::all_of(part.children.begin(), part.children.end(), [](const Part& child) {
        return child.kind == Part::Kind::Literal;
    });
    if (plain) {
        part.kind = Part::Kind::Literal;
        part.keys.clear();
        part.children.clear();
        part.literal = value;
    }
    return part;
}

Error render_fault(const Part& part, const std::string& message) {
    Error error = invalid("expression", message);
    error.details.push_back({part.pointer, message});
    return error;
}

Result<Json> render_text(const Part& part, const Scope& scope, Budget& budget) {
    std::string text;
    for (const Part::Piece& piece : part.pieces) {
        if (piece.program.empty()) {
            text += piece.plain;
            continue;
        }
        auto value = evaluate_node(piece.program.root(), scope, budget);
        if (!value) {
            return render_fault(part, value.error().message);
        }
        if (!budget.spend(size_of(value->get()))) {
            return render_fault(part, Budget::exhausted().message);
        }
        if (part.kind == Part::Kind::Whole) {
            return std::move(*value).take();
        }
        text += display(value->get());
    }
    return Json(text);
}

Result<Json> render_part(const Part& part, const Scope& scope, Budget& budget) {
    switch (part.kind) {
        case Part::Kind::Literal: return part.literal;
        case Part::Kind::Whole:
        case Part::Kind::Text: return render_text(part, scope, budget);
        case Part::Kind::List: {
            JsonArray list;
            list.reserve(part.children.size());
            for (const Part& child : part.children) {
                auto item = render_part(child, scope, budget);
                if (!item) {
                    return item;
                }
                list.push_back(std::move(*item));
            }
            return Json(std::move(list));
        }
        case Part::Kind::Map: {
            JsonObject map;
            map.reserve(part.children.size());
            for (std::size_t i = 0; i < part.children.size(); ++i) {
                auto item = render_part(part.children[i], scope, budget);
                if (!item) {
                    return item;
                }
                map.emplace(part.keys[i], std::move(*item));
            }
            return Json(std::move(map));
        }
    }
    KONTOR_UNREACHABLE();
}

void gather(const Part& part, std::vector<Reference>& found) {
    for (const Part::Piece& piece : part.pieces) {
        for (Reference& reference : located_references(piece.program)) {
            reference.offset += piece.offset;
            reference.pointer = part.pointer;
            found.push_back(std::move(reference));
        }
    }
    for (const Part& child : part.children) {
        gather(child, found);
    }
}

}  // namespace

bool has_expression(std::string_view text) { return text.find(opening) != std::string_view::npos; }

Result<Program> parse_wrapped(std::string_view text) {
    auto pieces = split_text(text);
    if (!pieces) {
        return pieces.error();
    }
    drop_trailing_break(*pieces);
    if (pieces->size() != 1 || (*pieces)[0].program.empty()) {
        return fault_at(0, "one expression is expected here: ${{ ... }}");
    }
    return std::move((*pieces)[0].program);
}

Result<Template> compile(const Json& value) {
    auto root = build(value, "", 0);
    if (!root) {
        return root.error();
    }
    return Template(std::make_shared<const Part>(std::move(*root)));
}

Result<Json> render(const Template& compiled, const Scope& scope) {
    if (compiled.empty()) {
        return Json(nullptr);
    }
    Budget budget;
    return render_part(*compiled.root(), scope, budget);
}

std::vector<Reference> located_references(const Template& compiled) {
    std::vector<Reference> found;
    if (!compiled.empty()) {
        gather(*compiled.root(), found);
    }
    return found;
}

std::vector<std::vector<std::string>> references(const Template& compiled) {
    std::vector<std::vector<std::string>> paths;
    for (Reference& reference : located_references(compiled)) {
        if (std::find(paths.begin(), paths.end(), reference.path) == paths.end()) {
            paths.push_back(std::move(reference.path));
        }
    }
    return paths;
}

std::optional<Json> written(const Template& compiled, std::string_view key) {
    const Part* root = compiled.root();
    if (root == nullptr) {
        return std::nullopt;
    }
    if (root->kind == Part::Kind::Literal) {
        const Json* found = member(root->literal, key);
        return found == nullptr ? std::nullopt : std::optional(*found);
    }
    for (std::size_t i = 0; root->kind == Part::Kind::Map && i < root->keys.size(); ++i) {
        if (root->keys[i] == key && root->children[i].kind == Part::Kind::Literal) {
            return root->children[i].literal;
        }
    }
    return std::nullopt;
}

}  // namespace kontor::core::expr
