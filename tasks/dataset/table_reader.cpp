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

// A text in place of another takes over its memory.
template <class Value, class From>
void set(std::vector<Value>& column, std::size_t at, const From& value) {
    if (at < column.size()) {
        column[at] = value;
    } else {
        column.emplace_back(value);
    }
}

void keep_first(ml::Table& table, std::size_t rows, bool with_label) {
    table.ids.resize(rows);
    for (auto& column : table.text) {
        column.resize(rows);
    }
    for (auto& column : table.numeric) {
        column.resize(rows);
    }
    for (auto& column : table.categorical) {
        column.resize(rows);
    }
    table.labels.resize(with_label ? rows : 0);
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

// The row becomes the table's row `at`, which exists already or is the next one.
void TableReader::put(ml::Table& table, std::size_t at) const {
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
    set(table.ids, at, row_[columns_.id]);
    for (std::size_t i = 0; i < columns_.text.size(); ++i) {
        set(table.text[i], at, row_[columns_.text[i]]);
    }
    for (std::size_t i = 0; i < columns_.numeric.size(); ++i) {
        double value = 0;
        if (!ml::parse_number(row_[columns_.numeric[i]], value)) {
            wrong("a number column holds no number");
        }
        set(table.numeric[i], at, value);
    }
    for (std::size_t i = 0; i < columns_.categorical.size(); ++i) {
        set(table.categorical[i], at, row_[columns_.categorical[i]]);
    }
    if (with_label_) {
        const std::string_view label = ml::trimmed(row_[columns_.label]);
        if (label.empty()) {
            wrong("the label is empty");
        }
        set(table.labels, at, label);
    }
}

bool TableReader::next(ml::Table& table, std::size_t rows_max) {
    if (table.text.size() != columns_.text.size() || table.numeric.size() != columns_.numeric.size() ||
        table.categorical.size() != columns_.categorical.size()) {
        table = ml::Table();
        table.text.resize(columns_.text.size());
        table.numeric.resize(columns_.numeric.size());
        table.categorical.resize(columns_.categorical.size());
    }
    std::size_t rows = 0;
    while (rows < rows_max && reader_.next(row_)) {
        put(table, rows++);
    }
    keep_first(table, rows, with_label_);
    return rows > 0;
}

void TableReader::read_all(ml::Table& table) {
    while (reader_.next(row_)) {
        if (table.rows() == train_rows_max) {
            throw sdk::TaskFailure(
                sdk::FailureClass::Resource,
                what_ + " has more than " + std::to_string(train_rows_max) + " rows: sample them in the extraction's query"
            );
        }
        put(table, table.rows());
    }
}

}  // namespace kontor::tasks::dataset
