// Rows that tasks put aside, as a person may read them. The adapter is app/quarantine.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::ports {

struct QuarantineRequest {
    std::int64_t run = 0;
    std::string country;  // of the task that wrote it; empty: of none
    sdk::ObjectRef object;
    std::int64_t after = 0;  // rows that were shown before
    std::int64_t limit = 50;
};

struct QuarantineRows {
    JsonArray rows;  // {row, item_id, reason, text}
    bool more = false;
    std::vector<sdk::Effect> opened;  // for the record
};

class Quarantine {
 public:
    virtual ~Quarantine() = default;
    // Opens the object under the role `inspector`.
    // Thread: any. Errors: NotFound (the object is gone), Invalid (not granted, or no quarantine), Unavailable.
    virtual Result<QuarantineRows> read(const QuarantineRequest& request) = 0;
};

}  // namespace kontor::ports
