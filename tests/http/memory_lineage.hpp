// Stored predictions for tests of the HTTP door: three items of which the model was sure, and the place that was asked for.
#pragma once

#include "ports/prediction_rows.hpp"

#include <optional>

namespace kontor::http_test {

class MemoryPredictions : public ports::PredictionRows {
  public:
    Result<ports::PredictionPage> read(const ports::PredictionPlace& place) override {
        asked = place;
        if (error) {
            return *error;
        }
        ports::PredictionPage page;
        for (const char* item : {"a", "b", "c"}) {
            if (++page.looked_at > place.after && static_cast<std::int64_t>(page.items.size()) < place.limit) {
                page.items.push_back({item, "1.1", "0.875000"});
            }
        }
        page.looked_at = place.after + static_cast<std::int64_t>(page.items.size());
        page.more = page.looked_at < 3;
        page.opened = {sdk::ObjectOpened{place.object.key, "tracer", "prediction/DE/1"}};
        return page;
    }

    ports::PredictionPlace asked;
    std::optional<Error> error;
};

}  // namespace kontor::http_test
