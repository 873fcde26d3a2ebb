// The family `linear`: one linear problem per class over TF-IDF text, scaled numbers and hashed categories.
#include <linear.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "tasks/ml/calibrate.hpp"
#include "tasks/ml/families.hpp"
#include "tasks/ml/linear_features.hpp"
#include "tasks/ml/linear_random.hpp"
#include "tasks/ml/svc_block.hpp"

namespace kontor::ml {
namespace {

// Weights of one model: 192 MB as floats. With more classes fewer n-grams are kept, the most frequent ones.
constexpr std::size_t weights_max = 48'000'000;
// LIBLINEAR's own default for these solvers.
constexpr double solver_tolerance = 0.1;

// Four numbers in one register of any 64-bit machine.
using Quad = float __attribute__((vector_size(16)));

constexpr std::size_t quad = sizeof(Quad) / sizeof(float);

// sums += value * weights.
void add_scaled(const float* weights, float value, std::size_t count, float* sums) {
    std::size_t c = 0;
    for (; c + quad <= count; c += quad) {
        Quad weight;
        Quad sum;
        std::memcpy(&weight, weights + c, sizeof weight);
        std::memcpy(&sum, sums + c, sizeof sum);
        sum += value * weight;
        std::memcpy(sums + c, &sum, sizeof sum);
    }
    for (; c < count; ++c) {
        sums[c] += value * weights[c];
    }
}

// The same for all cells of a row, the sums of `quads * 4` classes staying in registers. Adds in the same order.
template <std::size_t quads>
void add_cells(const CsrMatrix& cells, const float* weights, std::size_t classes, float* sums) {
    std::array<Quad, quads> in_registers;
    std::memcpy(in_registers.data(), sums, sizeof in_registers);
    for (std::size_t i = 0; i < cells.columns.size(); ++i) {
        const float* const from = weights + std::size_t{cells.columns[i]} * classes;
        const float value = cells.values[i];
        for (std::size_t q = 0; q < quads; ++q) {
            Quad weight;
            std::memcpy(&weight, from + q * quad, sizeof weight);
            in_registers[q] += value * weight;
        }
    }
    std::memcpy(sums, in_registers.data(), sizeof in_registers);
}

// Few classes: the sums of a row fit into the registers, and each cell's weights lie in a cache line or two.
constexpr std::size_t few_classes = 64;

void score_cells(const CsrMatrix& cells, const float* weights, std::size_t classes, float* sums) {
    if (classes > few_classes) {
        for (std::size_t i = 0; i < cells.columns.size(); ++i) {
            add_scaled(weights + std::size_t{cells.columns[i]} * classes, cells.values[i], classes, sums);
        }
        return;
    }
    std::size_t done = 0;
    for (; done + 8 * quad <= classes; done += 8 * quad) {
        add_cells<8>(cells, weights + done, classes, sums + done);
    }
    switch ((classes - done) / quad) {
        case 7: add_cells<7>(cells, weights + done, classes, sums + done); break;
        case 6: add_cells<6>(cells, weights + done, classes, sums + done); break;
        case 5: add_cells<5>(cells, weights + done, classes, sums + done); break;
        case 4: add_cells<4>(cells, weights + done, classes, sums + done); break;
        case 3: add_cells<3>(cells, weights + done, classes, sums + done); break;
        case 2: add_cells<2>(cells, weights + done, classes, sums + done); break;
        case 1: add_cells<1>(cells, weights + done, classes, sums + done); break;
    }
    const std::size_t rest = classes % quad;
    for (std::size_t i = 0; rest > 0 && i < cells.columns.size(); ++i) {
        add_scaled(weights + std::size_t{cells.columns[i]} * classes + classes - rest, cells.values[i], rest, sums + classes - rest);
    }
}

class LinearModel final : public Model {
 public:
    LinearModel(
        Schema schema,
        std::vector<std::string> classes,
        LinearFeatures features,
        double category_weight,
        std::vector<float> weights,
        std::vector<float> biases
    )
        : Model(std::move(schema), std::move(classes)),
          features_(std::move(features)),
          category_weight_(category_weight),
          weights_(std::move(weights)),
          biases_(std::move(biases)) {}

    std::string_view family() const override { return "linear"; }

