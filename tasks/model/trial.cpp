// model.trial: one family with one set of parameters, learned on most of the training rows and measured on the rest.
// model.choose: the best trial's parameters, learned again on all training rows, registered as the country's new model.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>

#include "tasks/csv/data_file.hpp"
#include "tasks/dataset/code_texts.hpp"
#include "tasks/dataset/table_reader.hpp"
#include "tasks/ml/families.hpp"
#include "tasks/ml/pruning.hpp"
#include "tasks/ml/search.hpp"
#include "tasks/ml/training.hpp"
#include "tasks/model/model_object.hpp"
#include "tasks/model/tasks.hpp"

namespace kontor::tasks::model {
namespace {

// Trees are grown per class and round: beyond so many classes a trial of them takes minutes and learns little.
constexpr std::size_t softprob_classes_max = 60;
constexpr double validation_share = 0.2;

[[noreturn]] void wrong(const std::string& what) { throw sdk::TaskFailure(sdk::FailureClass::Config, what); }

// A number, or a text of digits as a fan-out's item is.
std::int64_t trial_number(const sdk::JsonObject& input) {
    const sdk::Json& value = sdk::required_input(input, "trial");
    std::int64_t number = -1;
    if (value.is_int64()) {
        number = value.get_int64();
    } else if (value.is_string()) {
        const std::string_view digits = value.get_string();
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    }
    if (number < 0) {
        wrong("with.trial must be a whole number from 0");
    }
    return number;
}

std::vector<std::string> families_from(const sdk::JsonObject& input) {
    const sdk::Json* given = sdk::optional_input(input, "families");
    if (given == nullptr) {
        return {"linear", "softprob"};
    }
    std::vector<std::string> families;
    if (given->is_array()) {
        for (const sdk::Json& name : given->get_array()) {
            families.emplace_back(name.is_string() ? std::string_view(name.get_string()) : std::string_view());
            if (ml::find_family(families.back()) == nullptr) {
                wrong("with.families names \"" + families.back() + "\": there are linear, softprob, rerank and constant");
            }
        }
    }
    if (families.empty()) {
        wrong("with.families must be a list of linear, softprob and rerank");
    }
    return families;
}

// Parameters that the family does not know (any more) are left out: a model of an older program must not stop the search. So is the
// number of rounds: it is where early stopping ended then, and as a limit it could only shrink from month to month.
std::optional<ml::Candidate> champion_from(sdk::TaskContext& context) {
    const sdk::JsonObject& input = context.input();
    const sdk::Json* given = sdk::optional_input(input, "champion");
    if (given == nullptr) {
        return std::nullopt;
    }
    const auto* object = given->if_object();
    const sdk::Json* family = object == nullptr ? nullptr : object->if_contains("family");
    const sdk::Json* params = object == nullptr ? nullptr : object->if_contains("params");
    if (family == nullptr || params == nullptr || !family->is_string() || !params->is_object()) {
        wrong("with.champion must be {family, params}, as `winner.model` is");
    }
    ml::Candidate champion{std::string(family->get_string()), {}};
    const ml::Family* known = ml::find_family(champion.family);
    const sdk::JsonObject defaults = known == nullptr ? sdk::JsonObject() : known->defaults();
    for (const auto& member : params->get_object()) {
        if (member.key() == "rounds") {
            continue;
        }
        if (defaults.contains(member.key())) {
            champion.params[member.key()] = member.value();
        } else if (member.key() != "temperature") {
            context.log(
                sdk::LogLevel::Info,
                "the champion's parameter \"" + std::string(member.key()) + "\" is not known to " + champion.family +
                    " and is left out"
            );
        }
    }
    return champion;
}

ml::Table labelled_rows(sdk::TaskContext& context, const ml::Schema& schema) {
    const auto train = csv::dataset_from(sdk::required_input(context.input(), "train"), "with.train");
    context.progress(0, "reading rows");
    ml::Table table(schema);
    dataset::TableReader(csv::open_rows(context.objects(), train.object), schema, true, "with.train").read_all(table);
    return table;
}

// The country's code list with the codes' own texts: `code,title`. Without it a code exists only through labelled items.
std::vector<ml::CodeText> code_texts(sdk::TaskContext& context) {
    const sdk::Json* given = sdk::optional_input(context.input(), "codes");
    return given == nullptr ? std::vector<ml::CodeText>()
                            : dataset::read_codes(context.objects(), csv::dataset_from(*given, "with.codes"));
}

ml::SplitOptions split_options(const sdk::JsonObject& input, double validation) {
    const std::int64_t least = sdk::int_input_or(input, "min_class_rows", 2);
    if (least < 1) {
        wrong("with.min_class_rows must be 1 or more");
    }
    return {validation, static_cast<std::size_t>(least)};
}

std::int64_t number_of(const sdk::JsonObject& trial) {
    const sdk::Json* number = trial.if_contains("trial");
    return number != nullptr && number->is_int64() ? number->get_int64() : 0;
}

// The families that may be tried on so many classes.
std::vector<std::string> fitting_families(sdk::TaskContext& context, std::size_t classes) {
    std::vector<std::string> families = families_from(context.input());
    if (classes > softprob_classes_max && families.size() > 1 && std::erase(families, "softprob") > 0) {
        context.log(
            sdk::LogLevel::Info,
            "softprob is left out: " + std::to_string(classes) + " classes are more than " +
                std::to_string(softprob_classes_max)
        );
        if (families.empty()) {
            families.emplace_back("softprob");
        }
    }
    return families;
}

// What the trials before this one found. Those that failed or were left out are null or without metrics.
struct History {
    std::vector<ml::Finished> finished;
    std::vector<std::pair<std::string, ml::Pruner::Curve>> curves;
    double seconds = 0;
};

ml::Pruner::Curve curve_from(const sdk::JsonObject& trial) {
    ml::Pruner::Curve curve;
    const sdk::Json* given = trial.if_contains("curve");
    if (given == nullptr || !given->is_array()) {
        return curve;
    }
    for (const sdk::Json& point : given->get_array()) {
        const auto* pair = point.if_array();
        if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_int64() || !(*pair)[1].is_number()) {
            wrong("with.history holds a curve that is no list of [rounds, loss]: give the outputs of model.trial");
        }
        curve.emplace_back(static_cast<int>((*pair)[0].get_int64()), (*pair)[1].to_number<double>());
    }
    return curve;
}

History history_from(const sdk::JsonObject& input, const std::string& metric) {
    History history;
    const sdk::Json* given = sdk::optional_input(input, "history");
    if (given == nullptr) {
        return history;
    }
    if (!given->is_array()) {
        wrong("with.history must be the list of the earlier trials' outputs");
    }
    for (const sdk::Json& entry : given->get_array()) {
        const auto* trial = entry.if_object();
        const sdk::Json* family = trial == nullptr ? nullptr : trial->if_contains("family");
        const sdk::Json* params = trial == nullptr ? nullptr : trial->if_contains("params");
        const sdk::Json* metrics = trial == nullptr ? nullptr : trial->if_contains("metrics");
        if (family == nullptr || params == nullptr || metrics == nullptr || !family->is_string() || !params->is_object()) {
            continue;
        }
        const double value = metric_of(*metrics, metric, "a trial of with.history");
        const std::string name(family->get_string());
        history.finished.push_back(
            {number_of(*trial), {name, params->get_object()}, is_better(metric, 1.0, 0.0) ? value : -value}
        );
        history.curves.emplace_back(name, curve_from(*trial));
        history.seconds += sdk::number_input_or(*trial, "seconds", 0);
    }
    return history;
}

// What the trials of this country may take together. The ones at the same time are taken to last as long as the mean.
bool is_over_budget(const sdk::JsonObject& input, const History& history, std::int64_t trial) {
    const double budget = sdk::number_input_or(input, "budget_seconds", 0);
    if (budget <= 0 || history.finished.empty()) {
        return false;
    }
    const double mean = history.seconds / static_cast<double>(history.finished.size());
    std::int64_t last = -1;
    for (const ml::Finished& finished : history.finished) {
        last = std::max(last, finished.trial);
    }
    return history.seconds + mean * static_cast<double>(std::max<std::int64_t>(trial - last, 1)) > budget;
}

ml::Candidate pick_candidate(
    sdk::TaskContext& context, std::int64_t trial, std::size_t classes, std::vector<ml::Finished> finished
) {
    const std::string sampler = sdk::text_input_or(context.input(), "sampler", "tpe");
    if (sampler != "tpe" && sampler != "random") {
        wrong("with.sampler must be tpe or random");
    }
    const auto seed = static_cast<std::uint64_t>(
        sdk::int_input_or(context.input(), "seed", static_cast<std::int64_t>(context.seed() >> 1U))
    );
    if (sampler == "random") {
        finished.clear();
    }
    return ml::candidate(
        {trial, fitting_families(context, classes), champion_from(context), std::move(finished), seed}
    );
}

struct BestTrial {
    const sdk::JsonObject* trial = nullptr;
    std::int64_t number = 0;
    double value = 0;
    double log_loss = 0;
    std::int64_t considered = 0;
    double seconds = 0;  // of computing, by all trials that came to something
};

// The best by metric, then by log-loss, then the earliest. Trials without a result (dead or skipped) do not count.
BestTrial best_of(const sdk::Json& trials, std::string_view metric) {
    if (!trials.is_array()) {
        wrong("with.trials must be the list of the trials' outputs");
    }
    BestTrial best;
    for (const sdk::Json& entry : trials.get_array()) {
        const auto* trial = entry.if_object();
        const sdk::Json* metrics = trial == nullptr ? nullptr : trial->if_contains("metrics");
        if (metrics == nullptr || !metrics->is_object()) {
            continue;
        }
        ++best.considered;
        best.seconds += sdk::number_input_or(*trial, "seconds", 0);
        const double value = metric_of(*metrics, metric, "a trial");
        const double log_loss = metric_of(*metrics, "log_loss", "a trial");
        const std::int64_t number = number_of(*trial);
        const bool better = best.trial == nullptr || is_better(metric, value, best.value) ||
                            (value == best.value && (log_loss < best.log_loss ||
                                                     (log_loss == best.log_loss && number < best.number)));
        if (better) {
            best.trial = trial;
            best.value = value;
            best.log_loss = log_loss;
            best.number = number;
        }
    }
    if (best.trial == nullptr) {
        throw sdk::TaskFailure(sdk::FailureClass::Data, "no trial has a result to choose from: see the trials' failures");
    }
    return best;
}

ModelRef refit(sdk::TaskContext& context, const sdk::JsonObject& trial, sdk::JsonObject& metrics) {
    const ml::Schema schema = ml::schema_from(sdk::required_input(context.input(), "schema"));
    const sdk::Json* family = trial.if_contains("family");
    const sdk::Json* params = trial.if_contains("params");
    if (family == nullptr || params == nullptr || !family->is_string() || !params->is_object() ||
        ml::find_family(family->get_string()) == nullptr) {
        wrong("with.trials holds an entry without family and params: give the outputs of model.trial");
    }
    ml::Table rows = labelled_rows(context, schema);
    const ml::Profile profile = ml::Profile::of(rows, schema);
    const ml::Training training = ml::make_training(schema, std::move(rows), split_options(context.input(), 0), code_texts(context));
    ml::FitControl control = fit_control(context);
    control.explain = true;
    const auto trained = ml::train_model(training, family->get_string(), params->get_object(), control);
    sdk::JsonArray importances;
    for (const ml::Importance& each : trained.fitted.importances) {
        importances.push_back(
            sdk::JsonObject{{"feature", each.feature}, {"share", std::round(each.share * 1e6) / 1e6}}
        );
    }
    metrics["importances"] = std::move(importances);
    ModelRef model = store_model(context, *trained.fitted.model, trained.fitted.params);
    store_profile(context, profile, model);
    return model;
}

}  // namespace

