// model.score: predictions against the truth. model.promote: the winner becomes the model in force.
#include <algorithm>
#include <cstdio>
#include <numeric>

#include "tasks/csv/data_file.hpp"
#include "tasks/ml/reliability.hpp"
#include "tasks/model/confusion.hpp"
#include "tasks/model/judgement.hpp"
#include "tasks/model/model_object.hpp"
#include "tasks/model/tasks.hpp"

namespace kontor::tasks::model {
namespace {

std::string three_digits(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", value);
    return text;
}

// One line per code: how often it is right, and how often it is missed.
sdk::ObjectRef write_per_code(sdk::TaskContext& context, const CodeNumbers& codes, const ml::Metrics& metrics) {
    csv::Writer writer = csv::create_rows(
        context.objects(), "score", csv::object_country(context.identity()), "per_code"
    );
    writer.header({"code", "rows", "predicted", "right", "precision", "recall", "f1"});
    std::vector<std::size_t> order(codes.codes().size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return codes.codes()[a] < codes.codes()[b];
    });
    for (const std::size_t i : order) {
        const ml::ClassFigures& figures = metrics.per_class[i];
        if (figures.truth + figures.predicted == 0) {
            continue;
        }
        writer.row(
            {codes.codes()[i],
             std::to_string(figures.truth),
             std::to_string(figures.predicted),
             std::to_string(figures.right),
             three_digits(figures.precision()),
             three_digits(figures.recall()),
             three_digits(figures.f1())}
        );
    }
    return writer.commit();
}

}  // namespace

sdk::Outcome run_score(sdk::TaskContext& context) {
    const ModelRef model = model_ref_from(sdk::required_input(context.input(), "model"), "with.model");
    const auto dataset = csv::dataset_from(sdk::required_input(context.input(), "truth"), "with.truth");
    const auto predictions = csv::dataset_from(sdk::required_input(context.input(), "predictions"), "with.predictions");
    Truth truth(context.objects(), dataset, ml::schema_from(sdk::required_input(context.input(), "schema")));
    context.stop_point();
    std::vector<ml::Judged> judged;
    for (const auto& entry : truth.judge(context.objects(), predictions)) {
        if (entry.known) {
            judged.push_back(entry.judged);
        }
    }
    if (judged.empty()) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Data, "no item of with.truth has a prediction: predict on the same items, then score"
        );
    }
    if (judged.size() < truth.rows()) {
        context.log(
            sdk::LogLevel::Warn, std::to_string(truth.rows() - judged.size()) + " items of the truth have no prediction"
        );
    }
    const ml::Metrics metrics = ml::measure(judged, truth.codes().codes().size());
    const sdk::Json figures = ml::to_json(metrics);
    sdk::Succeeded done;
    done.outputs = sdk::JsonObject{
        {"model", to_json(model)},
        {"metrics", figures},
        {"predictions", csv::to_json(predictions)},
        {"per_code", sdk::to_json(write_per_code(context, truth.codes(), metrics))},
        {"confusion", confusion_of(judged, truth.codes().codes())},
        {"calibration", ml::to_json(ml::reliability(judged))}};
    done.effects.emplace_back(sdk::ModelScored{
        model.id, csv::object_country(context.identity()), dataset.object.sha256, metrics.rows, figures});
    return done;
}

sdk::Outcome run_promote(sdk::TaskContext& context) {
    const sdk::Json& comparison = sdk::required_input(context.input(), "comparison");
    const ModelRef model = model_ref_from(sdk::required_input(context.input(), "model"), "with.model");
    if (!comparison.is_object()) {
        throw sdk::TaskFailure(sdk::FailureClass::Config, "with.comparison must be the outputs of model.compare");
    }
    const std::string winner = sdk::text_input(comparison.get_object(), "winner");
    if (winner != "challenger" && winner != "champion") {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config, "with.comparison.winner must be challenger or champion, as model.compare gives it"
        );
    }
    if (winner == "champion") {
        const sdk::Json* kept = sdk::optional_input(comparison.get_object(), "model");
        return sdk::Succeeded{
            sdk::JsonObject{{"winner", winner}, {"changed", false}, {"model", kept == nullptr ? sdk::Json() : *kept}}, {}};
    }
    const sdk::Json* metrics = sdk::optional_input(context.input(), "metrics");
    const sdk::Json figures = metrics == nullptr ? sdk::Json(sdk::JsonObject()) : *metrics;
    sdk::Succeeded done;
    done.outputs = sdk::JsonObject{{"winner", winner}, {"changed", true}, {"model", to_json(model)}};
    done.effects.emplace_back(sdk::WinnerChosen{
        csv::object_country(context.identity()),
        model.id,
        comparison,
        sdk::JsonObject{{"model", to_json(model)}, {"metrics", figures}, {"run", context.identity().run}}});
    return done;
}

}  // namespace kontor::tasks::model
