// Live predictions: ports::Predictor over the models in force and threads of their own. The same code computes the features,
// chooses the codes and holds them against the threshold as in a batch.
// Thread: any. Owner: Daemon; destroyed after the server that asks it.
#pragma once

#include "live/batcher.hpp"
#include "live/shelf.hpp"
#include "ports/predictor.hpp"

namespace kontor::live {

inline constexpr std::size_t items_max = 1000;      // of one request
inline constexpr std::size_t explained_max = 20;    // items of one request with explain
inline constexpr std::size_t contributions_max = 15;  // the largest that an explanation names; the others are one sum

class Predictor final : public ports::Predictor {
 public:
    Predictor(ports::ObjectStore& objects, ports::Reads& reads, Record record, ShelfLimits shelf, BatcherLimits batcher)
        : objects_(objects), reads_(reads), shelf_(objects, reads, std::move(record), shelf), batcher_(batcher) {}

    Result<Json> predict(const ports::PredictRequest& request) override;
    Result<ports::Package> package(const std::string& country, const std::string& model) override;
    std::string metrics() const override;

 private:
    ports::ObjectStore& objects_;
    ports::Reads& reads_;
    Shelf shelf_;
    Batcher batcher_;
};

}  // namespace kontor::live
