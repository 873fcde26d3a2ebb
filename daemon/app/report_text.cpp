#include "app/report_text.hpp"

#include <array>
#include <charconv>
#include <initializer_list>
#include <utility>

#include "tasks/csv/data_file.hpp"
#include "tasks/report/report.hpp"

namespace kontor::app {
namespace {

using core::filing::Amount;
using core::filing::Counted;

[[noreturn]] void broken(const std::string& what) {
    throw sdk::TaskFailure(sdk::FailureClass::Data, "the run's count " + what + ": run infer again");
}

std::int64_t number(const Json& of, std::string_view name) {
    const Json* value = member(of, name);
    if (value == nullptr || !value->is_int64()) {
        broken("does not say \"" + std::string(name) + "\", as an earlier version of this program wrote it");
    }
    return value->get_int64();
}

std::int64_t number(const csv::Row& row, std::size_t at) {
    std::int64_t value = 0;
    const std::string_view text = row[at];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        broken("is damaged in row " + std::to_string(row.number()));
    }
    return value;
}

void append_row(std::string& text, std::initializer_list<std::string_view> cells) {
    const char* before = "";
    for (const std::string_view cell : cells) {
        text += before;
        csv::append_field(text, cell);
        before = ",";
    }
    text += "\n";
}

}  // namespace

std::string report_text(const ports::MonthKey& month, const core::filing::Figures& figures) {
    std::string text;
    append_row(text, {"period", "country", "line", "code", "items", "units", "weight_kg"});
    const auto line = [&](std::string_view kind, const std::string& code, const Amount& amount) {
        append_row(
            text, {month.period, month.country, kind, tasks::report::safe_cell(code), std::to_string(amount.items),
                   core::filing::decimal(amount.units_milli), core::filing::decimal_fixed(amount.grams)}
        );
    };
    for (const core::filing::Line& each : figures.lines) {
        line("code", each.code, each.all);
    }
    line("classified", "", figures.classified);
    line("reviewed", "", figures.reviewed);
    line("excluded", "", figures.excluded);
    line("waiting", "", figures.waiting);
    line("unresolved", "", figures.unresolved);
    line("quarantined", "", figures.quarantined);
    line("sold", "", figures.sold);
    return text;
}

Counted counted_by(sdk::Objects& objects, const Json& details) {
    const Json* rows = member(details, "rows");
    const Json* sold = member(details, "sold");
    const Json* lines = member(details, "lines");
    const Json* balanced = member(details, "balanced");
    if (rows == nullptr || sold == nullptr || lines == nullptr || balanced == nullptr || !balanced->is_bool()) {
        broken("was written by an earlier version of this program");
    }
    Counted counted;
    counted.quarantined = number(*rows, "quarantined");
    counted.sold = {number(*sold, "items") + counted.quarantined, number(*sold, "units_milli"), number(*sold, "grams")};
    counted.balanced = balanced->get_bool();
    csv::Reader reader = csv::open_rows(objects, csv::dataset_from(*lines, "lines").object);
    const auto& columns = tasks::report::line_columns;
    if (!std::equal(columns.begin(), columns.end(), reader.header().begin(), reader.header().end())) {
        broken("has other columns than this program writes");
    }
    csv::Row row;
    while (reader.next(row)) {
        if (row.fault() != csv::RowFault::None) {
            broken("is damaged in row " + std::to_string(row.number()));
        }
        counted.classified.push_back({std::string(row[0]), {number(row, 1), number(row, 2), number(row, 3)}, {}});
    }
    return counted;
}

}  // namespace kontor::app
