// What people have decided about items, as report.build sees it: no table, only items and codes.
// Thread: any. Owner: the program.
#pragma once

#include <string>
#include <vector>

namespace kontor::tasks::report {

struct DecidedItem {
    std::string item;
    std::string code;  // empty: it is not reported under any
};

class DecidedSource {
 public:
    virtual ~DecidedSource() = default;
    // One word per item. Errors: TaskFailure(Transient) when they cannot be read now.
    virtual std::vector<DecidedItem> decided(const std::string& country) = 0;
};

}  // namespace kontor::tasks::report
