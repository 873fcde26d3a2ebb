#include "tasks/warehouse/csv_field.hpp"

#include <algorithm>

namespace kontor::tasks::warehouse {
namespace {

// One past the end of the field that begins at `at`: the comma behind it, or the row's end.
std::size_t field_end(std::string_view row, std::size_t at) {
    if (at < row.size() && row[at] == '"') {
        for (++at; at < row.size(); ++at) {
            if (row[at] != '"') {
                continue;
            }
            if (at + 1 < row.size() && row[at + 1] == '"') {
                ++at;
            } else {
                ++at;
                break;
            }
        }
    }
    return std::min(row.find(',', at), row.size());
}

}  // namespace

std::string_view csv_field(std::string_view row, std::size_t index, std::string& scratch) {
    while (!row.empty() && (row.back() == '\n' || row.back() == '\r')) {
        row.remove_suffix(1);
    }
    std::size_t at = 0;
    for (; index > 0; --index) {
        at = field_end(row, at) + 1;
        if (at > row.size()) {
            return {};
        }
    }
    const std::string_view field = row.substr(at, field_end(row, at) - at);
    if (field.size() < 2 || field.front() != '"') {
        return field;
    }
    scratch.clear();
    for (std::size_t i = 1; i + 1 < field.size(); ++i) {
        scratch.push_back(field[i]);
        if (field[i] == '"') {
            ++i;
        }
    }
    return scratch;
}

}  // namespace kontor::tasks::warehouse
