#include "tasks/report/report.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <unordered_map>

#include "tasks/csv/data_file.hpp"
#include "tasks/report/doubts.hpp"

namespace kontor::tasks::report {
namespace {

constexpr std::int64_t rows_between_stops = 4096;
// Codes of one report; a national list has a few thousand.
constexpr std::size_t codes_max = 100'000;

[[noreturn]] void wrong(const std::string& what) { throw sdk::TaskFailure(sdk::FailureClass::Config, what); }
[[noreturn]] void broken(std::string_view which, const csv::Row& row, const std::string& what) {
    throw sdk::TaskFailure(
        sdk::FailureClass::Data, std::string(which) + ", row " + std::to_string(row.number()) + ": " + what
    );
}

bool is_number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

std::size_t column(const csv::Reader& reader, std::string_view name, std::string_view which) {
    const int found = reader.column(name);
    if (found < 0) {
        wrong(std::string(which) + " has no column \"" + std::string(name) + "\": extract it, or name it in the input");
    }
    return static_cast<std::size_t>(found);
}

// An amount; an empty cell is none.
std::optional<double> amount(const csv::Row& row, std::size_t at, std::string_view name) {
    std::string_view text = row[at];
    while (!text.empty() && text.front() == ' ') {
        text.remove_prefix(1);
    }
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    if (text.empty()) {
        return std::nullopt;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
        broken("with.items", row, "\"" + std::string(name) + "\" is no number");
    }
    return value;
}

struct Line {
    std::int64_t items = 0;
    double units = 0;
    double weight_kg = 0;
};
struct Verdict {
    std::int32_t code = -1;
    bool classified = false;
};

struct Verdicts {
    std::vector<std::string> codes;
    std::unordered_map<std::string, Verdict> by_item;
    std::unordered_map<std::string, Doubt> doubts;  // of the items for review
    std::int64_t classified = 0;
    std::int64_t review = 0;
};

Verdicts read_verdicts(sdk::TaskContext& context, const csv::Dataset& predictions) {
    csv::Reader reader = csv::open_rows(context.objects(), predictions.object);
    const std::size_t id = column(reader, "item_id", "with.predictions");
    const std::size_t code = column(reader, "code", "with.predictions");
    const std::size_t status = column(reader, "status", "with.predictions");
    const int probability = reader.column("probability");
    const int alternatives = reader.column("alternatives");
    const auto cell = [](const csv::Row& row, int at) { return at < 0 ? std::string_view() : row[static_cast<std::size_t>(at)]; };
    Verdicts verdicts;
    std::map<std::string, std::int32_t, std::less<>> numbers;
    csv::Row row;
    while (reader.next(row)) {
        if (row.number() % rows_between_stops == 0) {
            context.stop_point();
        }
        if (row.fault() != csv::RowFault::None) {
            broken("with.predictions", row, std::string(csv::to_string(row.fault())));
        }
        const bool classified = row[status] == "classified";
        if (!classified && row[status] != "review") {
            broken("with.predictions", row, "the status is neither classified nor review");
        }
        auto known = numbers.find(row[code]);
        if (known == numbers.end()) {
            if (verdicts.codes.size() == codes_max) {
                broken("with.predictions", row, "there are more codes than any list has");
            }
            known = numbers.emplace(row[code], static_cast<std::int32_t>(verdicts.codes.size())).first;
            verdicts.codes.emplace_back(row[code]);
        }
        if (verdicts.by_item.emplace(row[id], Verdict{known->second, classified}).second) {
            (classified ? verdicts.classified : verdicts.review) += 1;
            if (!classified) {
                verdicts.doubts.emplace(row[id], Doubt{std::string(cell(row, probability)), std::string(cell(row, alternatives))});
            }
        } else {
            broken("with.predictions", row, "the item " + std::string(row[id]) + " stands there twice");
        }
    }
    return verdicts;
}

std::string fixed(double value, int digits) {
    std::array<char, 64> text{};
    const auto [end, error] =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits);
    return error == std::errc() ? std::string(text.data(), end) : std::to_string(value);
}

// Whole units as such: 12, not 12.000.
std::string units_text(double units) { return units == std::floor(units) ? fixed(units, 0) : fixed(units, 3); }

struct Totals {
    std::vector<Line> by_code;
    Line review;
    Line unknown;  // items without a prediction
    std::int64_t sold = 0;
};

Totals sum_items(sdk::TaskContext& context, const csv::Dataset& items, const Verdicts& verdicts, std::optional<csv::Dataset>& reviews) {
    const sdk::JsonObject& input = context.input();
    const std::string units_name = sdk::text_input_or(input, "units_column", "units");
    const std::string weight_name = sdk::text_input_or(input, "weight_column", "weight_kg");
    csv::Reader reader = csv::open_rows(context.objects(), items.object);
    const std::size_t id = column(reader, sdk::text_input_or(input, "id_column", "item_id"), "with.items");
    const std::size_t units = column(reader, units_name, "with.items");
    const std::size_t weight = column(reader, weight_name, "with.items");
    Totals totals;
    totals.by_code.resize(verdicts.codes.size());
    std::optional<DoubtWriter> doubts;
    if (verdicts.review > 0) {
        doubts.emplace(context, reader.header());
    }
    csv::Row row;
    while (reader.next(row)) {
        if (row.number() % rows_between_stops == 0) {
            context.stop_point();
            const auto all = static_cast<double>(std::max(items.rows, row.number()));
            context.progress(static_cast<double>(row.number()) / all, "adding up");
        }
        if (row.fault() != csv::RowFault::None) {
            broken("with.items", row, std::string(csv::to_string(row.fault())));
        }
        ++totals.sold;
        const auto found = verdicts.by_item.find(std::string(row[id]));
        Line& line = found == verdicts.by_item.end() ? totals.unknown
                     : found->second.classified
                         ? totals.by_code[static_cast<std::size_t>(found->second.code)]
                         : totals.review;
        const auto sold_units = amount(row, units, units_name);
        const auto unit_kg = amount(row, weight, weight_name);
        ++line.items;
        line.units += sold_units.value_or(0);
        // The weight is of one unit.
        line.weight_kg += sold_units.value_or(0) * unit_kg.value_or(0);
        if (&line == &totals.review) {
            const std::string item(row[id]);
            doubts->add(row, item, verdicts.codes[static_cast<std::size_t>(found->second.code)], verdicts.doubts.at(item), sold_units, unit_kg);
        }
    }
    if (doubts && totals.review.items > 0) {
        reviews = doubts->finish();
    }
    return totals;
}

sdk::ObjectRef write_report(
    sdk::TaskContext& context, const std::string& period, const Verdicts& verdicts, const Totals& totals
) {
    const std::string country = csv::object_country(context.identity());
    csv::Writer writer(context.objects().create("report", country, "report.csv"));
    writer.header({"period", "country", "code", "items", "units", "weight_kg"});
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < totals.by_code.size(); ++i) {
        if (totals.by_code[i].items > 0) {
            order.push_back(i);
        }
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return verdicts.codes[a] < verdicts.codes[b]; });
    for (const std::size_t i : order) {
        const Line& line = totals.by_code[i];
        writer.row(
            {safe_cell(period),
             country,
             safe_cell(verdicts.codes[i]),
             std::to_string(line.items),
             units_text(line.units),
             fixed(line.weight_kg, 3)}
        );
    }
    return writer.commit();
}

}  // namespace

