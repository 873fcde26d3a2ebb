#include "tasks/ml/booster.hpp"

#include <xgboost/c_api.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include "tasks/sdk/outcome.hpp"

namespace kontor::ml {
namespace {

constexpr std::array<std::string_view, 18> known_parameters{
    "booster", "objective", "num_class", "eta", "max_depth", "min_child_weight", "subsample", "colsample_bytree", "lambda",
    "alpha", "gamma", "tree_method", "max_bin", "nthread", "seed", "seed_per_iteration", "verbosity", "eval_metric"};

[[noreturn]] void bug(const std::string& what) { throw sdk::TaskFailure(sdk::FailureClass::Bug, what); }

void must(int status, std::string_view what) {
    if (status != 0) {
        std::string reason = XGBGetLastError();
        reason.resize(std::min({reason.size(), reason.find("\nStack trace"), std::size_t{500}}));
        throw sdk::TaskFailure(sdk::FailureClass::Resource, "XGBoost could not " + std::string(what) + ": " + reason);
    }
}

std::shared_ptr<void> owned_booster(BoosterHandle handle) {
    return {handle, [](void* owned) { XGBoosterFree(owned); }};
}

}  // namespace

DataMatrix::DataMatrix(const CsrMatrix& matrix) : rows_(matrix.rows()) {
    for (const std::uint32_t column : matrix.columns) {
        if (column >= matrix.width) {
            bug("a feature lies outside its matrix");
        }
    }
    DMatrixHandle handle = nullptr;
    must(
        XGDMatrixCreateFromCSREx(
            matrix.begins.data(),
            matrix.columns.data(),
            matrix.values.data(),
            matrix.begins.size(),
            matrix.values.size(),
            matrix.width,
            &handle
        ),
        "take a matrix"
    );
    handle_ = {handle, [](void* owned) { XGDMatrixFree(owned); }};
}

void DataMatrix::set_labels(std::span<const std::int32_t> labels) {
    if (labels.size() != rows_) {
        bug("labels and rows differ in number");
    }
    std::vector<float> numbers(labels.begin(), labels.end());
    must(XGDMatrixSetFloatInfo(handle_.get(), "label", numbers.data(), numbers.size()), "take labels");
}

void DataMatrix::set_weights(std::span<const float> weights) {
    if (weights.size() != rows_) {
        bug("weights and rows differ in number");
    }
    must(XGDMatrixSetFloatInfo(handle_.get(), "weight", weights.data(), weights.size()), "take weights");
}

void DataMatrix::set_groups(std::span<const std::uint32_t> sizes) {
    if (std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}) != rows_) {
        bug("groups and rows differ in number");
    }
    must(XGDMatrixSetUIntInfo(handle_.get(), "group", sizes.data(), sizes.size()), "take groups");
}

Booster::Booster(void* handle) : handle_(owned_booster(handle)) {}

Booster::Booster(const DataMatrix& train, const std::vector<const DataMatrix*>& others) {
    std::vector<DMatrixHandle> matrices{train.handle()};
    for (const DataMatrix* other : others) {
        matrices.push_back(other->handle());
    }
    BoosterHandle handle = nullptr;
    must(XGBoosterCreate(matrices.data(), matrices.size(), &handle), "start");
    handle_ = owned_booster(handle);
}

Booster Booster::from_bytes(std::string_view bytes) {
    BoosterHandle handle = nullptr;
    must(XGBoosterCreate(nullptr, 0, &handle), "start");
    Booster booster(handle);
    booster.load(bytes);
    return booster;
}

void Booster::load(std::string_view bytes) {
    if (XGBoosterLoadModelFromBuffer(handle_.get(), bytes.data(), bytes.size()) != 0) {
        throw sdk::TaskFailure(sdk::FailureClass::Data, "the model file is broken: XGBoost cannot read its trees");
    }
}

