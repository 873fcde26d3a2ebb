// What was said of a month's items, as the task sees it: where the predictions lie. Thread: any.
// Owner: the program.
#pragma once

#include "tasks/csv/data_file.hpp"

#include <optional>
#include <string>

namespace kontor::tasks::monitor {

struct Said {
    csv::Dataset predictions;
    std::string model;
};

class PredictionSource {
  public:
    virtual ~PredictionSource() = default;
    // Of the country's newest report of the period; nothing when there is none. Errors:
    // TaskFailure(Transient) when it cannot be read now.
    virtual std::optional<Said> said(const std::string& country, const std::string& period) = 0;
};

}  // namespace kontor::tasks::monitor
