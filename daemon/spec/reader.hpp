// Typed reads of YAML values, each with a diagnostic of its own. Private to spec.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "core/dag/workflow.hpp"
#include "spec/yaml_tree.hpp"

namespace kontor::spec {

struct Context {
    Diagnostics& out;
    const Vocabulary& vocabulary;
};

// One static path that an expression reads, and where it stands in the text.
struct Reading {
    std::vector<std::string> path;
    std::size_t root_offset = 0;
    std::size_t offset = 0;  // of the path's second name when it has one: tasks.>tune<
};

// `node` as a map, after refusing keys that are not in `keys`. False: it is no map.
bool expect_map(Context& context, const YamlNode& node, std::string_view what, std::span<const std::string_view> keys);
bool expect_map(Context& context, const YamlNode& node, std::string_view what);

// `^[a-z0-9][a-z0-9_-]{0,62}$`: safe in URLs, file names and SQL alike.
bool is_name(std::string_view text);
bool check_name(Context& context, std::size_t offset, std::string_view text, std::string_view what);

std::optional<std::string> read_text(Context& context, const YamlEntry& entry);
std::optional<Duration> read_duration(Context& context, const YamlEntry& entry);
std::optional<std::int64_t> read_integer(Context& context, const YamlEntry& entry, std::int64_t least, std::int64_t most);
std::optional<double> read_number(Context& context, const YamlEntry& entry, double least, double most);
std::optional<bool> read_bool(Context& context, const YamlEntry& entry);
// The index in `choices`.
std::optional<std::size_t> read_choice(Context& context, const YamlEntry& entry, std::span<const std::string_view> choices);

struct Named {
    std::string text;
    std::size_t offset;
};
// One text or a list of texts.
std::vector<Named> read_names(Context& context, const YamlEntry& entry);

// One whole ${{ }}; its paths go to `readings`.
core::expr::Program read_expression(Context& context, const YamlNode& node, std::vector<Reading>& readings);
// Any value whose texts may hold ${{ }}. `plain` gets the value as JSON, expressions as the texts they are.
core::expr::Template read_template(Context& context, const YamlNode& node, std::vector<Reading>& readings, Json* plain = nullptr);

// Faults of `value` (what read_template gave as `plain`) against `schema`; values with expressions are checked later, once
// they are rendered.
void check_against(Context& context, const YamlNode& node, const Json& schema, const Json& value, std::string_view what);

}  // namespace kontor::spec
