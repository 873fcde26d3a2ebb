// model.score: predictions against the truth. model.compare: two models on the same rows.
// model.promote: the winner becomes the model in force.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "tasks/csv/data_file.hpp"
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

struct Rule {
    std::string metric = "macro_f1";
    double margin = 0;
    std::int64_t min_rows = 30;
};

Rule rule_from(const sdk::JsonObject& input) {
    Rule rule;
    const sdk::Json* given = sdk::optional_input(input, "rule");
    if (given == nullptr) {
        return rule;
    }
    if (!given->is_object()) {
        throw sdk::TaskFailure(sdk::FailureClass::Config, "with.rule must be {metric, margin, min_rows}");
    }
    rule.metric = metric_name(given->get_object(), "metric");
    rule.margin = sdk::number_input_or(given->get_object(), "margin", rule.margin);
    rule.min_rows = sdk::int_input_or(given->get_object(), "min_rows", rule.min_rows);
    return rule;
}

// One side of a comparison.
struct Side {
    sdk::Json model;
    csv::Dataset predictions;
};

Side side_from(const sdk::Json& value, const std::string& what) {
    const auto* object = value.if_object();
    const sdk::Json* model = object == nullptr ? nullptr : object->if_contains("model");
    const sdk::Json* predictions = object == nullptr ? nullptr : object->if_contains("predictions");
    if (model == nullptr || predictions == nullptr) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config, what + " must be {model, metrics, predictions}: its predictions on the truth's items"
        );
    }
    return {to_json(model_ref_from(*model, what + ".model")), csv::dataset_from(*predictions, what + ".predictions")};
}

struct Difference {
    ml::Metrics challenger;
    ml::Metrics champion;
    std::int64_t rows = 0;
    double gain = 0;  // positive when the challenger is better
    double p_value = 1;
};

Difference difference_of(sdk::TaskContext& context, Truth& truth, const Side& challenger, const Side& champion, const Rule& rule) {
    const auto a = truth.judge(context.objects(), challenger.predictions);
    context.stop_point();
    const auto b = truth.judge(context.objects(), champion.predictions);
    std::vector<ml::Judged> common_a;
    std::vector<ml::Judged> common_b;
    std::int64_t only_a = 0;
    std::int64_t only_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!a[i].known || !b[i].known) {
            continue;
        }
        common_a.push_back(a[i].judged);
        common_b.push_back(b[i].judged);
        const bool right_a = a[i].judged.truth == a[i].judged.predicted;
        const bool right_b = b[i].judged.truth == b[i].judged.predicted;
        only_a += right_a && !right_b ? 1 : 0;
        only_b += right_b && !right_a ? 1 : 0;
    }
    const std::size_t codes = truth.codes().codes().size();
    Difference difference{
        ml::measure(common_a, codes), ml::measure(common_b, codes), static_cast<std::int64_t>(common_a.size())};
    const double of_a = metric_of(ml::to_json(difference.challenger), rule.metric, "the challenger");
    const double of_b = metric_of(ml::to_json(difference.champion), rule.metric, "the champion");
    difference.gain = is_better(rule.metric, 0.0, 1.0) ? of_b - of_a : of_a - of_b;
    difference.p_value = ml::mcnemar(only_a, only_b);
    return difference;
}

bool challenger_wins(const Difference& difference, const Rule& rule, std::string& reason) {
    const std::string gain = rule.metric + " " + (difference.gain >= 0 ? "+" : "") + three_digits(difference.gain);
    const std::string rows = std::to_string(difference.rows) + " rows";
    if (difference.rows < rule.min_rows) {
        reason = "too few rows to judge by: " + rows + ", the rule asks for " + std::to_string(rule.min_rows);
        return false;
    }
    const bool wins = difference.gain > 0 && difference.gain >= rule.margin;
    reason = gain + " on " + rows + (wins ? " reaches" : " does not reach") + " the margin of " + three_digits(rule.margin) +
             " (McNemar p = " + three_digits(difference.p_value) + ")";
    return wins;
}

sdk::Outcome compared(
    bool challenger, std::string reason, const sdk::Json& model, sdk::Json metrics, sdk::Json gain, sdk::Json p_value
) {
    return sdk::Succeeded{
        sdk::JsonObject{
            {"winner", challenger ? "challenger" : "champion"},
            {"reason", std::move(reason)},
            {"model", model},
            {"metrics", std::move(metrics)},
            {"difference", std::move(gain)},
            {"p_value", std::move(p_value)}},
        {}};
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
        {"per_code", sdk::to_json(write_per_code(context, truth.codes(), metrics))}};
    done.effects.emplace_back(sdk::ModelScored{
        model.id, csv::object_country(context.identity()), dataset.object.sha256, metrics.rows, figures});
    return done;
}

sdk::Outcome run_compare(sdk::TaskContext& context) {
    const Side challenger = side_from(sdk::required_input(context.input(), "challenger"), "with.challenger");
    const sdk::Json& given = sdk::required_input(context.input(), "challenger");
    const Rule rule = rule_from(context.input());
    const sdk::Json* other = sdk::optional_input(context.input(), "champion");
    if (other == nullptr) {
        const sdk::Json* metrics = given.get_object().if_contains("metrics");
        return compared(
            true, "no model is in force yet", challenger.model, metrics == nullptr ? sdk::Json() : *metrics, nullptr, nullptr
        );
    }
    const Side champion = side_from(*other, "with.champion");
    const auto dataset = csv::dataset_from(sdk::required_input(context.input(), "truth"), "with.truth");
    Truth truth(context.objects(), dataset, ml::schema_from(sdk::required_input(context.input(), "schema")));
    const Difference difference = difference_of(context, truth, challenger, champion, rule);
    if (challenger.model.at("id") == champion.model.at("id")) {
        return compared(
            false, "both are the same model", champion.model, ml::to_json(difference.champion), 0.0, 1.0
        );
    }
    std::string reason;
    const bool wins = challenger_wins(difference, rule, reason);
    return compared(
        wins,
        reason,
        wins ? challenger.model : champion.model,
        ml::to_json(wins ? difference.challenger : difference.champion),
        difference.gain,
        difference.p_value
    );
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
