#include "tasks/codes/crosswalk_table.hpp"

#include <array>
#include <charconv>

namespace kontor::tasks::codes {
namespace {

constexpr std::array<std::string_view, 5> columns{"effective_from", "from", "to", "kind", "weight"};
enum Column : std::size_t { day_column, from_column, to_column, kind_column, weight_column };

// The shortest text that reads back as the same number.
std::string text_of(double weight) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), weight).ptr;
    return {digits.data(), end};
}

}  // namespace

void write_steps(csv::Writer& writer, const std::vector<Step>& steps) {
    writer.header(columns);
    for (const Step& step : steps) {
        for (const Move& move : step.moves) {
            writer.row({step.effective_from, move.from, move.to, to_string(move.kind), text_of(move.weight)});
        }
    }
}

std::vector<Step> read_steps(sdk::Objects& objects, const csv::Dataset& dataset, const std::string& what) {
    csv::Reader reader = csv::open_rows(objects, dataset.object);
    if (reader.header() != std::vector<std::string>(columns.begin(), columns.end())) {
        throw sdk::TaskFailure(sdk::FailureClass::Config, what + " is no crosswalk: give what codes.in_force and dataset.prepare put out");
    }
    std::vector<Step> steps;
    csv::Row row;
    while (reader.next(row)) {
        const auto wrong = [&] {
            throw sdk::TaskFailure(sdk::FailureClass::Data, what + ", row " + std::to_string(row.number()) + ", is no line of a crosswalk");
        };
        if (row.fault() != csv::RowFault::None) {
            wrong();
        }
        const auto kind = kind_from(row[kind_column]);
        double weight = 0;
        const std::string_view digits = row[weight_column];
        const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), weight);
        if (!kind || fault != std::errc() || end != digits.data() + digits.size()) {
            wrong();
        }
        if (steps.empty() || steps.back().effective_from != row[day_column]) {
            steps.push_back({std::string(row[day_column]), {}});
        }
        steps.back().moves.push_back({std::string(row[from_column]), std::string(row[to_column]), *kind, weight});
    }
    return steps;
}

}  // namespace kontor::tasks::codes