    void score(const Table& rows, Scores& out) override {
        const std::size_t count = classes().size();
        out.classes = count;
        out.values.resize(rows.rows() * count);
        std::unique_ptr<Working> working = take_working();
        CsrMatrix& cells = working->cells;
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            cells.columns.clear();
            cells.values.clear();
            features_.append(rows, row, working->scratch, cells);
            float* const sums = out.values.data() + row * count;
            std::copy(biases_.begin(), biases_.end(), sums);
            score_cells(cells, weights_.data(), count, sums);
        }
        const std::lock_guard lock(idle_mutex_);
        idle_.push_back(std::move(working));
    }

    // The names are read from the item itself: what it does not have has no part in its score.
    Explanation explain(const Table& rows, std::size_t row, std::size_t which) override {
        const Table own = rows.take(std::array{row});
        Scratch scratch;
        CsrMatrix cells;
        features_.append(own, 0, scratch, cells);
        std::vector<std::string> names = features_.names(schema(), own, cells.columns);
        Explanation told{
            "weight times value of each feature; with the base they sum to the linear score, before calibration",
            static_cast<double>(biases_[which]),
            {}};
        for (std::size_t i = 0; i < names.size(); ++i) {
            const float weight = weights_[std::size_t{cells.columns[i]} * classes().size() + which];
            told.contributions.push_back({std::move(names[i]), static_cast<double>(weight) * static_cast<double>(cells.values[i])});
        }
        return told;
    }

 private:
    // What one thread needs while it scores; kept for the next.
    struct Working {
        Scratch scratch;
        CsrMatrix cells;
    };
    std::unique_ptr<Working> take_working() {
        const std::lock_guard lock(idle_mutex_);
        if (idle_.empty()) {
            return std::make_unique<Working>();
        }
        std::unique_ptr<Working> working = std::move(idle_.back());
        idle_.pop_back();
        return working;
    }
    sdk::Json save(Sections& sections) const override {
        sections["linear.weights"] = to_bytes(weights_);
        sections["linear.biases"] = to_bytes(biases_);
        return sdk::JsonObject{
            {"text", features_.text().save(sections)},
            {"numbers", features_.numbers().save()},
            {"category_weight", category_weight_}};
    }

    LinearFeatures features_;
    double category_weight_;
    std::vector<float> weights_;  // features x classes
    std::vector<float> biases_;
    std::mutex idle_mutex_;
    std::vector<std::unique_ptr<Working>> idle_;
};

// The training rows as LIBLINEAR wants them, a bias cell and an end mark in each.
class Problem {
 public:
    explicit Problem(const CsrMatrix& matrix) {
        nodes_.reserve(matrix.columns.size() + 2 * matrix.rows());
        std::vector<std::size_t> begins;
        for (std::size_t row = 0; row < matrix.rows(); ++row) {
            begins.push_back(nodes_.size());
            const auto columns = matrix.columns_of(row);
            const auto values = matrix.values_of(row);
            for (std::size_t i = 0; i < columns.size(); ++i) {
                nodes_.push_back({static_cast<int>(columns[i]) + 1, static_cast<double>(values[i])});
            }
            nodes_.push_back({static_cast<int>(matrix.width) + 1, 1.0});
            nodes_.push_back({-1, 0.0});
        }
        for (const std::size_t begin : begins) {
            rows_.push_back(nodes_.data() + begin);
        }
        features_ = static_cast<int>(matrix.width) + 1;
    }
    ::problem view(std::vector<double>& labels) {
        return ::problem{static_cast<int>(rows_.size()), features_, labels.data(), rows_.data(), 1.0};
    }

 private:
    std::vector<::feature_node> nodes_;
    std::vector<::feature_node*> rows_;
    int features_ = 0;
};

struct FreeModel {
    void operator()(::model* model) const { ::free_and_destroy_model(&model); }
};

struct Solver {
    bool logistic = false;
    double c = 1;
    double balance = 0;
};

Solver solver_from(const sdk::JsonObject& params) {
    const std::string loss = text_param(params, "loss");
    if (loss != "squared_hinge" && loss != "logistic") {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config, "model parameters: \"loss\" must be squared_hinge or logistic"
        );
    }
    const Solver solver{
        loss == "logistic", number_param(params, "c"), number_param(params, "balance")};
    if (solver.c <= 0) {
        throw sdk::TaskFailure(sdk::FailureClass::Config, "model parameters: \"c\" must be greater than 0");
    }
    return solver;
}

