#include "tasks/report/report.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "tasks/csv/data_file.hpp"
#include "tasks/report/doubts.hpp"

namespace kontor::tasks::report {
namespace {

constexpr std::int64_t rows_between_stops = 4096;
// Codes of one report; a national list has a few thousand.
constexpr std::size_t codes_max = 100'000;
// Units, and kilogrammes, of one row: more is a damaged column, and would not add up in whole numbers.
constexpr double amount_max = 1e9;

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

// In whole numbers: the same items give the same sums in whatever order, and what is left over is nothing.
struct Line {
    std::int64_t items = 0;
    std::int64_t units_milli = 0;  // thousandths
    std::int64_t grams = 0;
};
double in_wholes(std::int64_t thousandths) { return static_cast<double>(thousandths) / 1000; }
std::int64_t in_thousandths(double wholes, const csv::Row& row, std::string_view name) {
    if (std::abs(wholes) > amount_max) {
        broken("with.items", row, "\"" + std::string(name) + "\" makes more than anybody sells");
    }
    return std::llround(wholes * 1000);
}
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

// Items that people have decided under the list in force: their word holds whatever a later model says.
using Decided = std::unordered_set<std::string>;

Decided read_decided(sdk::TaskContext& context, DecidedSource* source, const std::optional<csv::Dataset>& listed) {
    Decided decided;
    if (source == nullptr) {
        return decided;
    }
    Decided codes;
    if (listed) {
        csv::Reader reader = csv::open_rows(context.objects(), listed->object);
        const std::size_t code = column(reader, "code", "with.codes");
        csv::Row row;
        while (reader.next(row)) {
            if (row.fault() == csv::RowFault::None) {
                codes.emplace(row[code]);
            }
        }
    }
    for (DecidedItem& each : source->decided(csv::object_country(context.identity()))) {
        if (each.code.empty() || codes.empty() || codes.contains(each.code)) {
            decided.insert(std::move(each.item));
        }
    }
    return decided;
}

Verdicts read_verdicts(sdk::TaskContext& context, const csv::Dataset& predictions, const Decided& decided) {
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
        const bool sure = row[status] == "classified";
        if (!sure && row[status] != "review") {
            broken("with.predictions", row, "the status is neither classified nor review");
        }
        const bool classified = sure && (decided.empty() || !decided.contains(std::string(row[id])));
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
    Line sold;
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
        const auto found = verdicts.by_item.find(std::string(row[id]));
        Line& line = found == verdicts.by_item.end() ? totals.unknown
                     : found->second.classified
                         ? totals.by_code[static_cast<std::size_t>(found->second.code)]
                         : totals.review;
        const auto sold_units = amount(row, units, units_name);
        const auto unit_kg = amount(row, weight, weight_name);
        const std::int64_t units_milli = in_thousandths(sold_units.value_or(0), row, units_name);
        // The weight is of one unit.
        const std::int64_t grams = in_thousandths(in_wholes(units_milli) * unit_kg.value_or(0), row, weight_name);
        for (Line* each : {&line, &totals.sold}) {
            ++each->items;
            each->units_milli += units_milli;
            each->grams += grams;
        }
        if (&line == &totals.review) {
            const std::string item(row[id]);
            doubts->add(row, item, verdicts.codes[static_cast<std::size_t>(found->second.code)], verdicts.doubts.at(item),
                        {sold_units, unit_kg, in_wholes(units_milli), in_wholes(grams)});
        }
    }
    if (doubts && totals.review.items > 0) {
        reviews = doubts->finish();
    }
    return totals;
}

// The codes that were given, sorted.
std::vector<std::size_t> given_codes(const Verdicts& verdicts, const Totals& totals) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < totals.by_code.size(); ++i) {
        if (totals.by_code[i].items > 0) {
            order.push_back(i);
        }
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return verdicts.codes[a] < verdicts.codes[b]; });
    return order;
}

sdk::ObjectRef write_report(
    sdk::TaskContext& context, const std::string& period, const Verdicts& verdicts, const Totals& totals, const std::vector<std::size_t>& order
) {
    const std::string country = csv::object_country(context.identity());
    csv::Writer writer(context.objects().create("report", country, "report.csv"));
    writer.header({"period", "country", "code", "items", "units", "weight_kg"});
    for (const std::size_t i : order) {
        const Line& line = totals.by_code[i];
        writer.row(
            {safe_cell(period),
             country,
             safe_cell(verdicts.codes[i]),
             std::to_string(line.items),
             units_text(in_wholes(line.units_milli)),
             fixed(in_wholes(line.grams), 3)}
        );
    }
    return writer.commit();
}

