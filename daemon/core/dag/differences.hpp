// What differs between two versions of a definition, as its reader thinks of it: parts by name, whatever their order, layout and
// comments. Pure. The documents are those of spec::document_of.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"

namespace kontor::core::dag {

struct Difference {
    std::string path;  // "tasks.tune.timeout"
    Json before;       // null with `added`
    Json after;        // null with `removed`
    bool added = false;
    bool removed = false;
};

// In the order of `before`, then what is new in the order of `after`. A single name counts as a list of one where the language
// takes either.
std::vector<Difference> differences(const Json& before, const Json& after);

// "tasks.tune.timeout: 30m -> 1h", "tasks.polish is new"
std::string sentence(const Difference& difference);

}  // namespace kontor::core::dag
