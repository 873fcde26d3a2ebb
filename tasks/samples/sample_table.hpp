// How samples lie in an object: who writes it and who reads it agree here. A CSV with the item, its version and its code, and
// the item's own columns under names that cannot be those three.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace kontor::tasks::samples {

inline constexpr std::string_view scope = "sample";
inline constexpr std::array<std::string_view, 3> fixed_columns{"item", "version", "code"};
enum FixedColumn : std::size_t { item_column, version_column, code_column };
inline std::string own_column(std::string_view name) { return "column:" + std::string(name); }

}  // namespace kontor::tasks::samples
