// Batch predictions read through the object store: ports::PredictionRows over LocalObjects.
// Owner: Daemon. Thread: any.
#pragma once

#include "ports/object_store.hpp"
#include "ports/prediction_rows.hpp"

namespace kontor::app {

class StoredPredictions final : public ports::PredictionRows {
 public:
    explicit StoredPredictions(ports::ObjectStore& objects) : objects_(objects) {}
    Result<ports::PredictionPage> read(const ports::PredictionPlace& place) override;

 private:
    ports::ObjectStore& objects_;
};

}  // namespace kontor::app
