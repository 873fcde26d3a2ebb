// A country's model as live predictions use it: in memory, with the code list and the threshold of the country's newest batch.
// Thread: any; nothing changes but what the model keeps for itself. Owner: whoever holds the pointer; requests that began with an
// old model finish with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "tasks/model/code_map.hpp"
#include "tasks/model/model_object.hpp"

namespace kontor::live {

// What the database says of a country, as it was read: equal values mean the same model, list and threshold.
struct Setup {
    std::string country;
    Json model;
    Json codes;  // a dataset; null: the model may give every code that it knows
    double threshold = 0.5;
    Json rules{};  // how the list is kept to (model/code_map.hpp), as the batch had it; null: as it stands
    friend bool operator==(const Setup&, const Setup&) = default;
};

struct Loaded {
    Setup setup;
    tasks::model::ModelRef ref;
    std::unique_ptr<ml::Model> model;
    tasks::model::CodeMap map;
    std::vector<std::size_t> allowed;  // the codes of the map that may be given, ascending
    std::int64_t bytes = 0;
};
using LoadedPtr = std::shared_ptr<const Loaded>;

}  // namespace kontor::live
