// The codes in force, as a dataset with the column `code` and, if there are, `title`, `effective_from` and `effective_to`.
// Thread: const members from any thread.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "tasks/csv/reader.hpp"
#include "tasks/csv/writer.hpp"

namespace kontor::tasks::dataset {

class CodeList {
 public:
    // The columns that a list is handed on with.
    static constexpr std::array<std::string_view, 4> columns{"code", "title", "effective_from", "effective_to"};

    // Writes the list to `copy`, its header first, a row for a row; columns that it lacks stay empty.
    // Errors: TaskFailure(Config) without a column `code`; (Data) for an unreadable row or an empty list.
    CodeList(csv::Reader reader, csv::Writer& copy);
    // The list's spelling of a code, or nothing: an exact match first, then one that differs in case alone.
    std::string_view find(std::string_view code) const;
    std::size_t size() const { return codes_.size(); }
    // Of the codes alone, whatever their order and their texts: lists with the same codes have the same.
    std::string digest() const;

 private:
    std::set<std::string, std::less<>> codes_;
    std::map<std::string, std::string, std::less<>> by_lower_case_;
};

}  // namespace kontor::tasks::dataset
