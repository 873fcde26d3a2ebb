// The house rules that a machine can hold: each finding says what to do instead.
#pragma once

#include "meta/layer_table.hpp"

#include <string_view>
#include <vector>

namespace kontor::meta {

// Length of a file by its kind: sources 500 lines, headers 200, tests 800.
std::vector<Finding> check_size(std::string_view path, std::string_view source);

// Names of files, folders and types that say nothing about what is inside.
std::vector<Finding> check_names(std::string_view path, std::string_view source);

// What no source may hold: detached coroutines, swallowed exceptions, unfinished work, ...
std::vector<Finding> check_code(std::string_view path, std::string_view source);

// The rules under which g++ 12 compiles coroutines rightly.
std::vector<Finding> check_coroutines(std::string_view path, std::string_view source);

// All of the above.
std::vector<Finding> check_source(std::string_view path, std::string_view source);

}  // namespace kontor::meta
