#include <algorithm>

#include "core/expr/node.hpp"

namespace kontor::core::expr {
namespace {

// The key of a constant index, as a path shows it.
bool constant_key(const Node& index, std::string& key) {
    if (index.kind != NodeKind::Literal || !(index.value.is_string() || index.value.is_int64())) {
        return false;
    }
    key = index.value.is_string() ? std::string(index.value.get_string()) : to_text(index.value);
    return true;
}

// Appends the constant path that ends at `node`. Returns the node of its root name, or nullptr when it has none.
// `complete` becomes false once an index is not constant: what follows it is no part of the path.
const Node* collect(const Node& node, std::vector<std::string>& path, bool& complete) {
    if (node.kind == NodeKind::Name) {
        path.push_back(node.text);
        return &node;
    }
    if (node.kind != NodeKind::Member && node.kind != NodeKind::Index) {
        return nullptr;
    }
    const Node* root = collect(*node.children[0], path, complete);
    if (root == nullptr || !complete) {
        return root;
    }
    std::string key = node.text;
    complete = node.kind == NodeKind::Member || constant_key(*node.children[1], key);
    if (complete) {
        path.push_back(std::move(key));
    }
    return root;
}

// What hangs off a path without being part of it: its indices that are no literals.
void walk_indices(const Node& node, std::vector<Reference>& found);

void walk(const Node& node, std::vector<Reference>& found) {
    Reference reference;
    bool complete = true;
    if (const Node* root = collect(node, reference.path, complete)) {
        reference.offset = root->offset;
        found.push_back(std::move(reference));
        walk_indices(node, found);
        return;
    }
    for (const auto& child : node.children) {
        walk(*child, found);
    }
}

void walk_indices(const Node& node, std::vector<Reference>& found) {
    for (const Node* step = &node; step->kind != NodeKind::Name; step = step->children[0].get()) {
        if (step->kind == NodeKind::Index) {
            walk(*step->children[1], found);
        }
    }
}

}  // namespace

std::string path_text(const Node& node) {
    std::vector<std::string> path;
    bool complete = true;
    if (collect(node, path, complete) == nullptr) {
        return "the value";
    }
    std::string text;
    for (const std::string& step : path) {
        const bool number = !step.empty() && step.find_first_not_of("0123456789") == std::string::npos;
        const bool plain = step.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
                           std::string::npos;
        if (text.empty()) {
            text = step;
        } else {
            text += number ? "[" + step + "]" : plain ? "." + step : "['" + step + "']";
        }
    }
    return complete ? text : text + "[...]";
}

std::vector<Reference> located_references(const Program& program) {
    std::vector<Reference> found;
    if (!program.empty()) {
        walk(program.root(), found);
    }
    return found;
}

std::vector<std::vector<std::string>> references(const Program& program) {
    std::vector<std::vector<std::string>> paths;
    for (Reference& reference : located_references(program)) {
        if (std::find(paths.begin(), paths.end(), reference.path) == paths.end()) {
            paths.push_back(std::move(reference.path));
        }
    }
    return paths;
}

}  // namespace kontor::core::expr
