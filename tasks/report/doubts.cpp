#include "tasks/report/doubts.hpp"

#include <algorithm>
#include <charconv>

namespace kontor::tasks::report {
namespace {

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// The shortest text that reads back as the same number.
std::string exact(double value) {
    std::array<char, 64> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

}  // namespace

double expected_cost(
    std::optional<double> units, std::optional<double> weight_kg, double fee, std::optional<double> probability
) {
    const double doubt = probability ? 1 - std::clamp(*probability, 0.0, 1.0) : 1;
    return units.value_or(1) * weight_kg.value_or(1) * fee * doubt;
}

DoubtWriter::DoubtWriter(sdk::TaskContext& context, const std::vector<std::string>& columns)
    : fee_(sdk::number_input_or(context.input(), "fee", 1)),
      writer_(csv::create_rows(context.objects(), "review", csv::object_country(context.identity()), "reviews")) {
    std::vector<std::string> names(doubt_columns.begin(), doubt_columns.end());
    names.insert(names.end(), columns.begin(), columns.end());
    writer_.header(names);
}

void DoubtWriter::add(const csv::Row& row, std::string_view item, std::string_view code, const Doubt& doubt, const Sold& sold) {
    writer_.field(item).field(code).field(doubt.probability).field(doubt.alternatives);
    writer_.field(exact(sold.rounded_units)).field(exact(sold.rounded_kg));
    writer_.field(exact(expected_cost(sold.units, sold.unit_kg, fee_, number(doubt.probability))));
    for (std::size_t i = 0; i < row.size(); ++i) {
        writer_.field(row[i]);
    }
    writer_.end_row();
}

csv::Dataset DoubtWriter::finish() {
    const std::int64_t rows = writer_.rows();
    return {writer_.commit(), rows};
}

}  // namespace kontor::tasks::report
