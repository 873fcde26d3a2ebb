// The model families by name: how each learns, is loaded, and what its search may try.
// Thread: pure; the list is fixed.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "tasks/ml/model.hpp"
#include "tasks/ml/space.hpp"

namespace kontor::ml {

struct ModelParts {
    Schema schema;
    std::vector<std::string> classes;
    const sdk::Json& header;
    const Sections& sections;
    int threads = 1;
};

struct Family {
    std::string_view name;
    // Requires: params checked by check_params().
    Fitted (*fit)(const Training& training, const sdk::JsonObject& params, const FitControl& control);
    std::unique_ptr<Model> (*load)(const ModelParts& parts);
    // Good parameters to begin with, and the names and types of all there are.
    sdk::JsonObject (*defaults)();
    // What a search may try beside them.
    std::vector<Dimension> (*space)();
};
const Family& linear_family();
const Family& softprob_family();
const Family& rerank_family();
const Family& constant_family();
// nullptr for an unknown name.
const Family* find_family(std::string_view name);

// Defaults overlaid with `params`.
// Errors: TaskFailure(Config) naming a parameter that the family does not know, or of the wrong kind.
sdk::JsonObject complete_params(const Family& family, const sdk::JsonObject& params);

// One class only, as known in training: every row gets it.
std::unique_ptr<Model> make_constant(Schema schema, std::string code, std::size_t training_rows);

// n-gram families by name, as parameters choose them: "word", "char", "word_char".
std::vector<TextSpec> text_recipe(std::string_view name);

// A weight per row, 1 on average: (mean members of a class / members of the row's class)^balance.
std::vector<float> balanced_weights(const std::vector<std::int32_t>& labels, std::size_t classes, double balance);

// The largest `importances_max` of (column, size), as shares of them all; `names` gives the columns' names.
using ColumnSizes = std::vector<std::pair<std::uint32_t, double>>;
std::vector<Importance> importances_of(
    ColumnSizes sizes, const std::function<std::vector<std::string>(std::span<const std::uint32_t>)>& names
);

double number_param(const sdk::JsonObject& params, std::string_view name);
int int_param(const sdk::JsonObject& params, std::string_view name);
std::string text_param(const sdk::JsonObject& params, std::string_view name);

}  // namespace kontor::ml
