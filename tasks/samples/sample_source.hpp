// Which samples count, as the task sees it: no table, only objects and the rows in them.
// Thread: any. Owner: the program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tasks/sdk/outcome.hpp"

namespace kontor::tasks::samples {

struct SampleObject {
    sdk::ObjectRef object;
    std::string sent_by;
    std::string at;  // ISO 8601
    std::vector<std::int64_t> places;  // the rows that count, from 1, ascending
};

class SampleSource {
 public:
    virtual ~SampleSource() = default;
    // Each item once. Errors: TaskFailure(Transient) when they cannot be read now.
    virtual std::vector<SampleObject> current(const std::string& country) = 0;
};

}  // namespace kontor::tasks::samples
