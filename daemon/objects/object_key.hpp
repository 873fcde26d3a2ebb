// Names of objects: `scope/workflow/run/country/file`. A key is also a path below the store's folder, so what may stand in
// one is decided here and nowhere else. Pure. Owner: none.
#pragma once

#include <string>
#include <string_view>

#include "tasks/sdk/task.hpp"

namespace kontor::objects {

// A longer file name is refused by common file systems.
inline constexpr std::size_t segment_bytes_max = 240;
inline constexpr std::size_t scope_bytes_max = 32;

struct ObjectKey {
    std::string text;
    std::string scope;
    std::string country;
};

// Five segments of [A-Za-z0-9._-], none empty, none starting with a dot.
// Throws TaskFailure(Config) with a sentence otherwise.
ObjectKey parse_key(std::string_view text);

// The key that `create` makes. Workflow, task and item may hold anything: what a file name cannot hold is replaced, and
// a hash keeps two of them apart.
// Throws TaskFailure: Config for scope and name, Data for a country that is not two capital letters or "all".
ObjectKey make_key(const sdk::TaskIdentity& identity, std::string_view scope, std::string_view country, std::string_view name);

// What a task instance's checkpoint is sealed for: `checkpoint/workflow/run/country/task[.item].state`, whatever the attempt.
// A task without a country, or of something else than a country, belongs to "all".
ObjectKey checkpoint_key(const sdk::TaskIdentity& identity);

bool is_country(std::string_view text);

}  // namespace kontor::objects
