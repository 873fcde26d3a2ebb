// model.predict: a code with its probability for every item, in batches; doubtful items go to review.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <numeric>

#include "tasks/csv/data_file.hpp"
#include "tasks/dataset/table_reader.hpp"
#include "tasks/model/model_object.hpp"
#include "tasks/model/tasks.hpp"

namespace kontor::tasks::model {
namespace {

// Rows in memory at once: enough to feed XGBoost, little enough to stay in the cache.
constexpr std::size_t batch_rows = 8192;

struct Totals {
    std::int64_t rows = 0;
    std::int64_t classified = 0;
    double probability = 0;
};

void append_probability(std::string& out, float value) {
    char digits[32];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, 6);
    out.append(digits, error == std::errc() ? end : digits);
}

class PredictionWriter {
 public:
    PredictionWriter(csv::Writer writer, const std::vector<std::string>& classes, double threshold, std::size_t top)
        : writer_(std::move(writer)), classes_(classes), threshold_(threshold), top_(std::min(top, classes.size())) {
        writer_.header({"item_id", "code", "probability", "status", "alternatives"});
        for (const std::string& name : classes) {
            quoted_.push_back(boost::json::serialize(sdk::Json(name)));
        }
        order_.resize(classes.size());
    }

    void add(std::string_view id, std::span<const float> probabilities) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::partial_sort(
            order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(top_), order_.end(),
            [&](std::size_t a, std::size_t b) {
                return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
            }
        );
        const float best = probabilities[order_[0]];
        const bool sure = static_cast<double>(best) >= threshold_;
        text_.clear();
        append_probability(text_, best);
        writer_.field(id).field(classes_[order_[0]]).field(text_).field(sure ? "classified" : "review");
        text_ = "[";
        for (std::size_t i = 1; i < top_; ++i) {
            text_ += i == 1 ? "[" : ",[";
            text_ += quoted_[order_[i]] + ",";
            append_probability(text_, probabilities[order_[i]]);
            text_ += "]";
        }
        text_ += "]";
        writer_.field(text_).end_row();
        ++totals_.rows;
        totals_.classified += sure ? 1 : 0;
        totals_.probability += static_cast<double>(best);
    }
    const Totals& totals() const { return totals_; }
    sdk::ObjectRef commit() { return writer_.commit(); }

 private:
    csv::Writer writer_;
    const std::vector<std::string>& classes_;
    std::vector<std::string> quoted_;  // as JSON texts
    double threshold_;
    std::size_t top_;
    std::vector<std::size_t> order_;
    std::string text_;
    Totals totals_;
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

}  // namespace

sdk::Outcome run_predict(sdk::TaskContext& context) {
    const auto items = csv::dataset_from(sdk::required_input(context.input(), "items"), "with.items");
    const ModelRef ref = model_ref_from(sdk::required_input(context.input(), "model"), "with.model");
    const double threshold = sdk::number_input_or(context.input(), "threshold", 0.5);
    const std::int64_t top = sdk::int_input_or(context.input(), "top", 3);
    if (!(threshold >= 0 && threshold <= 1) || top < 1 || top > 100) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config, "with.threshold must be from 0 to 1, and with.top from 1 to 100"
        );
    }
    context.progress(0, "loading the model");
    const auto model = open_model(context, ref);
    const ml::Schema schema = reading_schema(context.input(), *model, ref);
    dataset::TableReader reader(csv::open_rows(context.objects(), items.object), schema, false, "with.items");
    const std::string country = csv::object_country(context.identity());
    PredictionWriter writer(
        csv::create_rows(context.objects(), "prediction", country, "predictions"), model->classes(), threshold,
        static_cast<std::size_t>(top)
    );
    ml::Table batch(schema);
    ml::Scores probabilities;
    while (reader.next(batch, batch_rows)) {
        context.stop_point();
        model->predict(batch, probabilities);
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            writer.add(batch.ids[row], probabilities.row(row));
        }
        const auto all = static_cast<double>(std::max(items.rows, writer.totals().rows));
        context.progress(static_cast<double>(writer.totals().rows) / all, "classifying");
    }
    const Totals totals = writer.totals();
    const csv::Dataset predictions{writer.commit(), totals.rows};
    const double mean = totals.rows == 0 ? 0.0 : totals.probability / static_cast<double>(totals.rows);
    sdk::Succeeded done;
    done.outputs = sdk::JsonObject{
        {"model", to_json(ref)},
        {"predictions", csv::to_json(predictions)},
        {"rows", totals.rows},
        {"classified", totals.classified},
        {"review", totals.rows - totals.classified},
        {"mean_probability", mean}};
    done.effects.emplace_back(sdk::DatasetRegistered{
        country, "predictions", predictions.object, predictions.rows, 0,
        sdk::JsonObject{{"model", ref.id}, {"classified", totals.classified}, {"threshold", threshold}}});
    return done;
}

}  // namespace kontor::tasks::model
