// The port behind which model families stand: learn from rows, give probabilities, be saved and loaded.
// A model carries its own features, so that batch and live prediction use exactly the same code.
// Thread: fit on one thread (it may start others and joins them); predict and score from any number at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/ml/features.hpp"
#include "tasks/ml/schema.hpp"
#include "tasks/ml/table.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::ml {

// What a family's fit needs of the task it runs in.
struct FitControl {
    int threads = 1;
    std::uint64_t seed = 0;
    std::function<void()> stop_point = [] {};  // throws once the task shall stop
    std::function<void(double, std::string_view)> progress = [](double, std::string_view) {};
    // Told the loss after so many boosting rounds on rows that are not learned from; false: the trial may end here.
    std::function<bool(int, double)> goes_on = [](int, double) { return true; };
    bool explain = false;  // say which features the model goes by
    // What an earlier attempt at the same fit kept last; nullopt: it begins.
    std::function<std::optional<std::string>()> checkpoint = [] { return std::nullopt; };
    // Offered from time to time; asks for the bytes when they are to be kept.
    std::function<void(const std::function<std::string()>&)> keep_checkpoint = [](const auto&) {};
    std::function<void(std::string_view)> say = [](std::string_view) {};  // a line for the log
};

// Rows x classes, row by row.
struct Scores {
    std::size_t classes = 0;
    std::vector<float> values;
    std::span<float> row(std::size_t i) { return std::span(values).subspan(i * classes, classes); }
    std::span<const float> row(std::size_t i) const { return std::span(values).subspan(i * classes, classes); }
    std::size_t rows() const { return classes == 0 ? 0 : values.size() / classes; }
};

// How much one feature of an item spoke for a code, or, below 0, against it.
struct Contribution {
    std::string feature;
    double amount = 0;
};
struct Explanation {
    std::string what;  // the amounts are, in a sentence
    double base = 0;   // what the code gets whatever the item is
    std::vector<Contribution> contributions;  // with the base they sum to the score that the sentence names
    std::vector<Contribution> words{};        // rerank: what its linear scorer's opinion consists of
};

class Model {
 public:
    virtual ~Model() = default;
    virtual std::string_view family() const = 0;
    const std::vector<std::string>& classes() const { return classes_; }
    const Schema& schema() const { return schema_; }
    double temperature() const { return temperature_; }
    void set_temperature(double temperature) { temperature_ = temperature; }

    // Replaces `out` by the probabilities: each row sums to 1.
    // Requires: rows made for a schema of the same features.
    void predict(const Table& rows, Scores& out);
    // The same before calibration: larger is likelier.
    virtual void score(const Table& rows, Scores& out) = 0;
    // Why the row gets the score that it gets for the class.
    // Requires: row < rows.rows(), which < classes().size().
    virtual Explanation explain(const Table& rows, std::size_t row, std::size_t which) = 0;

 protected:
    Model(Schema schema, std::vector<std::string> classes) : schema_(std::move(schema)), classes_(std::move(classes)) {}

 private:
    friend std::string save_model(const Model& model, const sdk::Json& params);
    // The family's own part of the header.
    virtual sdk::Json save(Sections& sections) const = 0;

    Schema schema_;
    std::vector<std::string> classes_;  // sorted
    double temperature_ = 1.0;
};

// What the code list says of a code.
struct CodeText {
    std::string code;
    std::string text;
};

// A training set with its labels as positions in `classes`.
struct Training {
    Schema schema;
    std::vector<std::string> classes;  // sorted, at least two
    Table train;
    std::vector<std::int32_t> labels;             // of `train`
    Table validation;                             // may have no rows
    std::vector<std::int32_t> validation_labels;  // -1: a class that `train` lacks
    std::vector<CodeText> codes;                  // the country's code list; may be empty
};

// How much of what a model learned lies in one feature: a share of the whole, by the gain of its trees or, of a linear model, by the
// mean size of weight times value.
struct Importance {
    std::string feature;
    double share = 0;
};
inline constexpr std::size_t importances_max = 50;

struct Fitted {
    std::unique_ptr<Model> model;
    // The parameters as they came to be: with the rounds that early stopping chose.
    sdk::JsonObject params;
    std::vector<Importance> importances{};  // the largest first; none unless asked for
};

// One file: a JSON header and the binary sections. Same model, same bytes.
std::string save_model(const Model& model, const sdk::Json& params);
// "m-" and the first 16 digits of the file's SHA-256.
std::string model_id(std::string_view sha256);

struct LoadedModel {
    std::unique_ptr<Model> model;
    sdk::Json params;
};
// Requires: the bytes were checked against the hash recorded for them (XGBoost crashes on edited files).
// Errors: TaskFailure(Data) for anything that is no model file.
LoadedModel load_model(std::string_view bytes, int threads);

}  // namespace kontor::ml
