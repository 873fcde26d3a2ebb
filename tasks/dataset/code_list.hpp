// The codes in force, as a dataset with the columns `code` and `title`.
// Thread: const members from any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "tasks/csv/reader.hpp"

namespace kontor::tasks::dataset {

class CodeList {
 public:
    // Errors: TaskFailure(Config) without a column `code`; (Data) for an unreadable row or an empty list.
    explicit CodeList(csv::Reader reader);
    // The list's spelling of a code, or nothing: an exact match first, then one that differs in case alone.
    std::string_view find(std::string_view code) const;

 private:
    std::set<std::string, std::less<>> codes_;
    std::map<std::string, std::string, std::less<>> by_lower_case_;
};

}  // namespace kontor::tasks::dataset