std::string safe_cell(std::string_view text) {
    constexpr std::string_view dangerous = "=+-@\t\r\n";
    if (!text.empty() && dangerous.find(text.front()) != std::string_view::npos && !is_number(text)) {
        return "'" + std::string(text);
    }
    return std::string(text);
}

sdk::Outcome run_build(sdk::TaskContext& context) {
    const sdk::JsonObject& input = context.input();
    const auto items = csv::dataset_from(sdk::required_input(input, "items"), "with.items");
    const auto predictions = csv::dataset_from(sdk::required_input(input, "predictions"), "with.predictions");
    const std::int64_t quarantined = sdk::int_input_or(input, "quarantined", 0);
    const std::string period = sdk::text_input_or(input, "period", "");
    const double double_check = sdk::number_input_or(input, "double_check", 0.05);
    const sdk::Json* listed = sdk::optional_input(input, "codes");
    const sdk::Json code_list = listed == nullptr ? sdk::Json() : csv::to_json(csv::dataset_from(*listed, "with.codes"));
    const std::string model = sdk::text_input_or(input, "model", "");
    if (quarantined < 0) {
        wrong("with.quarantined must be a number of rows");
    }
    if (!(double_check >= 0 && double_check <= 1)) {
        wrong("with.double_check must be a share from 0 to 1");
    }
    const Verdicts verdicts = read_verdicts(context, predictions);
    std::optional<csv::Dataset> reviews;
    const Totals totals = sum_items(context, items, verdicts, reviews);
    const sdk::ObjectRef object = write_report(context, period, verdicts, totals);
    double units = 0;
    double weight = 0;
    std::int64_t codes = 0;
    for (const Line& line : totals.by_code) {
        units += line.units;
        weight += line.weight_kg;
        codes += line.items > 0 ? 1 : 0;
    }
    const std::int64_t sold = totals.sold + quarantined;
    // Every sold item has one verdict, and every verdict is of a sold item.
    const bool balanced = sold == verdicts.classified + verdicts.review + quarantined && totals.unknown.items == 0;
    if (!balanced) {
        context.log(
            sdk::LogLevel::Warn,
            "the report does not balance: " + std::to_string(sold) + " sold, " + std::to_string(verdicts.classified) +
                " classified, " + std::to_string(verdicts.review) + " in review, " + std::to_string(quarantined) +
                " in quarantine"
        );
    }
    const sdk::JsonObject rows{
        {"sold", sold}, {"classified", verdicts.classified}, {"review", verdicts.review}, {"quarantined", quarantined}};
    const sdk::Json for_people = reviews ? csv::to_json(*reviews) : sdk::Json();
    sdk::Succeeded done{
        sdk::JsonObject{
            {"report", sdk::to_json(object)},
            {"reviews", for_people},
            {"codes", codes},
            {"rows", rows},
            {"units", units},
            {"weight_kg", std::round(weight * 1000) / 1000},
            {"review_units", totals.review.units},
            {"balanced", balanced}},
        {}};
    // What the queue of reviews takes in: once, because it is an effect of this task.
    done.effects.emplace_back(sdk::DatasetRegistered{
        csv::object_country(context.identity()), "report", object, codes, quarantined,
        sdk::JsonObject{
            {"period", period},
            {"rows", rows},
            {"balanced", balanced},
            {"reviews", for_people},
            {"codes", code_list},
            {"model", model},
            {"double_check", double_check}}});
    return done;
}

}  // namespace kontor::tasks::report
