#include "tasks/ml/families.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace kontor::ml {
namespace {

[[noreturn]] void wrong(const std::string& what) {
    throw sdk::TaskFailure(sdk::FailureClass::Config, "model parameters: " + what);
}

// A model for a country whose labelled items all carry one code.
class ConstantModel final : public Model {
 public:
    ConstantModel(Schema schema, std::string code, std::size_t training_rows)
        : Model(std::move(schema), {std::move(code)}), training_rows_(training_rows) {}
    std::string_view family() const override { return "constant"; }
    void score(const Table& rows, Scores& out) override {
        out.classes = 1;
        out.values.assign(rows.rows(), 0.0F);
    }
    Explanation explain(const Table& /*rows*/, std::size_t /*row*/, std::size_t /*which*/) override {
        return {"training knew this code alone: every item gets it, whatever it is", 0, {}};
    }

 private:
    sdk::Json save(Sections& /*sections*/) const override {
        return sdk::JsonObject{{"training_rows", training_rows_}};
    }
    std::size_t training_rows_;
};

std::unique_ptr<Model> load_constant(const ModelParts& parts) {
    if (parts.classes.size() != 1) {
        broken_model("a constant model has one class");
    }
    return make_constant(
        parts.schema, parts.classes.front(), static_cast<std::size_t>(model_number(parts.header, "training_rows"))
    );
}

Fitted fit_constant(const Training& training, const sdk::JsonObject& params, const FitControl& /*control*/) {
    return Fitted{make_constant(training.schema, training.classes.front(), training.train.rows()), params};
}

}  // namespace

const Family& constant_family() {
    static const Family family{
        "constant",
        &fit_constant,
        &load_constant,
        [] { return sdk::JsonObject(); },
        [] { return std::vector<Dimension>(); }};
    return family;
}

std::unique_ptr<Model> make_constant(Schema schema, std::string code, std::size_t training_rows) {
    return std::make_unique<ConstantModel>(std::move(schema), std::move(code), training_rows);
}

const Family* find_family(std::string_view name) {
    for (const Family* family : std::array{&linear_family(), &softprob_family(), &rerank_family(), &constant_family()}) {
        if (family->name == name) {
            return family;
        }
    }
    return nullptr;
}

sdk::JsonObject complete_params(const Family& family, const sdk::JsonObject& params) {
    sdk::JsonObject complete = family.defaults();
    for (const auto& member : params) {
        sdk::Json* known = complete.if_contains(member.key());
        // Found while fitting and carried from a trial to the final fit.
        if (member.key() == "temperature" && member.value().is_number()) {
            complete["temperature"] = member.value();
            continue;
        }
        if (known == nullptr) {
            wrong("the family " + std::string(family.name) + " knows no \"" + std::string(member.key()) + "\"");
        }
        const bool same_kind = known->is_string() ? member.value().is_string()
                               : known->is_int64() ? member.value().is_int64()
                                                   : member.value().is_number();
        if (!same_kind) {
            wrong("\"" + std::string(member.key()) + "\" has the wrong type");
        }
        *known = member.value();
    }
    return complete;
}

std::vector<TextSpec> text_recipe(std::string_view name) {
    const TextSpec words{Analyzer::Word, 1, 2, 1U << 18U, false};
    const TextSpec chars{Analyzer::CharWb, 3, 5, 1U << 18U, false};
    if (name == "word") {
        return {words};
    }
    if (name == "char") {
        return {chars};
    }
    if (name == "word_char") {
        return {words, chars};
    }
    wrong("\"text\" must be word, char or word_char");
}

std::vector<float> balanced_weights(const std::vector<std::int32_t>& labels, std::size_t classes, double balance) {
    std::vector<double> members(classes);
    for (const std::int32_t label : labels) {
        members[static_cast<std::size_t>(label)] += 1;
    }
    std::vector<float> weights;
    double sum = 0;
    for (const std::int32_t label : labels) {
        const double weight = std::pow(members[static_cast<std::size_t>(label)], -balance);
        weights.push_back(static_cast<float>(weight));
        sum += weight;
    }
    for (float& weight : weights) {
        weight *= static_cast<float>(static_cast<double>(labels.size()) / sum);
    }
    return weights;
}

std::vector<Importance> importances_of(
    ColumnSizes sizes, const std::function<std::vector<std::string>(std::span<const std::uint32_t>)>& names
) {
    double sum = 0;
    for (const auto& [column, size] : sizes) {
        sum += size;
    }
    std::sort(sizes.begin(), sizes.end(), [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    std::vector<std::uint32_t> columns;
    for (const auto& [column, size] : sizes) {
        if (columns.size() < importances_max && size > 0) {
            columns.push_back(column);
        }
    }
    std::vector<Importance> importances;
    for (std::string& name : names(columns)) {
        const std::size_t i = importances.size();
        importances.push_back({std::move(name), sizes[i].second / sum});
    }
    return importances;
}

double number_param(const sdk::JsonObject& params, std::string_view name) {
    const double value = params.at(name).to_number<double>();
    if (!std::isfinite(value) || value < 0) {
        wrong("\"" + std::string(name) + "\" must not be negative");
    }
    return value;
}

int int_param(const sdk::JsonObject& params, std::string_view name) {
    const std::int64_t value = params.at(name).get_int64();
    if (value < 0 || value > 1'000'000) {
        wrong("\"" + std::string(name) + "\" must be from 0 to 1000000");
    }
    return static_cast<int>(value);
}

std::string text_param(const sdk::JsonObject& params, std::string_view name) {
    return std::string(params.at(name).get_string());
}

}  // namespace kontor::ml
