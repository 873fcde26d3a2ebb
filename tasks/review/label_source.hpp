// What people have decided, as the task sees it: no table, only labels and where the items' texts lie.
// Thread: any. Owner: the program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tasks/sdk/outcome.hpp"

namespace kontor::tasks::review {

struct Label {
    std::string item;
    std::string code;
    std::string by;
    std::string at;  // ISO 8601
    sdk::ObjectRef object;
    std::int64_t row = 0;  // of the object, from 1
    std::string period{};  // YYYY-MM, by whose code list it was decided; empty: not known
};

class LabelSource {
 public:
    virtual ~LabelSource() = default;
    // One label per item. Errors: TaskFailure(Transient) when they cannot be read now.
    virtual std::vector<Label> labels(const std::string& country) = 0;
};

}  // namespace kontor::tasks::review
