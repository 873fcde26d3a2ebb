// Predictions while somebody waits. The adapter is live/predictor.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::ports {

struct PredictRequest {
    std::string country;
    JsonArray items;       // each an object: the model's columns by name, and the id if it has one
    std::size_t top = 3;   // the code and so many alternatives less one
    bool explain = false;
    bool lenient = false;  // columns that the model does not have are passed over, not refused
};

// A model for use outside: a tar, and what goes on record before anybody gets it.
struct Package {
    std::string tar;
    std::vector<sdk::Effect> effects;
};

class Predictor {
 public:
    virtual ~Predictor() = default;
    // {"country", "model": {"id", "family"}, "threshold", "codes", "items": [{"item_id", "code", "probability", "status",
    // "review", "alternatives", "explanation"?}]}: an answer for each item, in their order.
    // Thread: any; blocks until the rows were computed.
    // Errors: Invalid with a JSON pointer for each fault of an item; Conflict (the country has no model yet);
    //         Unavailable (too many rows wait already, or the model cannot be opened or put on record).
    virtual Result<Json> predict(const PredictRequest& request) = 0;
    // The model as files that Python reads, with a scorer.
    // Thread: any; blocks until the model was read.
    // Errors: NotFound (no model of that id was scored in the country); Conflict (its family cannot be exported, or it is too large);
    //         Unavailable, Internal (it cannot be opened).
    virtual Result<Package> package(const std::string& country, const std::string& model) = 0;
    // Prometheus text.
    virtual std::string metrics() const = 0;
};

}  // namespace kontor::ports
