// model.predict: a code with its probability for every item, in batches; doubtful items go to review.
#include <algorithm>

#include "tasks/csv/data_file.hpp"
#include "tasks/dataset/table_reader.hpp"
#include "tasks/model/code_map.hpp"
#include "tasks/model/in_turn.hpp"
#include "tasks/model/model_object.hpp"
#include "tasks/model/prediction_text.hpp"
#include "tasks/model/tasks.hpp"

namespace kontor::tasks::model {
namespace {

// Rows that a thread has in memory at once: enough to feed XGBoost, little enough to stay in the cache.
constexpr std::size_t chunk_rows = 2048;

struct Chunk {
    ml::Table items;
    ml::Scores probabilities;
    PredictionRows rows;
    std::vector<float> all;    // of a row, by code, where the classes are not the codes
    std::vector<float> clear;
};

// No probability reaches it: every item goes to review.
constexpr double beyond_all = 2;

struct Totals {
    std::int64_t rows = 0;
    std::int64_t classified = 0;
    double probability = 0;

    void add(const PredictionRows& more) {
        rows += static_cast<std::int64_t>(more.best.size());
        classified += more.classified;
        for (const float best : more.best) {
            probability += static_cast<double>(best);
        }
    }
};

// The model's own columns; the id is the data's.
ml::Schema reading_schema(const sdk::JsonObject& input, const ml::Model& model, const ModelRef& ref) {
    const ml::Schema given = ml::schema_from(sdk::required_input(input, "schema"));
    if (!given.same_features(model.schema())) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config,
            "with.schema has other features than the model " + ref.id +
                " was trained on: train again, or give the schema it was trained with"
        );
    }
    return given;
}

sdk::Json given_codes(const sdk::TaskContext& context) {
    const sdk::Json* given = sdk::optional_input(context.input(), "codes");
    return given == nullptr ? sdk::Json() : *given;
}

// What becomes of the model's codes in the list of the items' period, told in the log.
CodeMap map_for(sdk::TaskContext& context, const ml::Model& model, const ModelRef& ref, const sdk::Json& rules) {
    CodeMap map = map_codes(context.objects(), ref, model.classes(), given_codes(context), rules);
    if (map.outside() == model.classes().size()) {
        context.log(
            sdk::LogLevel::Warn,
            "none of the codes that the model " + ref.id +
                " knows is in the code list: all items go to review; train the country for the new list"
        );
    } else if (map.outside() > 0) {
        context.log(
            sdk::LogLevel::Info,
            std::to_string(map.outside()) + " of the model's " + std::to_string(model.classes().size()) +
                " codes are not in the code list and are not given"
        );
    }
    if (map.outdated()) {
        context.log(
            sdk::LogLevel::Warn,
            "the model " + ref.id + " was trained for another code list: " +
                (map.all_to_review() ? "all items go to review" : "its codes go where the crosswalk puts them") +
                " until the country is trained for this one"
        );
    }
    return map;
}

}  // namespace

sdk::Outcome run_predict(sdk::TaskContext& context) {
    const auto items = csv::dataset_from(sdk::required_input(context.input(), "items"), "with.items");
    const ModelRef ref = model_ref_from(sdk::required_input(context.input(), "model"), "with.model");
    const double threshold = sdk::number_input_or(context.input(), "threshold", 0.5);
    const std::int64_t top = sdk::int_input_or(context.input(), "top", 3);
    if (!(threshold >= 0 && threshold <= 1) || top < 1 || top > static_cast<std::int64_t>(top_max)) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config, "with.threshold must be from 0 to 1, and with.top from 1 to 100"
        );
    }
    context.progress(0, "loading the model");
    const auto model = open_model(context, ref);
    const ml::Schema schema = reading_schema(context.input(), *model, ref);
    dataset::TableReader reader(csv::open_rows(context.objects(), items.object), schema, false, "with.items");
    const std::string country = csv::object_country(context.identity());
    const sdk::Json rules = code_rules(context.input());
    const CodeMap map = map_for(context, *model, ref, rules);
    const PredictionText format(
        map.codes(), map.all_to_review() ? beyond_all : threshold, static_cast<std::size_t>(top), map.allowed()
    );
    csv::Writer writer = csv::create_rows(context.objects(), "prediction", country, "predictions");
    writer.header(prediction_columns);
    Totals totals;
    Stages<Chunk> stages;
    stages.take = [&](Chunk& chunk) {
        context.stop_point();
        return reader.next(chunk.items, chunk_rows);
    };
    stages.work = [&](Chunk& chunk) {
        model->predict(chunk.items, chunk.probabilities);
        chunk.rows.clear();
        for (std::size_t row = 0; row < chunk.items.rows(); ++row) {
            if (map.is_plain()) {
                format.add(chunk.items.ids[row], chunk.probabilities.row(row), chunk.rows);
                continue;
            }
            chunk.all.resize(map.codes().size());
            chunk.clear.resize(map.codes().size());
            map.apply(chunk.probabilities.row(row), chunk.all, chunk.clear);
            format.add(chunk.items.ids[row], chunk.all, chunk.clear, chunk.rows);
        }
    };
    stages.give = [&](Chunk& chunk) {
        writer.encoded_rows(chunk.rows.text, static_cast<std::int64_t>(chunk.rows.best.size()));
        totals.add(chunk.rows);
        const auto all = static_cast<double>(std::max(items.rows, totals.rows));
        context.progress(static_cast<double>(totals.rows) / all, "classifying");
    };
    in_turn(context.cores(), stages);
    const csv::Dataset predictions{writer.commit(), totals.rows};
    const double mean = totals.rows == 0 ? 0.0 : totals.probability / static_cast<double>(totals.rows);
    sdk::Succeeded done;
    done.outputs = sdk::JsonObject{
        {"model", to_json(ref)},
        {"predictions", csv::to_json(predictions)},
        {"rows", totals.rows},
        {"classified", totals.classified},
        {"review", totals.rows - totals.classified},
        {"mean_probability", mean},
        {"codes_outside", static_cast<std::int64_t>(map.outside())},
        {"list", rules.at("list")},
        {"outdated", map.outdated()}};
    done.effects.emplace_back(sdk::DatasetRegistered{
        country, "predictions", predictions.object, predictions.rows, 0,
        // What live predictions go by, too.
        sdk::JsonObject{
            {"model", ref.id}, {"classified", totals.classified}, {"threshold", threshold}, {"codes", given_codes(context)},
            {"code_rules", rules}}});
    return done;
}

}  // namespace kontor::tasks::model
