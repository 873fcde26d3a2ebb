// Which imported list is in force, as the task sees it. Thread: any. Owner: the program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tasks/codes/crosswalk.hpp"

namespace kontor::tasks::codes {

struct ListEntry {
    std::string code;
    std::string title;
    std::string valid_from;  // YYYY-MM-DD, or empty: as long as the list
    std::string valid_to;    // the first day on which it is not valid any more, or empty
    friend bool operator==(const ListEntry&, const ListEntry&) = default;
};

struct ListInForce {
    std::int64_t version = 0;
    std::string effective_from;
    std::vector<ListEntry> entries;
    std::vector<Step> steps;  // of this list and of those before it
};

class ListSource {
 public:
    virtual ~ListSource() = default;
    // On that day (YYYY-MM-DD); nothing when none was imported that is. Errors: TaskFailure(Transient) when it cannot be read now.
    virtual std::optional<ListInForce> in_force(const std::string& country, const std::string& day) = 0;
};

}  // namespace kontor::tasks::codes
