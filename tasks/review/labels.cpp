#include "tasks/review/labels.hpp"

#include <algorithm>
#include <map>

#include "tasks/csv/data_file.hpp"
#include "tasks/ml/schema.hpp"

namespace kontor::tasks::review {
namespace {

using Cells = std::vector<std::string>;

std::vector<std::string> item_columns(const ml::Schema& schema) {
    std::vector<std::string> names{schema.id};
    for (const auto* group : {&schema.text, &schema.numeric, &schema.categorical}) {
        names.insert(names.end(), group->begin(), group->end());
    }
    return names;
}

// The columns of all labels that lie in one object, read in one pass; a column that the object lacks is empty.
void read_object(
    sdk::TaskContext& context, const std::vector<const Label*>& wanted, const std::vector<std::string>& names,
    std::map<std::string, Cells>& found
) {
    csv::Reader reader = csv::open_rows(context.objects(), wanted.front()->object);
    std::vector<int> columns;
    for (const std::string& name : names) {
        columns.push_back(reader.column(name));
    }
    csv::Row row;
    for (auto next = wanted.begin(); next != wanted.end() && reader.next(row);) {
        if (row.number() % 2048 == 0) {
            context.stop_point();
        }
        for (; next != wanted.end() && (*next)->row == row.number(); ++next) {
            Cells& cells = found[(*next)->item];
            cells.clear();
            for (const int column : columns) {
                cells.emplace_back(column < 0 ? std::string_view() : row[static_cast<std::size_t>(column)]);
            }
            cells.front() = (*next)->item;
        }
    }
}

}  // namespace

sdk::Outcome run_labels(sdk::TaskContext& context, LabelSource& source) {
    const ml::Schema schema = ml::schema_from(sdk::required_input(context.input(), "schema"));
    const std::string country = csv::object_country(context.identity());
    std::vector<Label> labels = source.labels(country);
    if (labels.empty()) {
        return sdk::Succeeded{sdk::JsonObject{{"labels", nullptr}, {"rows", 0}}, {}};
    }
    std::sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.item < b.item; });
    std::map<std::string, std::vector<const Label*>> by_object;
    for (const Label& label : labels) {
        by_object[label.object.key].push_back(&label);
    }
    std::vector<std::string> names = item_columns(schema);
    std::map<std::string, Cells> found;
    for (auto& [key, wanted] : by_object) {
        std::sort(wanted.begin(), wanted.end(), [](const Label* a, const Label* b) { return a->row < b->row; });
        try {
            read_object(context, wanted, names, found);
        } catch (const sdk::TaskFailure& failure) {
            if (failure.kind() != sdk::FailureClass::Data) {
                throw;
            }
            context.log(
                sdk::LogLevel::Warn,
                std::to_string(wanted.size()) + " reviewed items are not learned from, their texts cannot be read: " + failure.reason()
            );
        }
    }
    names.insert(names.end(), {schema.label, "reviewed_by", "reviewed_at", "coded_for"});
    csv::Writer writer = csv::create_rows(context.objects(), "dataset", country, "labels");
    writer.header(names);
    for (const Label& label : labels) {
        const auto cells = found.find(label.item);
        if (cells == found.end()) {
            continue;
        }
        for (const std::string& cell : cells->second) {
            writer.field(cell);
        }
        writer.field(label.code).field(label.by).field(label.at).field(label.period);
        writer.end_row();
    }
    const std::int64_t rows = writer.rows();
    const csv::Dataset dataset{writer.commit(), rows};
    sdk::Succeeded done{sdk::JsonObject{{"labels", csv::to_json(dataset)}, {"rows", rows}}, {}};
    done.effects.emplace_back(sdk::DatasetRegistered{country, "labels", dataset.object, rows, 0, sdk::JsonObject()});
    return done;
}

}  // namespace kontor::tasks::review
