// The family `softprob`: XGBoost trees over few features: numbers, frequent categories and the n-grams that tell most.
// Trees are grown per class and round, so this is for countries with few codes and numbers that mean something.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <limits>
#include <mutex>
#include <numeric>

#include "tasks/ml/boosting.hpp"
#include "tasks/ml/families.hpp"

namespace kontor::ml {
namespace {

// Named values per categorical column; rarer ones are one and the same to the trees.
constexpr std::size_t categories_max = 48;
// Boosting ends when the log-loss of the validation part has not fallen for so many rounds.
constexpr int patience = 8;
// By gain, n-grams are chosen among so many times as many, after so many rounds.
constexpr std::size_t selection_choice = 4;
constexpr int selection_rounds = 8;

// Category -> rank by frequency, and one column for each of the frequent ones.
class RankedCategories {
 public:
    static RankedCategories fit(const Table& train) {
        RankedCategories ranked;
        for (const auto& column : train.categorical) {
            std::map<std::string, std::size_t> counts;
            for (const std::string& value : column) {
                if (const auto name = trimmed(value); !name.empty()) {
                    ++counts[std::string(name)];
                }
            }
            std::vector<std::pair<std::string, std::size_t>> order(counts.begin(), counts.end());
            std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
            order.resize(std::min(order.size(), categories_max));
            auto& names = ranked.names_.emplace_back();
            for (std::uint32_t i = 0; i < order.size(); ++i) {
                names[order[i].first] = i;
            }
        }
        return ranked;
    }
    std::uint32_t width() const { return static_cast<std::uint32_t>(names_.size() * (categories_max + 1)); }
    void append(const Table& table, std::size_t row, std::uint32_t first_column, CsrMatrix& out) const {
        for (std::size_t i = 0; i < names_.size(); ++i) {
            const std::uint32_t base = first_column + static_cast<std::uint32_t>(i * (categories_max + 1));
            const auto found = names_[i].find(trimmed(table.categorical[i][row]));
            if (found != names_[i].end()) {
                out.add(base, static_cast<float>(found->second));
                out.add(base + 1 + found->second, 1.0F);
            }
        }
    }
    sdk::Json save() const {
        sdk::JsonArray columns;
        for (const auto& names : names_) {
            sdk::JsonArray list(names.size());
            for (const auto& [name, rank] : names) {
                list[rank] = name;
            }
            columns.push_back(std::move(list));
        }
        return columns;
    }
    static RankedCategories load(const sdk::Json& value) {
        RankedCategories ranked;
        if (!value.is_array()) {
            broken_model("its categories are no list");
        }
        for (const sdk::Json& column : value.get_array()) {
            if (!column.is_array() || column.get_array().size() > categories_max) {
                broken_model("its categories are too many or no list");
            }
            auto& names = ranked.names_.emplace_back();
            for (const sdk::Json& name : column.get_array()) {
                const auto rank = static_cast<std::uint32_t>(names.size());
                // One name twice would leave a rank without a name, and save() writing beyond its list.
                if (!name.is_string() || !names.emplace(name.get_string(), rank).second) {
                    broken_model("its categories are not different texts");
                }
            }
        }
        return ranked;
    }
    std::size_t columns() const { return names_.size(); }
    // Requires: a column that append() may fill, counted from the first.
    std::string name_of(std::uint32_t column, const std::vector<std::string>& headers) const {
        const auto which = static_cast<std::uint32_t>(column / (categories_max + 1));
        const auto place = static_cast<std::uint32_t>(column % (categories_max + 1));
        for (const auto& [name, rank] : names_[which]) {
            if (place == rank + 1) {
                return headers[which] + " = " + name;
            }
        }
        return headers[which] + " by frequency";
    }

