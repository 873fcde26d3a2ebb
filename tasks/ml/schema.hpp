// Which column of the data is what: `{id, text, numeric, categorical, label}` of the workflow.
// Thread: a value.
#pragma once

#include <string>
#include <vector>

#include "tasks/sdk/outcome.hpp"

namespace kontor::ml {

struct Schema {
    std::string id;
    std::vector<std::string> text;
    std::vector<std::string> numeric;
    std::vector<std::string> categorical;
    std::string label;  // empty: the data carry none

    bool operator==(const Schema&) const = default;
    // Same columns in the same roles; the label may be missing on either side.
    bool same_features(const Schema& other) const;
};

// Errors: TaskFailure(Config) for a missing id, no feature column, a column in two roles, unknown members.
Schema schema_from(const sdk::Json& value);
sdk::Json to_json(const Schema& schema);

}  // namespace kontor::ml
