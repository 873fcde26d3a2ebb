// model.compare: challenger and champion on the same rows, by a rule that the workflow states.
#include "tasks/csv/data_file.hpp"
#include "tasks/ml/significance.hpp"
#include "tasks/model/judgement.hpp"
#include "tasks/model/model_object.hpp"
#include "tasks/model/tasks.hpp"

#include <algorithm>
#include <cstdio>

namespace kontor::tasks::model {
namespace {

// How sure the interval is that is reported when the rule asks for none.
constexpr double usual_confidence = 0.95;
constexpr std::size_t named_codes_max = 5;

std::string three_digits(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", value);
    return text;
}

[[noreturn]] void wrong(const std::string& what) {
    throw sdk::TaskFailure(sdk::FailureClass::Config, what);
}

struct Rule {
    std::string metric = "macro_f1";
    double margin = 0;
    double confidence = 0;              // 0: the margin alone decides
    std::vector<std::string> critical;  // codes whose F1 must not fall
    double critical_margin = 0;         // by more than this
    std::int64_t min_rows = 30;
};

Rule rule_from(const sdk::JsonObject& input) {
    Rule rule;
    const sdk::Json* given = sdk::optional_input(input, "rule");
    if (given == nullptr) {
        return rule;
    }
    if (!given->is_object()) {
        wrong("with.rule must be {metric, margin, confidence, critical, critical_margin, min_rows}"
        );
    }
    const sdk::JsonObject& object = given->get_object();
    rule.metric = metric_name(object, "metric");
    rule.margin = sdk::number_input_or(object, "margin", rule.margin);
    rule.confidence = sdk::number_input_or(object, "confidence", rule.confidence);
    rule.critical_margin = sdk::number_input_or(object, "critical_margin", rule.critical_margin);
    rule.min_rows = sdk::int_input_or(object, "min_rows", rule.min_rows);
    if (!(rule.confidence >= 0 && rule.confidence < 1)) {
        wrong("with.rule.confidence must be from 0 (not asked for) to below 1, for example 0.95");
    }
    if (const sdk::Json* codes = sdk::optional_input(object, "critical"); codes != nullptr) {
        if (!codes->is_array()) {
            wrong("with.rule.critical must be a list of codes");
        }
        for (const sdk::Json& code : codes->get_array()) {
            if (!code.is_string()) {
                wrong(
                    "with.rule.critical must be a list of codes, in quotes where they look like "
                    "numbers"
                );
            }
            rule.critical.emplace_back(code.get_string());
        }
    }
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
        wrong(
            what + " must be {model, metrics, predictions}: its predictions on the truth's items"
        );
    }
    return {
        to_json(model_ref_from(*model, what + ".model")),
        csv::dataset_from(*predictions, what + ".predictions")};
}

struct WorseCode {
    std::string code;
    double challenger = 0;
    double champion = 0;
};

struct Difference {
    ml::Metrics challenger{};
    ml::Metrics champion{};
    std::int64_t rows = 0;
    double gain = 0;  // positive when the challenger is better
    double p_value = 1;
    ml::Interval interval{};
    std::vector<WorseCode> worse{};  // critical codes
};

std::vector<WorseCode> worse_codes(
    const Difference& difference, const CodeNumbers& codes, const Rule& rule
) {
    std::vector<WorseCode> worse;
    for (std::size_t i = 0; i < codes.codes().size(); ++i) {
        if (std::find(rule.critical.begin(), rule.critical.end(), codes.codes()[i]) ==
            rule.critical.end()) {
            continue;
        }
        const double of_challenger = difference.challenger.per_class[i].f1();
        const double of_champion = difference.champion.per_class[i].f1();
        if (of_challenger < of_champion - rule.critical_margin) {
            worse.push_back({codes.codes()[i], of_challenger, of_champion});
        }
    }
    return worse;
}

Difference difference_of(
    sdk::TaskContext& context,
    Truth& truth,
    const Side& challenger,
    const Side& champion,
    const Rule& rule
) {
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
        ml::measure(common_a, codes),
        ml::measure(common_b, codes),
        static_cast<std::int64_t>(common_a.size())};
    difference.gain = ml::gain(difference.challenger, difference.champion, rule.metric);
    difference.p_value = ml::mcnemar(only_a, only_b);
    difference.worse = worse_codes(difference, truth.codes(), rule);
    context.progress(0.5, "drawing rows again");
    difference.interval = ml::bootstrap_gain(
        common_a,
        common_b,
        codes,
        rule.metric,
        rule.confidence > 0 ? rule.confidence : usual_confidence,
        context.seed(),
        [&context] { context.stop_point(); }
    );
    return difference;
}

std::string named(const std::vector<WorseCode>& worse) {
    std::string text;
    for (std::size_t i = 0; i < std::min(worse.size(), named_codes_max); ++i) {
        text += (i == 0 ? "" : ", ") + worse[i].code + " (F1 " + three_digits(worse[i].champion) +
                " -> " + three_digits(worse[i].challenger) + ")";
    }
    return worse.size() > named_codes_max
               ? text + " and " + std::to_string(worse.size() - named_codes_max) + " more"
               : text;
}