 private:
    std::vector<std::map<std::string, std::uint32_t, std::less<>>> names_;
};

// For every class in turn its next most telling n-gram (chi-squared of presence), until `count` are chosen: a rare class
// gets its words too.
std::vector<std::uint32_t> telling_columns(
    const CsrMatrix& matrix, const std::vector<std::int32_t>& labels, std::size_t classes, std::size_t count
) {
    std::vector<std::uint32_t> present(std::size_t{matrix.width} * classes);
    std::vector<double> members(classes);
    for (std::size_t row = 0; row < matrix.rows(); ++row) {
        const auto label = static_cast<std::size_t>(labels[row]);
        members[label] += 1;
        for (const std::uint32_t column : matrix.columns_of(row)) {
            ++present[column * classes + label];
        }
    }
    const auto rows = static_cast<double>(matrix.rows());
    std::vector<std::vector<std::pair<double, std::uint32_t>>> best(classes);
    for (std::uint32_t column = 0; column < matrix.width; ++column) {
        const auto* counts = present.data() + std::size_t{column} * classes;
        double total = 0;
        for (std::size_t c = 0; c < classes; ++c) {
            total += counts[c];
        }
        for (std::size_t c = 0; c < classes; ++c) {
            const double expected = total * members[c] / rows;
            if (counts[c] > expected) {
                best[c].emplace_back((counts[c] - expected) * (counts[c] - expected) / expected, column);
            }
        }
    }
    for (auto& ranked : best) {
        std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first > b.first : a.second < b.second;
        });
    }
    std::vector<bool> taken(matrix.width);
    std::vector<std::uint32_t> chosen;
    std::vector<std::size_t> next(classes);
    for (bool found = true; found && chosen.size() < count;) {
        found = false;
        for (std::size_t c = 0; c < classes && chosen.size() < count; ++c) {
            while (next[c] < best[c].size() && taken[best[c][next[c]].second]) {
                ++next[c];
            }
            if (next[c] < best[c].size()) {
                chosen.push_back(best[c][next[c]].second);
                taken[chosen.back()] = true;
                found = true;
            }
        }
    }
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

struct TreeFeatures {
    TextFeatures text;
    std::size_t numbers = 0;
    RankedCategories categories;

    std::uint32_t width() const {
        return text.width() + static_cast<std::uint32_t>(numbers) + categories.width();
    }
    // A missing number is an absent cell, which trees send their own way.
    CsrMatrix matrix(const Table& table) const {
        CsrMatrix out;
        Scratch scratch;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            text.append(table, row, scratch, out);
            for (std::uint32_t i = 0; i < numbers; ++i) {
                if (!std::isnan(table.numeric[i][row])) {
                    // XGBoost takes no infinity, and a float holds less than a data file may say.
                    constexpr double most = std::numeric_limits<float>::max();
                    out.add(text.width() + i, static_cast<float>(std::clamp(table.numeric[i][row], -most, most)));
                }
            }
            categories.append(table, row, text.width() + static_cast<std::uint32_t>(numbers), out);
            out.end_row();
        }
        out.width = width();
        return out;
    }
    std::vector<std::string> names(const Training& training, std::span<const std::uint32_t> columns) const {
        std::vector<std::uint32_t> of_text;
        std::copy_if(columns.begin(), columns.end(), std::back_inserter(of_text), [&](std::uint32_t column) {
            return column < text.width();
        });
        std::vector<std::string> texts = text.names(training.train, training.schema.text, of_text);
        std::vector<std::string> names;
        std::size_t next = 0;
        for (const std::uint32_t column : columns) {
            const std::uint32_t rest = column < text.width() ? 0 : column - text.width();
            names.push_back(
                column < text.width() ? std::move(texts[next++])
                : rest < numbers      ? training.schema.numeric[rest]
                                      : categories.name_of(rest - static_cast<std::uint32_t>(numbers), training.schema.categorical)
            );
        }
        return names;
    }
    // `amounts`: of each column for one class, the base last. Trees also go by what an item lacks: that is one sum for its
    // texts, and belongs to the item's own value in a category.
    Explanation explain(
        const Schema& schema, const Table& item, std::span<const std::uint32_t> filled, std::span<const float> amounts
    ) const {
        Explanation told{
            "what each feature adds in the trees (Shapley values); with the base they sum to the margin, before calibration",
            static_cast<double>(amounts.back()),
            {}};
        std::vector<std::uint32_t> present;
        std::vector<bool> held(text.width());
        for (const std::uint32_t column : filled) {
            if (column < text.width()) {
                present.push_back(column);
                held[column] = true;
            }
        }
        std::vector<std::string> names = text.names(item, schema.text, present);
        for (std::size_t i = 0; i < present.size(); ++i) {
            told.contributions.push_back({std::move(names[i]), static_cast<double>(amounts[present[i]])});
        }
        double lacking = 0;
        for (std::uint32_t column = 0; column < text.width(); ++column) {
            lacking += held[column] ? 0.0 : static_cast<double>(amounts[column]);
        }
        told.contributions.push_back({"words that the item does not have", lacking});
        for (std::size_t i = 0; i < numbers; ++i) {
            const bool missing = std::isnan(item.numeric[i].front());
            told.contributions.push_back(
                {schema.numeric[i] + (missing ? " is missing" : ""), static_cast<double>(amounts[text.width() + i])}
            );
        }
        const std::size_t first = text.width() + numbers;
        for (std::size_t i = 0; i < categories.columns(); ++i) {
            const auto own = amounts.subspan(first + i * (categories_max + 1), categories_max + 1);
            const std::string_view value = trimmed(item.categorical[i].front());
            told.contributions.push_back(
                {schema.categorical[i] + (value.empty() ? " is missing" : " = " + std::string(value)),
                 std::accumulate(own.begin(), own.end(), 0.0, [](double sum, float x) { return sum + static_cast<double>(x); })}
            );
        }
        return told;
    }
};

