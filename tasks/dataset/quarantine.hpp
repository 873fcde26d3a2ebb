// Reading back what dataset.prepare and warehouse.extract put aside: rows with their reasons, a page at a time.
// Why here: who writes the file knows its columns. Thread: any; one call, one pass over the file.
#pragma once

#include <cstdint>

#include "tasks/sdk/objects.hpp"

namespace kontor::tasks::dataset {

struct QuarantinePage {
    sdk::JsonArray rows;  // {row, item_id, reason, text}; `row` is null when the file does not say which one it was
    bool more = false;
};

// The rows behind the first `after`, at most `limit`. Columns other than row, item_id and reason are shown in `text`, with commas between them.
// Errors: TaskFailure: Data when the object is no such file; and what Objects::open throws.
QuarantinePage read_quarantine(sdk::Objects& objects, const sdk::ObjectRef& object, std::int64_t after, std::int64_t limit);

}  // namespace kontor::tasks::dataset