void Booster::set(std::string_view name, const std::string& value) {
    if (std::find(known_parameters.begin(), known_parameters.end(), name) == known_parameters.end()) {
        bug("XGBoost has no parameter \"" + std::string(name) + "\"");
    }
    must(XGBoosterSetParam(handle_.get(), std::string(name).c_str(), value.c_str()), "take a parameter");
}

void Booster::update(int round, const DataMatrix& train) {
    must(XGBoosterUpdateOneIter(handle_.get(), round, train.handle()), "boost");
}

void Booster::forget_random_numbers() {
    // The numbers live in the updaters, which are made anew when the method changes. A change takes effect when somebody looks;
    // the new updaters know no parameter that was set before.
    bst_ulong size = 0;
    const char* ignored = nullptr;
    set("tree_method", "approx");
    must(XGBoosterSaveJsonConfig(handle_.get(), &size, &ignored), "take a parameter");
}

double Booster::evaluate(int round, const DataMatrix& data) {
    DMatrixHandle matrix = data.handle();
    const char* name = "v";
    const char* text = nullptr;
    must(XGBoosterEvalOneIter(handle_.get(), round, &matrix, &name, 1, &text), "evaluate");
    // "[12]\tv-mlogloss:0.345"
    const std::string_view line(text);
    const std::size_t colon = line.rfind(':');
    double value = 0;
    if (colon == std::string_view::npos ||
        std::from_chars(line.data() + colon + 1, line.data() + line.size(), value).ec != std::errc()) {
        bug("XGBoost's evaluation \"" + std::string(line) + "\" cannot be read");
    }
    return value;
}

std::vector<float> Booster::margins(const DataMatrix& data) {
    return predicted(data, R"({"type":1,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true})");
}

std::vector<float> Booster::contributions(const DataMatrix& data) {
    return predicted(data, R"({"type":2,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true})");
}

std::vector<float> Booster::predicted(const DataMatrix& data, const char* config) {
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* result = nullptr;
    must(
        XGBoosterPredictFromDMatrix(handle_.get(), data.handle(), config, &shape, &dimensions, &result), "predict"
    );
    std::size_t size = 1;
    for (bst_ulong i = 0; i < dimensions; ++i) {
        size *= shape[i];
    }
    // The result is XGBoost's own until the next call.
    return {result, result + size};
}

Booster Booster::first_rounds(int rounds) const {
    BoosterHandle handle = nullptr;
    must(XGBoosterSlice(handle_.get(), 0, rounds, 1, &handle), "cut off later rounds");
    return Booster(handle);
}

std::vector<std::pair<std::uint32_t, double>> Booster::gains() const {
    bst_ulong count = 0;
    const char** names = nullptr;
    bst_ulong dimensions = 0;
    const bst_ulong* shape = nullptr;
    const float* values = nullptr;
    must(
        XGBoosterFeatureScore(
            handle_.get(), R"({"importance_type": "total_gain"})", &count, &names, &dimensions, &shape, &values
        ),
        "sum up gains"
    );
    std::vector<std::pair<std::uint32_t, double>> gains;
    for (bst_ulong i = 0; i < count; ++i) {
        // "f12" is column 12.
        const std::string_view name(names[i]);
        std::uint32_t column = 0;
        if (!name.starts_with('f') ||
            std::from_chars(name.data() + 1, name.data() + name.size(), column).ec != std::errc()) {
            bug("XGBoost's feature \"" + std::string(name) + "\" cannot be read");
        }
        gains.emplace_back(column, static_cast<double>(values[i]));
    }
    std::sort(gains.begin(), gains.end());
    return gains;
}

std::size_t Booster::columns() const {
    bst_ulong columns = 0;
    must(XGBoosterGetNumFeature(handle_.get(), &columns), "count columns");
    return columns;
}

std::string Booster::to_bytes() const {
    bst_ulong size = 0;
    const char* bytes = nullptr;
    must(XGBoosterSaveModelToBuffer(handle_.get(), R"({"format":"ubj"})", &size, &bytes), "save");
    return {bytes, size};
}

}  // namespace kontor::ml
