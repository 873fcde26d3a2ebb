// From labelled rows to a measured model: classes, the inner split, fitting, calibration, figures.
// Thread: as FitControl says.
#pragma once

#include <string>
#include <vector>

#include "tasks/ml/metrics.hpp"
#include "tasks/ml/model.hpp"

namespace kontor::ml {

struct SplitOptions {
    double validation = 0.2;       // share set aside to choose parameters; 0: none
    std::size_t class_rows_min = 2;  // rarer classes are left out of training
};

// Ensures: classes sorted; the validation part depends on the rows alone, so that all trials of a country are judged alike; twins stay together.
// `codes` is the country's code list, empty when none is known.
Training make_training(
    const Schema& schema, const Table& labelled, const SplitOptions& options, std::vector<CodeText> codes = {}
);

struct TrainedModel {
    Fitted fitted;    // params carry the temperature
    Metrics metrics;  // on the validation part, or on the training rows when there is none
    bool validated = false;
};
// A training set of one class gives a constant model, whatever the family.
// Errors: TaskFailure(Data) when there is no row at all.
TrainedModel train_model(
    const Training& training, std::string_view family, const sdk::JsonObject& params, const FitControl& control
);

// Figures of a model on labelled rows.
Metrics measure_model(Model& model, const Table& rows);

}  // namespace kontor::ml