// One class against the rest with the logistic loss; LIBLINEAR's dual coordinate descent is several times faster on sparse
// text than its Newton methods. Writes column `which` of the weights.
void fit_class(
    Problem& problem,
    const std::vector<std::int32_t>& labels,
    std::int32_t which,
    const Solver& solver,
    std::size_t classes,
    std::vector<float>& weights,
    std::vector<float>& biases
) {
    std::vector<double> sides(labels.size());
    std::size_t members = 0;
    for (std::size_t row = 0; row < labels.size(); ++row) {
        sides[row] = labels[row] == which ? 1.0 : -1.0;
        members += labels[row] == which ? 1U : 0U;
    }
    const double odds = static_cast<double>(labels.size() - members) / static_cast<double>(std::max<std::size_t>(members, 1));
    int weight_label = 1;
    double weight = std::pow(std::max(odds, 1.0), solver.balance);
    ::parameter parameter{L2R_LR_DUAL, solver_tolerance, solver.c, 1, &weight_label, &weight, 0.1, nullptr};
    const ::problem view = problem.view(sides);
    seed_liblinear(static_cast<std::uint32_t>(which));
    const std::unique_ptr<::model, FreeModel> model(::train(&view, &parameter));
    // LIBLINEAR's positive side is the label of the first row.
    const double sign = model->label[0] == 1 ? 1.0 : -1.0;
    const auto features = static_cast<std::size_t>(model->nr_feature);
    const auto column = static_cast<std::size_t>(which);
    for (std::size_t feature = 0; feature < features; ++feature) {
        weights[feature * classes + column] = static_cast<float>(sign * model->w[feature]);
    }
    biases[column] = static_cast<float>(sign * model->w[features]);
}

// Calls `fit(item, stop_point)` for every item, shared out among threads; each item's result is the same whoever computes it.
template <class Fit>
void share_out(std::int32_t items, const FitControl& control, const Fit& fit) {
    std::atomic<std::int32_t> next{0};
    std::atomic<bool> abandoned{false};
    std::mutex fault_mutex;
    std::exception_ptr fault;
    const auto work = [&](bool leads) {
        const std::function<void()> stop_point = [&] {
            if (leads) {
                control.stop_point();
            }
        };
        try {
            for (std::int32_t item = next++; item < items && !abandoned; item = next++) {
                stop_point();
                if (leads) {
                    control.progress(static_cast<double>(item) / items, "learning class by class");
                }
                fit(item, stop_point);
            }
        } catch (...) {
            abandoned = true;
            const std::scoped_lock lock(fault_mutex);
            fault = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;
        for (int i = 1; i < std::min(control.threads, items); ++i) {
            others.emplace_back([&work] { work(false); });
        }
        work(true);
    }
    if (fault) {
        std::rethrow_exception(fault);
    }
}

void fit_classes(
    const CsrMatrix& matrix,
    const Training& training,
    const Solver& solver,
    const FitControl& control,
    std::vector<float>& weights,
    std::vector<float>& biases
) {
    const auto classes = static_cast<std::int32_t>(training.classes.size());
    // Two classes are one problem: the second is the mirror image of the first.
    const std::int32_t problems = classes == 2 ? 1 : classes;
    if (solver.logistic) {
        static std::once_flag quiet;
        std::call_once(quiet, [] { ::set_print_string_function([](const char* /*text*/) {}); });
        Problem problem(matrix);
        share_out(problems, control, [&](std::int32_t which, const auto& /*stop_point*/) {
            fit_class(problem, training.labels, which, solver, training.classes.size(), weights, biases);
        });
    } else {
        const std::vector<float> squares = squared_lengths(matrix);
        const SvcOptions options{solver.c, solver.balance, solver_tolerance};
        constexpr auto lanes = static_cast<std::int32_t>(svc_lanes);
        share_out((problems + lanes - 1) / lanes, control, [&](std::int32_t block, const auto& stop_point) {
            const std::int32_t first = block * lanes;
            const auto count = static_cast<std::size_t>(std::min(lanes, problems - first));
            fit_svc_block(matrix, squares, training.labels, first, count, options, stop_point, weights, biases);
        });
    }
    if (classes == 2) {
        for (std::size_t i = 0; i < weights.size(); i += 2) {
            weights[i + 1] = -weights[i];
        }
        biases[1] = -biases[0];
    }
}

std::vector<Importance> linear_importances(
    const LinearFeatures& features,
    const Training& training,
    const CsrMatrix& matrix,
    const std::vector<float>& weights
) {
    ColumnSizes sizes(matrix.width);
    for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
        sizes[matrix.columns[i]].second += static_cast<double>(std::abs(matrix.values[i]));
    }
    const std::size_t classes = training.classes.size();
    for (std::uint32_t column = 0; column < matrix.width; ++column) {
        double sum = 0;
        for (std::size_t c = 0; c < classes; ++c) {
            sum += static_cast<double>(std::abs(weights[column * classes + c]));
        }
        sizes[column].first = column;
        sizes[column].second *= sum;
    }
    return importances_of(std::move(sizes), [&](auto columns) { return features.names(training.schema, training.train, columns); });
}