sdk::Outcome run_trial(sdk::TaskContext& context) {
    const auto begin = std::chrono::steady_clock::now();
    const std::int64_t trial = trial_number(context.input());
    const std::string metric = metric_name(context.input(), "metric");
    const ml::Schema schema = ml::schema_from(sdk::required_input(context.input(), "schema"));
    History history = history_from(context.input(), metric);
    if (is_over_budget(context.input(), history, trial)) {
        return sdk::Succeeded{sdk::JsonObject{{"trial", trial}, {"left_out", "the trials' budget_seconds are used up"}}, {}};
    }
    const ml::Training training = ml::make_training(
        schema, labelled_rows(context, schema), split_options(context.input(), validation_share), code_texts(context)
    );
    const ml::Candidate candidate = pick_candidate(context, trial, training.classes.size(), std::move(history.finished));
    ml::Pruner pruner;
    for (const auto& [family, curve] : history.curves) {
        if (family == candidate.family && sdk::bool_input_or(context.input(), "prune", true)) {
            pruner.add(curve);
        }
    }
    ml::FitControl control = fit_control(context);
    control.goes_on = [&pruner](int rounds, double loss) { return pruner.goes_on(rounds, loss); };
    const auto trained = ml::train_model(training, candidate.family, candidate.params, control);
    const std::string family(trained.fitted.model->family());
    sdk::JsonObject metrics = ml::to_json(trained.metrics);
    metrics["validated"] = trained.validated;
    sdk::JsonObject outputs{
        {"trial", trial}, {"family", family}, {"params", trained.fitted.params}, {"metrics", std::move(metrics)}};
    if (!pruner.curve().empty()) {
        sdk::JsonArray curve;
        for (const auto& [rounds, loss] : pruner.curve()) {
            curve.push_back(sdk::JsonArray{rounds, loss});
        }
        outputs["curve"] = std::move(curve);
        outputs["pruned"] = pruner.has_pruned();
    }
    if (sdk::bool_input_or(context.input(), "keep", false)) {
        outputs["model"] = to_json(store_model(context, *trained.fitted.model, trained.fitted.params));
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    outputs["seconds"] = std::round(elapsed.count() * 1000) / 1000;
    return sdk::Succeeded{std::move(outputs), {}};
}

sdk::Outcome run_choose(sdk::TaskContext& context) {
    const std::string metric = metric_name(context.input(), "metric");
    const BestTrial best = best_of(sdk::required_input(context.input(), "trials"), metric);
    const sdk::Json& metrics = best.trial->at("metrics");
    // What the model goes by is kept with it, but not sent along with every event.
    sdk::JsonObject registered = metrics.as_object();
    ModelRef model;
    if (sdk::bool_input_or(context.input(), "refit", true)) {
        model = refit(context, *best.trial, registered);
    } else {
        const sdk::Json* kept = best.trial->if_contains("model");
        if (kept == nullptr) {
            wrong("with.refit is false, but the best trial kept no model: give the trials `keep: true`");
        }
        model = model_ref_from(*kept, "the best trial's model");
    }
    if (const sdk::Json* list = sdk::optional_input(context.input(), "list"); list != nullptr) {
        model.list = *list;
        registered["code_list"] = *list;
    }
    // What the model has cost: the history of its trials goes one day.
    registered["search"] = sdk::JsonObject{{"trials", best.considered}, {"seconds", std::round(best.seconds * 1000) / 1000}};
    // So that whoever finds a training set wrong finds the models, also when the run's history is gone.
    if (const sdk::Json* train = sdk::optional_input(context.input(), "train"); train != nullptr) {
        const auto rows = csv::dataset_from(*train, "with.train");
        sdk::JsonObject learned = sdk::to_json(rows.object).as_object();
        learned["rows"] = rows.rows;
        registered["training"] = std::move(learned);
    }
    sdk::Succeeded done;
    done.outputs = sdk::JsonObject{
        {"model", to_json(model)}, {"metrics", metrics}, {"trials", best.considered}, {"best_trial", best.number}};
    done.effects.emplace_back(sdk::ModelRegistered{
        model.id, csv::object_country(context.identity()), model.family, model.object, model.params, std::move(registered)});
    return done;
}

}  // namespace kontor::tasks::model
