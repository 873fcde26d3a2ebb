// Collects rows for one statement, column by column.
// An array costs the server as much per element as a whole row costs to be stored, so what is the same in every row (the run,
// the task's name, a state) is sent once. `{rows}` in the statement stands for the SELECT that gives the rows.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store_pg/columns.hpp"
#include "store_pg/connection.hpp"

namespace kontor::store_pg {

class RowSet {
 public:
    RowSet(std::string_view name, std::string_view sql, std::initializer_list<ColumnType> types)
        : name_(name), sql_(sql), columns_(types.begin(), types.end()) {}

    // One value per column, in the statement's order.
    template <class... Values>
    void row(const Values&... values) {
        std::size_t at = 0;
        (columns_[at++].add(values), ...);
        ++count_;
    }

    // Appends the statement unless there is no row.
    void append_to(std::vector<Step>& steps) {
        if (count_ == 0) {
            return;
        }
        Step step{name_, std::string(sql_), {}};
        const std::size_t mark = sql_.find(rows_mark);
        const bool narrow = mark != std::string_view::npos && (count_ == 1 || count_ >= narrow_from);
        std::string select = "select ";
        std::string arrays;
        std::string names;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            Column& column = columns_[i];
            const std::string number = std::to_string(i + 1);
            // Of several rows the first column stays an array: it says how many there are.
            const bool once = narrow && column.uniform() && (i > 0 || count_ == 1);
            select += (i == 0 ? "" : ", ") + (once ? "$" + number : "c" + number);
            if (once) {
                step.variant += 'o';
                step.parameters.push_back({static_cast<unsigned>(column.type()), column.first()});
            } else {
                step.variant += narrow ? "a" : "";
                arrays += (arrays.empty() ? "$" : ", $") + number;
                names += (names.empty() ? "c" : ", c") + number;
                step.parameters.push_back({array_type(column.type()), column.finish()});
            }
        }
        if (mark != std::string_view::npos) {
            select += arrays.empty() ? "" : " from unnest(" + arrays + ") as u(" + names + ")";
            step.sql.replace(mark, rows_mark.size(), select);
        }
        steps.push_back(std::move(step));
    }

 private:
    static constexpr std::string_view rows_mark = "{rows}";
    // A few rows are alike by chance: a statement of its own for every such case would cost more than it saves.
    static constexpr std::size_t narrow_from = 8;

    std::string_view name_;
    std::string_view sql_;
    std::vector<Column> columns_;
    std::size_t count_ = 0;
};

// Rows by ascending id: an index is then walked in one direction, which is several times faster than jumping.
// Equal ids keep their order.
template <class Row, class Key>
std::vector<const Row*> by_key(const std::vector<Row>& rows, Key key) {
    std::vector<const Row*> sorted;
    sorted.reserve(rows.size());
    for (const Row& row : rows) {
        sorted.push_back(&row);
    }
    const auto less = [&](const Row* a, const Row* b) { return key(*a) < key(*b); };
    if (!std::is_sorted(sorted.begin(), sorted.end(), less)) {
        std::stable_sort(sorted.begin(), sorted.end(), less);
    }
    return sorted;
}

// The same, and of rows with an equal key only the last: UPDATE would take any of them, ON CONFLICT would refuse them.
template <class Row, class Key>
std::vector<const Row*> last_by_key(const std::vector<Row>& rows, Key key) {
    std::vector<const Row*> sorted = by_key(rows, key);
    std::vector<const Row*> last;
    last.reserve(sorted.size());
    for (const Row* row : sorted) {
        if (!last.empty() && key(*last.back()) == key(*row)) {
            last.back() = row;
        } else {
            last.push_back(row);
        }
    }
    return last;
}

}  // namespace kontor::store_pg
