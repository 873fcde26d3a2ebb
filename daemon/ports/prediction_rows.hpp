// Rows of a stored batch prediction, as a filed number is traced back to its items. The adapter is app/prediction_rows.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::ports {

// Rows that one page looks at beyond where it begins: a rare code of a large month gives an empty page with a `next` instead of a
// request that holds its thread for as long as the file is.
inline constexpr std::int64_t prediction_rows_looked_at_max = 500'000;

struct PredictionPlace {
    std::int64_t run = 0;
    std::string country;
    sdk::ObjectRef object;
    std::string code;  // empty: any
    std::string item;  // empty: any
    std::int64_t after = 0;  // rows that were looked at before
    std::int64_t limit = 50;
};

struct PredictedItem {
    std::string item;
    std::string code;
    std::string probability;  // as it is written
};

struct PredictionPage {
    std::vector<PredictedItem> items;  // that the model was sure of, in the file's order
    std::int64_t looked_at = 0;        // rows from the file's beginning: where the next page begins
    bool more = false;                 // the file goes on
    std::vector<sdk::Effect> opened;   // for the record
};

class PredictionRows {
 public:
    virtual ~PredictionRows() = default;
    // Opens the object under the role `tracer`.
    // Thread: any. Errors: NotFound (the object is gone or no prediction), Invalid (not granted), Unavailable.
    virtual Result<PredictionPage> read(const PredictionPlace& place) = 0;
};

}  // namespace kontor::ports
