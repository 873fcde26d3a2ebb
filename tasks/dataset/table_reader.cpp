#include "tasks/dataset/table_reader.hpp"

#include <algorithm>

#include "tasks/sdk/outcome.hpp"

namespace kontor::tasks::dataset {
namespace {

std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t shown_max = 40;
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), shown_max); ++i) {
        text += (i == 0 ? "" : ", ") + names[i];
    }
    return names.size() > shown_max ? text + " and " + std::to_string(names.size() - shown_max) + " more" : text;
}

}  // namespace

SchemaColumns find_columns(const std::vector<std::string>& header, const ml::Schema& schema, bool with_label) {
    std::vector<std::string> missing;
    const auto find = [&](const std::string& name) -> std::size_t {
        const auto found = std::find(header.begin(), header.end(), name);
        if (found == header.end()) {
            missing.push_back("\"" + name + "\"");
            return 0;
        }
        return static_cast<std::size_t>(found - header.begin());
    };
    const auto find_all = [&](const std::vector<std::string>& names) {
        std::vector<std::size_t> found;
        for (const std::string& name : names) {
            found.push_back(find(name));
        }
        return found;
    };
    SchemaColumns columns;
    columns.id = find(schema.id);
    columns.text = find_all(schema.text);
    columns.numeric = find_all(schema.numeric);
    columns.categorical = find_all(schema.categorical);
    if (with_label) {
        if (schema.label.empty()) {
            throw sdk::TaskFailure(
                sdk::FailureClass::Config, "with.schema names no label column, and this task needs one: add label: <column>"
            );
        }
        columns.label = find(schema.label);
    }
    if (!missing.empty()) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config,
            "the data have no column " + listed(missing) + "; they have " + listed(header) +
                ": mend with.schema or the query"
        );
    }
    return columns;
}

TableReader::TableReader(csv::Reader reader, const ml::Schema& schema, bool with_label, std::string what)
    : reader_(std::move(reader)),
      columns_(find_columns(reader_.header(), schema, with_label)),
      with_label_(with_label),
      what_(std::move(what)) {}

void TableReader::append(ml::Table& table) const {
    const auto wrong = [this](const std::string& fault) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Data,
            what_ + ", row " + std::to_string(row_.number()) + ": " + fault +
                ": pass the data through dataset.prepare, which puts such rows into quarantine"
        );
    };
    if (row_.fault() != csv::RowFault::None) {
        wrong(std::string(csv::to_string(row_.fault())));
    }
    table.ids.emplace_back(row_[columns_.id]);
    for (std::size_t i = 0; i < columns_.text.size(); ++i) {
        table.text[i].emplace_back(row_[columns_.text[i]]);
    }
    for (std::size_t i = 0; i < columns_.numeric.size(); ++i) {
        double value = 0;
        if (!ml::parse_number(row_[columns_.numeric[i]], value)) {
            wrong("a number column holds no number");
        }
        table.numeric[i].push_back(value);
    }
    for (std::size_t i = 0; i < columns_.categorical.size(); ++i) {
        table.categorical[i].emplace_back(row_[columns_.categorical[i]]);
    }
    if (with_label_) {
        const std::string_view label = ml::trimmed(row_[columns_.label]);
        if (label.empty()) {
            wrong("the label is empty");
        }
        table.labels.emplace_back(label);
    }
}

bool TableReader::next(ml::Table& table, std::size_t rows_max) {
    table.clear();
    while (table.rows() < rows_max && reader_.next(row_)) {
        append(table);
    }
    return table.rows() > 0;
}

void TableReader::read_all(ml::Table& table) {
    while (reader_.next(row_)) {
        if (table.rows() == train_rows_max) {
            throw sdk::TaskFailure(
                sdk::FailureClass::Resource,
                what_ + " has more than " + std::to_string(train_rows_max) + " rows: sample them in the extraction's query"
            );
        }
        append(table);
    }
}

}  // namespace kontor::tasks::dataset
