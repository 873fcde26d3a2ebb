#include "tasks/samples/collect.hpp"

#include <algorithm>

#include "tasks/csv/data_file.hpp"
#include "tasks/ml/schema.hpp"
#include "tasks/samples/sample_table.hpp"

namespace kontor::tasks::samples {
namespace {

constexpr std::int64_t rows_between_looks = 2048;

std::vector<std::string> own_columns(const ml::Schema& schema) {
    std::vector<std::string> names;
    for (const auto* group : {&schema.text, &schema.numeric, &schema.categorical}) {
        names.insert(names.end(), group->begin(), group->end());
    }
    return names;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

// Writes the rows of one object that count; how many of them say nothing that the schema knows.
std::int64_t copy_rows(sdk::TaskContext& context, const SampleObject& from, const std::vector<std::string>& names, csv::Writer& to) {
    csv::Reader reader = csv::open_rows(context.objects(), from.object);
    if (reader.header().size() < fixed_columns.size() || !std::equal(fixed_columns.begin(), fixed_columns.end(), reader.header().begin())) {
        throw sdk::TaskFailure(sdk::FailureClass::Data, "it is no object of samples");
    }
    std::vector<int> columns;
    for (const std::string& name : names) {
        columns.push_back(reader.column(own_column(name)));
    }
    std::int64_t strange = 0;
    csv::Row row;
    for (auto next = from.places.begin(); next != from.places.end() && reader.next(row);) {
        if (row.number() % rows_between_looks == 0) {
            context.stop_point();
        }
        if (row.number() != *next) {
            continue;
        }
        ++next;
        if (row.fault() != csv::RowFault::None) {
            throw sdk::TaskFailure(sdk::FailureClass::Data, "row " + std::to_string(row.number()) + " is damaged");
        }
        const auto cell = [&](int column) { return column < 0 ? std::string_view() : row[static_cast<std::size_t>(column)]; };
        if (std::all_of(columns.begin(), columns.end(), [&](int column) { return cell(column).empty(); })) {
            ++strange;
            continue;
        }
        to.field(row[item_column]);
        for (const int column : columns) {
            to.field(cell(column));
        }
        to.field(row[code_column]).field(from.sent_by).field(from.at);
        to.end_row();
    }
    return strange;
}

}  // namespace

sdk::Outcome run_collect(sdk::TaskContext& context, SampleSource& source) {
    const ml::Schema schema = ml::schema_from(sdk::required_input(context.input(), "schema"));
    const std::string country = csv::object_country(context.identity());
    const std::vector<SampleObject> objects = source.current(country);
    if (objects.empty()) {
        return sdk::Succeeded{sdk::JsonObject{{"samples", nullptr}, {"rows", 0}, {"strange", 0}}, {}};
    }
    const std::vector<std::string> names = own_columns(schema);
    std::vector<std::string> header{schema.id};
    header.insert(header.end(), names.begin(), names.end());
    header.insert(header.end(), {schema.label, "sampled_by", "sampled_at"});
    csv::Writer writer = csv::create_rows(context.objects(), "dataset", country, "samples");
    writer.header(header);
    std::int64_t strange = 0;
    for (const SampleObject& object : objects) {
        const std::int64_t before = writer.rows();
        try {
            strange += copy_rows(context, object, names, writer);
        } catch (const sdk::TaskFailure& failure) {
            if (failure.kind() != sdk::FailureClass::Data) {
                throw;
            }
            const std::int64_t lost = static_cast<std::int64_t>(object.places.size()) - (writer.rows() - before);
            strange += lost;
            context.log(
                sdk::LogLevel::Warn, std::to_string(lost) + " samples are not learned from, they cannot be read: " + failure.reason()
            );
        }
    }
    if (strange > 0) {
        context.log(
            sdk::LogLevel::Warn,
            std::to_string(strange) + " samples are left out in all: they cannot be read, or have none of the columns " + joined(names)
        );
    }
    const std::int64_t rows = writer.rows();
    const csv::Dataset dataset{writer.commit(), rows};
    sdk::Succeeded done{sdk::JsonObject{{"samples", csv::to_json(dataset)}, {"rows", rows}, {"strange", strange}}, {}};
    done.effects.emplace_back(sdk::DatasetRegistered{country, "samples", dataset.object, rows, strange, sdk::JsonObject()});
    return done;
}

}  // namespace kontor::tasks::samples