class SoftprobModel final : public Model {
 public:
    SoftprobModel(Schema schema, std::vector<std::string> classes, TreeFeatures features, Booster booster)
        : Model(std::move(schema), std::move(classes)), features_(std::move(features)), booster_(std::move(booster)) {}
    std::string_view family() const override { return "softprob"; }

    void score(const Table& rows, Scores& out) override {
        out.classes = classes().size();
        out.values.clear();
        if (rows.rows() == 0) {
            return;
        }
        const DataMatrix matrix(features_.matrix(rows));
        {
            // XGBoost shares one prediction out among threads of its own.
            const std::lock_guard lock(predicting_);
            out.values = booster_.margins(matrix);
        }
        if (out.values.size() != rows.rows() * out.classes) {
            broken_model("its trees give another number of classes");
        }
    }

    Explanation explain(const Table& rows, std::size_t row, std::size_t which) override {
        const Table own = rows.take(std::array{row});
        const CsrMatrix cells = features_.matrix(own);
        const DataMatrix matrix(cells);
        std::vector<float> amounts;
        {
            const std::lock_guard lock(predicting_);
            amounts = booster_.contributions(matrix);
        }
        const std::size_t width = cells.width + 1;
        if (amounts.size() != classes().size() * width) {
            broken_model("its trees have another number of features");
        }
        return features_.explain(schema(), own, cells.columns, std::span(amounts).subspan(which * width, width));
    }

 private:
    sdk::Json save(Sections& sections) const override {
        sections["softprob.trees"] = booster_.to_bytes();
        return sdk::JsonObject{{"text", features_.text.save(sections)}, {"categories", features_.categories.save()}};
    }
    TreeFeatures features_;
    Booster booster_;
    std::mutex predicting_;
};

void set_parameters(Booster& booster, const sdk::JsonObject& params, std::size_t classes, int threads) {
    booster.set("booster", "gbtree");
    booster.set("objective", "multi:softprob");
    booster.set("num_class", std::to_string(classes));
    booster.set("eval_metric", "mlogloss");
    booster.set("tree_method", "hist");
    booster.set("max_bin", "64");
    booster.set("verbosity", "0");
    booster.set("nthread", std::to_string(threads));
    booster.set("max_depth", std::to_string(int_param(params, "max_depth")));
    for (const char* name : {"eta", "min_child_weight", "subsample", "colsample_bytree", "lambda"}) {
        booster.set(name, std::to_string(number_param(params, name)));
    }
}

DataMatrix training_matrix(const TreeFeatures& features, const Training& training, const sdk::JsonObject& params) {
    DataMatrix train(features.matrix(training.train));
    train.set_labels(training.labels);
    if (const double balance = number_param(params, "balance"); balance > 0) {
        train.set_weights(balanced_weights(training.labels, training.classes.size(), balance));
    }
    return train;
}

