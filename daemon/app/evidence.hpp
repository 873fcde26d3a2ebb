// Reviewed items' texts read through the object store: ports::Evidence over LocalObjects and the tasks' own reader; what
// people decided, for the task review.labels. Owner: Daemon. Thread: any.
#pragma once

#include "ports/object_store.hpp"
#include "ports/reviews.hpp"
#include "tasks/review/label_source.hpp"

namespace kontor::app {

class EvidenceReader final : public ports::Evidence {
 public:
    explicit EvidenceReader(ports::ObjectStore& objects) : objects_(objects) {}
    Result<ports::OpenedEvidence> open(const std::vector<ports::ReviewPlace>& places) override;

 private:
    ports::ObjectStore& objects_;
};

class DecidedLabels final : public tasks::review::LabelSource {
 public:
    explicit DecidedLabels(ports::Reviews& reviews) : reviews_(reviews) {}
    std::vector<tasks::review::Label> labels(const std::string& country) override;

 private:
    ports::Reviews& reviews_;
};

// A task's failure to read as the error of a port.
Error reading_error(const char* where, const sdk::TaskFailure& failure);

}  // namespace kontor::app
