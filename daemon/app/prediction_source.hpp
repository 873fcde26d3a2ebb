// What was reported of a month's items, for the task monitor.said. Owner: Daemon. Thread: any.
#pragma once

#include "ports/reads.hpp"
#include "tasks/monitor/prediction_source.hpp"

namespace kontor::app {

class ReportedPredictions final : public tasks::monitor::PredictionSource {
  public:
    explicit ReportedPredictions(ports::Reads& reads) : reads_(reads) {}
    std::optional<tasks::monitor::Said> said(const std::string& country, const std::string& period)
        override;

  private:
    ports::Reads& reads_;
};

}  // namespace kontor::app