// Of the n-grams there are, the `count` by which a few rounds of trees gain most. What tells by itself may say nothing beside
// the others; trees see that.
void keep_gaining(
    TreeFeatures& features, const Training& training, const sdk::JsonObject& params, const FitControl& control, std::size_t count
) {
    const DataMatrix train = training_matrix(features, training, params);
    Booster booster(train);
    set_parameters(booster, params, training.classes.size(), control.threads);
    booster.set("seed", std::to_string(control.seed % 2'000'000'000U));
    booster.set("eta", "0.3");
    for (int round = 0; round < selection_rounds; ++round) {
        control.stop_point();
        control.progress(0, "choosing features");
        booster.update(round, train);
    }
    ColumnSizes gains = booster.gains();
    std::erase_if(gains, [&](const auto& gain) { return gain.first >= features.text.width(); });
    std::stable_sort(gains.begin(), gains.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    std::vector<std::uint32_t> columns;
    for (std::size_t i = 0; i < std::min(count, gains.size()); ++i) {
        columns.push_back(gains[i].first);
    }
    std::sort(columns.begin(), columns.end());
    features.text.select(columns);
}

TreeFeatures choose_features(const Training& training, const sdk::JsonObject& params, const FitControl& control) {
    const std::string select = text_param(params, "select");
    if (select != "chi2" && select != "gain") {
        throw sdk::TaskFailure(sdk::FailureClass::Config, "model parameters: \"select\" must be chi2 or gain");
    }
    const auto count = static_cast<std::size_t>(int_param(params, "ngrams"));
    TextOptions options{text_recipe(text_param(params, "text")), 3, false, 0};
    // The table of presence by class is kept in memory: 64 million counts are 256 MB.
    options.columns_max = std::max<std::size_t>(64'000'000 / training.classes.size(), 1000);
    CsrMatrix text_matrix;
    TreeFeatures features{
        TextFeatures::fit(training.train, options, control.stop_point, text_matrix),
        training.train.numeric.size(),
        RankedCategories::fit(training.train)};
    features.text.select(telling_columns(
        text_matrix, training.labels, training.classes.size(), select == "gain" ? selection_choice * count : count
    ));
    if (select == "gain") {
        keep_gaining(features, training, params, control, count);
    }
    return features;
}

Fitted fit_softprob(const Training& training, const sdk::JsonObject& params, const FitControl& control) {
    control.progress(0, "making features");
    TreeFeatures features = choose_features(training, params, control);
    const DataMatrix train = training_matrix(features, training, params);
    // Rows of a class that training lacks cannot be evaluated.
    std::vector<std::size_t> known;
    std::vector<std::int32_t> known_labels;
    for (std::size_t row = 0; row < training.validation_labels.size(); ++row) {
        if (training.validation_labels[row] >= 0) {
            known.push_back(row);
            known_labels.push_back(training.validation_labels[row]);
        }
    }
    std::unique_ptr<DataMatrix> validation;
    if (!known.empty()) {
        validation = std::make_unique<DataMatrix>(features.matrix(training.validation.take(known)));
        validation->set_labels(known_labels);
    }
    Boosted boosted = boost(
        {.train = train,
         .watched = validation ? std::vector<const DataMatrix*>{validation.get()} : std::vector<const DataMatrix*>{},
         .rounds = std::max(int_param(params, "rounds"), 1),
         .patience = patience,
         .configure = [&](Booster& booster) { set_parameters(booster, params, training.classes.size(), control.threads); },
         .loss =
             [&](Booster& booster, int done) {
                 return validation ? std::optional(booster.evaluate(done - 1, *validation)) : std::nullopt;
             },
         .what = "boosting"},
        control
    );
    sdk::JsonObject resolved = params;
    resolved["rounds"] = boosted.best_rounds;
    Booster kept = validation ? boosted.booster.first_rounds(boosted.best_rounds) : std::move(boosted.booster);
    std::vector<Importance> importances;
    if (control.explain) {
        importances = importances_of(kept.gains(), [&](auto columns) { return features.names(training, columns); });
    }
    return Fitted{
        std::make_unique<SoftprobModel>(training.schema, training.classes, std::move(features), std::move(kept)),
        std::move(resolved),
        std::move(importances)};
}

std::unique_ptr<Model> load_softprob(const ModelParts& parts) {
    TreeFeatures features{
        TextFeatures::load(model_member(parts.header, "text"), parts.sections, parts.schema.text.size()),
        parts.schema.numeric.size(),
        RankedCategories::load(model_member(parts.header, "categories"))};
    if (features.categories.columns() != parts.schema.categorical.size()) {
        broken_model("its categories do not fit its schema");
    }
    Booster booster = Booster::from_bytes(section(parts.sections, "softprob.trees"));
    if (booster.columns() != features.width()) {
        broken_model("its trees go by " + std::to_string(booster.columns()) + " columns, its features are " + std::to_string(features.width()));
    }
    booster.set("nthread", std::to_string(parts.threads));
    return std::make_unique<SoftprobModel>(parts.schema, parts.classes, std::move(features), std::move(booster));
}

sdk::JsonObject softprob_defaults() {
    return {
        {"eta", 0.2},
        {"max_depth", 5},
        {"rounds", 60},
        {"min_child_weight", 1.0},
        {"subsample", 0.9},
        {"colsample_bytree", 0.5},
        {"lambda", 1.0},
        {"balance", 0.0},
        {"text", "word"},
        {"ngrams", 200},
        {"select", "chi2"}};
}

std::vector<Dimension> softprob_space() {
    using Kind = Dimension::Kind;
    return {
        {.name = "eta", .kind = Kind::LogReal, .low = 0.08, .high = 0.4},
        {.name = "max_depth", .kind = Kind::Integer, .low = 3, .high = 7},
        {.name = "min_child_weight", .kind = Kind::LogReal, .low = 0.3, .high = 5},
        {.name = "subsample", .low = 0.6, .high = 1},
        {.name = "colsample_bytree", .low = 0.3, .high = 0.9},
        {.name = "lambda", .kind = Kind::LogReal, .low = 0.3, .high = 10},
        {.name = "balance", .low = -0.5, .high = 0.6, .least = 0},
        {.name = "text", .kind = Kind::Choice, .choices = {"word", "word_char"}},
        {.name = "ngrams", .kind = Kind::Integer, .low = 100, .high = 400},
        {.name = "select", .kind = Kind::Choice, .choices = {"chi2", "gain"}}};
}

}  // namespace

const Family& softprob_family() {
    static const Family family{"softprob", &fit_softprob, &load_softprob, &softprob_defaults, &softprob_space};
    return family;
}

}  // namespace kontor::ml
