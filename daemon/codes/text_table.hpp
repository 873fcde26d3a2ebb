// A CSV text with known columns: rows in, faults with line and column collected. What list and crosswalk have in common.
// Thread: one thread at a time.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tasks/csv/reader.hpp"

namespace kontor::codes {

class TextTable {
 public:
    // `pointer` is the body's member that holds the text.
    TextTable(std::string pointer, std::string_view csv) : pointer_(std::move(pointer)), csv_(csv) {}

    // Calls `row` for each row whose form is good. Of a column named "title|text" either name will do.
    void read(std::initializer_list<std::string_view> needed, std::initializer_list<std::string_view> others, const std::function<void()>& row);
    // Within `row`: the field without blanks around it; empty when there is no such column.
    std::string cell(std::string_view column) const;
    std::int64_t line() const { return row_.line(); }
    void fault(std::int64_t line, std::string_view column, const std::string& what);
    void fault(std::string_view column, const std::string& what) { fault(line(), column, what); }
    bool full() const;
    std::vector<ErrorDetail> take_faults() { return std::move(faults_); }

 private:
    int column_of(const csv::Reader& reader, std::string_view names) const;
    bool check_header(const csv::Reader& reader, std::initializer_list<std::string_view> needed, std::initializer_list<std::string_view> others);

    const std::string pointer_;
    const std::string_view csv_;
    csv::Row row_;
    std::vector<std::pair<std::string_view, int>> columns_;
    std::vector<ErrorDetail> faults_;
};

}  // namespace kontor::codes
