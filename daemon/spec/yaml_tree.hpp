// The YAML of a workflow as a tree with byte offsets. Built from the parser's events, so that everything a workflow may not
// hold (tags, merge keys, duplicates, alias bombs and cycles, second documents) is seen and refused here. Private to spec.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "spec/diagnostics.hpp"

namespace kontor::spec {

// Counted with every alias unfolded: nine levels of nine aliases each would be 387 million.
inline constexpr std::size_t yaml_nodes_max = 10'000;
inline constexpr int yaml_depth_max = 32;

struct YamlNode;
using YamlPtr = std::shared_ptr<const YamlNode>;

struct YamlEntry {
    std::string key;
    std::size_t key_offset = 0;
    YamlPtr value;
};

struct YamlNode {
    enum class Kind { Null, Scalar, List, Map };
    Kind kind = Kind::Null;
    std::size_t offset = 0;
    bool plain = false;  // a scalar without quotes
    bool rewritten = false;  // `text` is not what stands at `offset`
    std::string text;
    std::vector<YamlPtr> items;
    std::vector<YamlEntry> entries;
    std::size_t weight = 1;  // nodes below and including this one
    int depth = 1;

    const YamlEntry* find(std::string_view key) const;
};

// nullptr exactly when something was added to `out` that leaves no tree; duplicates leave one.
YamlPtr read_yaml(std::string_view text, Diagnostics& out);

// Plain scalars by YAML's core rules, but only true and false are booleans (NO is a country), and numbers that would
// surprise (010, .inf, 1e400) are refused.
Json to_json(const YamlNode& node, Diagnostics& out);

// The offset in the text of byte `at` of a scalar's value; the scalar's own offset where the two do not run in step.
std::size_t offset_within(std::string_view text, const YamlNode& scalar, std::size_t at);

// Where a JSON pointer into to_json(node) stands in the text.
struct Place {
    const YamlNode* node = nullptr;
    std::size_t key_offset = 0;  // of its key, or of the node itself in a list
};
Place find_place(const YamlNode& root, std::string_view pointer);

}  // namespace kontor::spec