// The same for programs: codes as they are, whole numbers.
csv::Dataset write_lines(sdk::TaskContext& context, const Verdicts& verdicts, const Totals& totals, const std::vector<std::size_t>& order) {
    csv::Writer writer = csv::create_rows(context.objects(), "report", csv::object_country(context.identity()), "lines");
    writer.header(line_columns);
    for (const std::size_t i : order) {
        const Line& line = totals.by_code[i];
        writer.row({verdicts.codes[i], std::to_string(line.items), std::to_string(line.units_milli), std::to_string(line.grams)});
    }
    const std::int64_t rows = writer.rows();
    return {writer.commit(), rows};
}

sdk::JsonObject to_json(const Line& line) {
    return {{"items", line.items}, {"units_milli", line.units_milli}, {"grams", line.grams}};
}

}  // namespace

std::string safe_cell(std::string_view text) {
    // The wide forms of = + - @ are taken for the narrow ones by some programs, and blanks before them passed over.
    constexpr std::array<std::string_view, 11> dangerous{"=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
    const std::string_view shown = text.substr(std::min(text.find_first_not_of(' '), text.size()));
    const auto begins = [&](std::string_view mark) { return shown.starts_with(mark); };
    if (std::any_of(dangerous.begin(), dangerous.end(), begins) && !is_number(text)) {
        return "'" + std::string(text);
    }
    return std::string(text);
}

sdk::Outcome run_build(sdk::TaskContext& context, DecidedSource* decided) {
    const sdk::JsonObject& input = context.input();
    const auto items = csv::dataset_from(sdk::required_input(input, "items"), "with.items");
    const auto predictions = csv::dataset_from(sdk::required_input(input, "predictions"), "with.predictions");
    const std::int64_t quarantined = sdk::int_input_or(input, "quarantined", 0);
    const std::string period = sdk::text_input_or(input, "period", "");
    const double double_check = sdk::number_input_or(input, "double_check", 0.05);
    const sdk::Json* listed = sdk::optional_input(input, "codes");
    const auto codes_in_force = listed == nullptr ? std::nullopt : std::optional(csv::dataset_from(*listed, "with.codes"));
    const sdk::Json code_list = codes_in_force ? csv::to_json(*codes_in_force) : sdk::Json();
    const std::string model = sdk::text_input_or(input, "model", "");
    if (quarantined < 0) {
        wrong("with.quarantined must be a number of rows");
    }
    if (!(double_check >= 0 && double_check <= 1)) {
        wrong("with.double_check must be a share from 0 to 1");
    }
    const Verdicts verdicts = read_verdicts(context, predictions, read_decided(context, decided, codes_in_force));
    std::optional<csv::Dataset> reviews;
    const Totals totals = sum_items(context, items, verdicts, reviews);
    const std::vector<std::size_t> order = given_codes(verdicts, totals);
    const sdk::ObjectRef object = write_report(context, period, verdicts, totals, order);
    const csv::Dataset lines = write_lines(context, verdicts, totals, order);
    const auto codes = static_cast<std::int64_t>(order.size());
    const std::int64_t sold = totals.sold.items + quarantined;
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
    Line classified;
    for (const std::size_t i : order) {
        classified.units_milli += totals.by_code[i].units_milli;
        classified.grams += totals.by_code[i].grams;
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
            {"units", in_wholes(classified.units_milli)},
            {"weight_kg", in_wholes(classified.grams)},
            {"review_units", in_wholes(totals.review.units_milli)},
            {"balanced", balanced}},
        {}};
    // What the queue of reviews takes in: once, because it is an effect of this task.
    done.effects.emplace_back(sdk::DatasetRegistered{
        csv::object_country(context.identity()), "report", object, codes, quarantined,
        sdk::JsonObject{
            {"period", period},
            {"rows", rows},
            {"sold", to_json(totals.sold)},
            {"lines", csv::to_json(lines)},
            {"balanced", balanced},
            {"reviews", for_people},
            {"codes", code_list},
            {"model", model},
            {"double_check", double_check}}});
    return done;
}

}  // namespace kontor::tasks::report