bool challenger_wins(const Difference& difference, const Rule& rule, std::string& reason) {
    const std::string gain =
        rule.metric + " " + (difference.gain >= 0 ? "+" : "") + three_digits(difference.gain);
    const std::string rows = std::to_string(difference.rows) + " rows";
    if (difference.rows < rule.min_rows) {
        reason = "too few rows to judge by: " + rows + ", the rule asks for " +
                 std::to_string(rule.min_rows);
        return false;
    }
    const std::string chance = " (" + three_digits(difference.interval.low) + " to " +
                               three_digits(difference.interval.high) +
                               ", McNemar p = " + three_digits(difference.p_value) + ")";
    if (!(difference.gain > 0 && difference.gain >= rule.margin)) {
        reason = gain + " on " + rows + " does not reach the margin of " +
                 three_digits(rule.margin) + chance;
        return false;
    }
    if (rule.confidence > 0 && difference.interval.low <= 0) {
        reason = gain + " on " + rows + " may be chance: with a confidence of " +
                 three_digits(rule.confidence) + " the gain lies between " +
                 three_digits(difference.interval.low) + " and " +
                 three_digits(difference.interval.high);
        return false;
    }
    if (!difference.worse.empty()) {
        reason =
            gain + " on " + rows + ", but critical codes get worse: " + named(difference.worse);
        return false;
    }
    reason = gain + " on " + rows + " reaches the margin of " + three_digits(rule.margin) + chance;
    return true;
}

// Why a challenger without a champion wins.
std::string first_of(const sdk::TaskContext& context) {
    const std::string& country = context.identity().country;
    return country.empty() ? "it is the first model" : "it is the first model of " + country;
}

// Without a champion, or against itself, nothing is drawn again: interval and p-value are null.
sdk::JsonObject verdict(
    bool challenger, std::string reason, const sdk::Json& model, sdk::Json metrics
) {
    return {
        {"winner", challenger ? "challenger" : "champion"},
        {"reason", std::move(reason)},
        {"model", model},
        {"metrics", std::move(metrics)},
        {"difference", nullptr},
        {"p_value", nullptr},
        {"interval", nullptr},
        {"worse_codes", sdk::JsonArray()}};
}

}  // namespace

sdk::Outcome run_compare(sdk::TaskContext& context) {
    const sdk::Json& given = sdk::required_input(context.input(), "challenger");
    const Side challenger = side_from(given, "with.challenger");
    const Rule rule = rule_from(context.input());
    const sdk::Json* other = sdk::optional_input(context.input(), "champion");
    if (other == nullptr) {
        const sdk::Json* metrics = given.get_object().if_contains("metrics");
        return sdk::Succeeded{
            verdict(
                true,
                first_of(context),
                challenger.model,
                metrics == nullptr ? sdk::Json() : *metrics
            ),
            {}};
    }
    const Side champion = side_from(*other, "with.champion");
    const auto dataset =
        csv::dataset_from(sdk::required_input(context.input(), "truth"), "with.truth");
    Truth truth(
        context.objects(), dataset, ml::schema_from(sdk::required_input(context.input(), "schema"))
    );
    const Difference difference = difference_of(context, truth, challenger, champion, rule);
    const auto list_of = [](const Side& side) {
        const sdk::Json* list = side.model.get_object().if_contains("list");
        return list == nullptr ? sdk::Json() : *list;
    };
    if (challenger.model.at("id") == champion.model.at("id") && list_of(challenger) != list_of(champion)) {
        sdk::JsonObject same = verdict(
            true, "both are the same model, now trained for another code list", challenger.model, ml::to_json(difference.challenger)
        );
        same["difference"] = 0.0;
        same["p_value"] = 1.0;
        return sdk::Succeeded{std::move(same), {}};
    }
    if (challenger.model.at("id") == champion.model.at("id")) {
        sdk::JsonObject same = verdict(
            false, "both are the same model", champion.model, ml::to_json(difference.champion)
        );
        same["difference"] = 0.0;
        same["p_value"] = 1.0;
        return sdk::Succeeded{std::move(same), {}};
    }
    std::string reason;
    const bool wins = challenger_wins(difference, rule, reason);
    sdk::JsonObject outputs = verdict(
        wins,
        reason,
        wins ? challenger.model : champion.model,
        ml::to_json(wins ? difference.challenger : difference.champion)
    );
    outputs["difference"] = difference.gain;
    outputs["p_value"] = difference.p_value;
    outputs["interval"] = sdk::JsonObject{
        {"low", difference.interval.low},
        {"high", difference.interval.high},
        {"confidence", rule.confidence > 0 ? rule.confidence : usual_confidence},
        {"resamples", difference.interval.resamples}};
    sdk::JsonArray worse;
    for (const WorseCode& code : difference.worse) {
        worse.push_back(sdk::JsonObject{
            {"code", code.code}, {"champion_f1", code.champion}, {"challenger_f1", code.challenger}}
        );
    }
    outputs["worse_codes"] = std::move(worse);
    return sdk::Succeeded{std::move(outputs), {}};
}

}  // namespace kontor::tasks::model
