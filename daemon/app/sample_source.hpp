// The samples that count, for the task samples.collect; and what puts a chunk of them on the daemon's record.
// Owner: Daemon. Thread: any.
#pragma once

#include "engine/api.hpp"
#include "ports/samples.hpp"
#include "samples/intake.hpp"
#include "tasks/samples/sample_source.hpp"

namespace kontor::app {

class SentSamples final : public tasks::samples::SampleSource {
 public:
    explicit SentSamples(ports::SampleRows& rows) : rows_(rows) {}
    std::vector<tasks::samples::SampleObject> current(const std::string& country) override;

 private:
    ports::SampleRows& rows_;
};

samples::Record record_samples(engine::Api& api);

}  // namespace kontor::app