Fitted fit_linear(const Training& training, const sdk::JsonObject& params, const FitControl& control) {
    const Solver solver = solver_from(params);
    const double number_weight = number_param(params, "number_weight");
    const double category_weight = number_param(params, "category_weight");
    TextOptions options{text_recipe(text_param(params, "text")), static_cast<std::uint32_t>(int_param(params, "min_rows"))};
    options.columns_max = std::max<std::size_t>(weights_max / training.classes.size(), 1000);
    control.progress(0, "making features");
    CsrMatrix text_matrix;
    LinearFeatures features(
        TextFeatures::fit(training.train, options, control.stop_point, text_matrix),
        ScaledNumbers::fit(training.train, number_weight),
        HashedCategories(training.train.categorical.size(), category_weight)
    );
    CsrMatrix matrix;
    for (std::size_t row = 0; row < training.train.rows(); ++row) {
        const auto columns = text_matrix.columns_of(row);
        const auto values = text_matrix.values_of(row);
        matrix.columns.insert(matrix.columns.end(), columns.begin(), columns.end());
        matrix.values.insert(matrix.values.end(), values.begin(), values.end());
        features.append_rest(training.train, row, matrix);
        matrix.end_row();
    }
    text_matrix = CsrMatrix();
    matrix.width = features.width();
    std::vector<float> weights(std::size_t{matrix.width} * training.classes.size());
    std::vector<float> biases(training.classes.size());
    fit_classes(matrix, training, solver, control, weights, biases);
    std::vector<Importance> importances;
    if (control.explain) {
        importances = linear_importances(features, training, matrix, weights);
    }
    Fitted fitted{
        std::make_unique<LinearModel>(
            training.schema, training.classes, std::move(features), category_weight, std::move(weights), std::move(biases)
        ),
        params,
        std::move(importances)};
    return fitted;
}

std::unique_ptr<Model> load_linear(const ModelParts& parts) {
    const double category_weight = model_number(parts.header, "category_weight");
    LinearFeatures features(
        TextFeatures::load(model_member(parts.header, "text"), parts.sections, parts.schema.text.size()),
        ScaledNumbers::load(model_member(parts.header, "numbers")),
        HashedCategories(parts.schema.categorical.size(), category_weight)
    );
    if (features.numbers().width() != 2 * parts.schema.numeric.size()) {
        broken_model("its numbers do not fit its schema");
    }
    const std::size_t classes = parts.classes.size();
    auto weights = from_bytes<float>(section(parts.sections, "linear.weights"), features.width() * classes);
    auto biases = from_bytes<float>(section(parts.sections, "linear.biases"), classes);
    return std::make_unique<LinearModel>(
        parts.schema, parts.classes, std::move(features), category_weight, std::move(weights), std::move(biases)
    );
}

sdk::JsonObject linear_defaults() {
    return {
        {"loss", "squared_hinge"},
        {"c", 1.0},
        {"balance", 0.0},
        {"text", "word_char"},
        {"min_rows", 2},
        {"number_weight", 0.3},
        {"category_weight", 0.7}};
}

std::vector<Dimension> linear_space() {
    using Kind = Dimension::Kind;
    return {
        {.name = "loss", .kind = Kind::Choice, .choices = {"squared_hinge", "squared_hinge", "logistic"}},
        // The logistic loss wants less regularisation than the hinge.
        {.name = "c", .kind = Kind::LogReal, .low = 0.1, .high = 10, .when = "loss", .is = "squared_hinge"},
        {.name = "c", .kind = Kind::LogReal, .low = 1, .high = 100, .when = "loss", .is = "logistic"},
        {.name = "balance", .low = -0.5, .high = 0.6, .least = 0},
        {.name = "text", .kind = Kind::Choice, .choices = {"word_char", "word_char", "word_char", "word", "char"}},
        {.name = "min_rows", .kind = Kind::Integer, .low = 1, .high = 3},
        {.name = "number_weight", .kind = Kind::LogReal, .low = 0.05, .high = 1},
        {.name = "category_weight", .kind = Kind::LogReal, .low = 0.1, .high = 2}};
}

}  // namespace

const Family& linear_family() {
    static const Family family{"linear", &fit_linear, &load_linear, &linear_defaults, &linear_space};
    return family;
}

}  // namespace kontor::ml
