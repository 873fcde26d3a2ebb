// Where a query's text comes from: a file below the workflows folder, or the workflow itself. Thread: any.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace kontor::tasks::warehouse {

// A query is a text that a person wrote; larger is a dump taken for a query.
inline constexpr std::size_t query_bytes_max = std::size_t{1} << 20U;

// Reads `name` below `folder`. A name that leads out of the folder (.., an absolute path, a link) is refused.
// Errors: TaskFailure(Config), naming the path that was looked at.
std::string read_query(const std::filesystem::path& folder, const std::string& name);

}  // namespace kontor::tasks::warehouse
