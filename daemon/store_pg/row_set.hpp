// Collects rows for one statement, column by column.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <map>
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
        Step step{name_, sql_, {}};
        for (Column& column : columns_) {
            step.parameters.push_back({array_type(column.type()), column.finish()});
        }
        steps.push_back(std::move(step));
    }

 private:
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
