#include "app/prediction_source.hpp"

#include "base/json.hpp"

namespace kontor::app {

std::optional<tasks::monitor::Said> ReportedPredictions::said(
    const std::string& country, const std::string& period
) {
    const Result<std::string> text =
        reads_.read("predictions_reported", {country, period, std::nullopt});
    const Result<Json> found = text ? json_from_text(*text) : Result<Json>(text.error());
    if (!found) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Transient,
            "what was reported for " + period + " cannot be read: " + describe(found.error())
        );
    }
    if (found->is_null()) {
        return std::nullopt;
    }
    const Json* predictions = member(*found, "predictions");
    return tasks::monitor::Said{
        csv::dataset_from(
            predictions == nullptr ? Json() : *predictions, "the reported predictions"
        ),
        text_member(*found, "model")};
}

}  // namespace kontor::app
