// Prepared CSV -> ml::Table, in batches, checked against the schema.
// Thread: one thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tasks/csv/reader.hpp"
#include "tasks/ml/table.hpp"

namespace kontor::tasks::dataset {

// Positions of the schema's columns in a file.
struct SchemaColumns {
    std::size_t id = 0;
    std::vector<std::size_t> text;
    std::vector<std::size_t> numeric;
    std::vector<std::size_t> categorical;
    std::size_t label = 0;  // meaningless when the label was not asked for
};
// Errors: TaskFailure(Config) naming the columns that are missing and those that exist.
SchemaColumns find_columns(const std::vector<std::string>& header, const ml::Schema& schema, bool with_label);

class TableReader {
 public:
    // `what` names the data in sentences, for example "with.train".
    TableReader(csv::Reader reader, const ml::Schema& schema, bool with_label, std::string what);

    // Replaces the table's rows by up to `rows_max` more; false when there are none. The memory of the rows before is used again.
    // Errors: TaskFailure(Data) for a row that dataset.prepare would have put into quarantine.
    bool next(ml::Table& table, std::size_t rows_max);
    // Adds all rows. Errors: also TaskFailure(Resource) beyond train_rows_max.
    void read_all(ml::Table& table);

 private:
    void put(ml::Table& table, std::size_t at) const;

    csv::Reader reader_;
    SchemaColumns columns_;
    bool with_label_;
    std::string what_;
    csv::Row row_;
};

// Training keeps its rows in memory: two million titles and descriptions are about two gigabytes with their features.
inline constexpr std::size_t train_rows_max = 2'000'000;

}  // namespace kontor::tasks::dataset
