#include "tasks/model/judgement.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "tasks/dataset/table_reader.hpp"

namespace kontor::tasks::model {
namespace {

constexpr std::size_t batch_rows = 8192;

[[noreturn]] void wrong(const csv::Row& row, const std::string& what) {
    throw sdk::TaskFailure(
        sdk::FailureClass::Data,
        "with.predictions, row " + std::to_string(row.number()) + ": " + what + ": give the output of model.predict"
    );
}

double probability_of(const csv::Row& row, std::string_view text) {
    double value = 0;
    if (!ml::parse_number(text, value) || !(value >= 0 && value <= 1.000001)) {
        wrong(row, "\"" + std::string(text) + "\" is no probability");
    }
    return value;
}

// What the model gave the true code: found among the alternatives, or an even share of what they leave over.
double truth_probability(
    const csv::Row& row, std::string_view alternatives, std::string_view truth, double listed, std::size_t codes
) {
    boost::system::error_code error;
    const sdk::Json list = boost::json::parse(alternatives, error);
    if (error || !list.is_array()) {
        wrong(row, "the alternatives are no JSON list");
    }
    for (const sdk::Json& entry : list.get_array()) {
        const auto* pair = entry.if_array();
        if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_number()) {
            wrong(row, "an alternative is no [code, probability]");
        }
        const double value = (*pair)[1].to_number<double>();
        if ((*pair)[0].get_string() == truth) {
            return value;
        }
        listed += value;
    }
    const std::size_t named = list.get_array().size() + 1;
    return std::max(1.0 - listed, 0.0) / static_cast<double>(codes > named ? codes - named : 1);
}

}  // namespace

std::int32_t CodeNumbers::number(std::string_view code) {
    const auto known = numbers_.find(code);
    if (known != numbers_.end()) {
        return known->second;
    }
    const auto number = static_cast<std::int32_t>(codes_.size());
    codes_.emplace_back(code);
    numbers_.emplace(code, number);
    return number;
}

Truth::Truth(sdk::Objects& objects, const csv::Dataset& truth, const ml::Schema& schema) {
    ml::Table batch(schema);
    dataset::TableReader reader(csv::open_rows(objects, truth.object), schema, true, "with.truth");
    while (reader.next(batch, batch_rows)) {
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            if (positions_.emplace(batch.ids[row], labels_.size()).second) {
                labels_.push_back(codes_.number(batch.labels[row]));
            }
        }
    }
}

std::vector<Truth::Prediction> Truth::judge(sdk::Objects& objects, const csv::Dataset& predictions) {
    csv::Reader reader = csv::open_rows(objects, predictions.object);
    const int id = reader.column("item_id");
    const int code = reader.column("code");
    const int probability = reader.column("probability");
    const int alternatives = reader.column("alternatives");
    if (id < 0 || code < 0 || probability < 0 || alternatives < 0) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config,
            "with.predictions lacks item_id, code, probability or alternatives: give the output of model.predict"
        );
    }
    const std::size_t truth_codes = codes_.codes().size();
    std::vector<Prediction> judged(labels_.size());
    csv::Row row;
    while (reader.next(row)) {
        if (row.fault() != csv::RowFault::None) {
            wrong(row, std::string(csv::to_string(row.fault())));
        }
        const auto found = positions_.find(std::string(row[static_cast<std::size_t>(id)]));
        if (found == positions_.end()) {
            continue;
        }
        Prediction& entry = judged[found->second];
        entry.known = true;
        entry.judged.truth = labels_[found->second];
        entry.judged.predicted = codes_.number(row[static_cast<std::size_t>(code)]);
        entry.judged.confidence = probability_of(row, row[static_cast<std::size_t>(probability)]);
        entry.judged.truth_probability =
            entry.judged.predicted == entry.judged.truth
                ? entry.judged.confidence
                : truth_probability(
                      row,
                      row[static_cast<std::size_t>(alternatives)],
                      codes_.codes()[static_cast<std::size_t>(entry.judged.truth)],
                      entry.judged.confidence,
                      truth_codes
                  );
    }
    return judged;
}

}  // namespace kontor::tasks::model
