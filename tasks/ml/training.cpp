#include "tasks/ml/training.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "tasks/ml/calibrate.hpp"
#include "tasks/ml/families.hpp"
#include "tasks/ml/twins.hpp"

namespace kontor::ml {
namespace {

constexpr std::string_view validation_salt = "kontor.validation.1";

std::vector<std::int32_t> positions(const std::vector<std::string>& labels, const std::vector<std::string>& classes) {
    std::vector<std::int32_t> found;
    found.reserve(labels.size());
    for (const std::string& label : labels) {
        const auto at = std::lower_bound(classes.begin(), classes.end(), label);
        found.push_back(at != classes.end() && *at == label ? static_cast<std::int32_t>(at - classes.begin()) : -1);
    }
    return found;
}

// The classes that training takes: those of enough rows, or all when none has enough.
std::vector<std::string> classes_of(const Table& labelled, std::size_t class_rows_min) {
    std::map<std::string_view, std::size_t> counts;
    for (const std::string& label : labelled.labels) {
        ++counts[label];
    }
    std::vector<std::string> classes;
    for (const std::size_t least : {class_rows_min, std::size_t{1}}) {
        for (const auto& [label, count] : counts) {
            if (count >= least) {
                classes.emplace_back(label);
            }
        }
        if (!classes.empty()) {
            break;
        }
    }
    return classes;
}

Metrics judge(const Scores& probabilities, const std::vector<std::int32_t>& labels) {
    std::vector<Judged> judged;
    for (std::size_t row = 0; row < labels.size(); ++row) {
        const auto values = probabilities.row(row);
        const auto top = std::max_element(values.begin(), values.end()) - values.begin();
        // A class that the model lacks is one more class, never predicted.
        const bool known = labels[row] >= 0;
        judged.push_back(
            {known ? labels[row] : static_cast<std::int32_t>(values.size()),
             static_cast<std::int32_t>(top),
             static_cast<double>(values[static_cast<std::size_t>(top)]),
             known ? static_cast<double>(values[static_cast<std::size_t>(labels[row])]) : 0.0}
        );
    }
    return measure(judged, probabilities.classes + 1);
}

}  // namespace

Training make_training(
    const Schema& schema, const Table& labelled, const SplitOptions& options, std::vector<CodeText> codes
) {
    Training training;
    training.codes = std::move(codes);
    training.schema = schema;
    training.classes = classes_of(labelled, options.class_rows_min);
    RowSplit split;
    if (options.validation > 0) {
        split = stratified_split(labelled, twin_groups(labelled), options.validation, validation_salt);
    } else {
        split.train.resize(labelled.rows());
        std::iota(split.train.begin(), split.train.end(), std::size_t{0});
    }
    const auto all = positions(labelled.labels, training.classes);
    std::erase_if(split.train, [&](std::size_t row) { return all[row] < 0; });
    training.train = labelled.take(split.train);
    training.validation = labelled.take(split.validation);
    training.labels = positions(training.train.labels, training.classes);
    training.validation_labels = positions(training.validation.labels, training.classes);
    return training;
}

Metrics measure_model(Model& model, const Table& rows) {
    Scores probabilities;
    model.predict(rows, probabilities);
    return judge(probabilities, positions(rows.labels, model.classes()));
}

TrainedModel train_model(
    const Training& training, std::string_view family, const sdk::JsonObject& params, const FitControl& control
) {
    if (training.classes.empty()) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Data, "there is no labelled row to learn from: see the quarantine of dataset.prepare"
        );
    }
    const bool single = training.classes.size() == 1;
    const Family& chosen = single ? constant_family() : *find_family(family);
    const sdk::JsonObject complete = single ? sdk::JsonObject() : complete_params(chosen, params);
    TrainedModel trained;
    trained.fitted = chosen.fit(training, complete, control);
    Model& model = *trained.fitted.model;
    trained.validated = training.validation.rows() > 0;
    // A model may know more classes than the rows: codes of the list without labelled items.
    const auto labels = positions((trained.validated ? training.validation : training.train).labels, model.classes());
    Scores scores;
    const sdk::Json* given = complete.if_contains("temperature");
    if (trained.validated) {
        model.score(training.validation, scores);
        if (!single) {
            model.set_temperature(fit_temperature(scores, labels, 1.0));
        }
    } else {
        model.score(training.train, scores);
        model.set_temperature(given != nullptr ? given->to_number<double>() : 1.0);
    }
    for (std::size_t row = 0; row < scores.rows(); ++row) {
        softmax(scores.row(row), model.temperature());
    }
    trained.metrics = judge(scores, labels);
    if (!single) {
        trained.fitted.params["temperature"] = model.temperature();
    }
    return trained;
}

}  // namespace kontor::ml
