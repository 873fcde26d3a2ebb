// A code list and its crosswalk as people write them: CSV in, rows or faults with line and column out.
// Thread: any; pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ports/code_lists.hpp"

namespace kontor::codes {

inline constexpr std::size_t code_bytes_max = 100;
inline constexpr std::size_t title_bytes_max = 2000;
// More is an item table taken for a list.
inline constexpr std::size_t rows_max = 50'000;
// Enough to mend a file by; the rest is said to be there.
inline constexpr std::size_t faults_max = 50;

// YYYY-MM-DD, of a day that there is.
bool is_day(std::string_view text);

struct ListText {
    std::vector<ports::ListRow> rows;
    std::vector<ErrorDetail> faults;  // none: the rows are good
};
// Columns: code, title (or text), and if wanted valid_from and valid_to. A code stands once, also when case is not heeded.
ListText read_list(std::string_view csv);

struct CrosswalkText {
    std::vector<ports::ListMove> moves;
    std::vector<ErrorDetail> faults;
};
// Columns: from, to, kind, and if wanted weight. `before` is empty when the list before is not known here.
// Ensures: every `to` is in `list`, every `from` in `before` when that is known; a rename has its new code for itself; the weights of a
// split make 1.
CrosswalkText read_crosswalk(std::string_view csv, const std::vector<ports::ListRow>& list, const std::vector<ports::ListRow>& before);

}  // namespace kontor::codes
