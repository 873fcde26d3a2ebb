// What numbers and categories the items of a code usually have: a price or weight far from it
// speaks against the code. Thread: const members from any thread.
#pragma once

#include "tasks/ml/features.hpp"
#include "tasks/ml/table.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::ml {

class UsualValues {
  public:
    // Learns from the rows r with used[r].
    static UsualValues fit(
        const Table& table,
        const std::vector<std::int32_t>& labels,
        std::size_t classes,
        const std::vector<bool>& used
    );
    std::size_t width() const { return numeric_ + categories_.size(); }
    // Per numeric column, how many usual widths the value lies from the middle of the code's own;
    // per categorical column, the logarithm of how much oftener the value is among the code's items
    // than among all. NaN where nothing can be said.
    void append(const Table& table, std::size_t row, std::uint32_t code, std::vector<float>& out)
        const;

    sdk::Json save(Sections& sections) const;
    static UsualValues load(
        const sdk::Json& value, const Sections& sections, const Schema& schema, std::size_t classes
    );

  private:
    struct Range {
        float middle = std::numeric_limits<float>::quiet_NaN();
        float width = 1;
    };
    struct Counts {
        std::map<std::string, std::map<std::uint32_t, std::uint32_t>, std::less<>>
            by_value;                                            // value -> code -> rows
        std::map<std::string, std::uint32_t, std::less<>> rows;  // value -> rows
        std::vector<std::uint32_t> known;                        // code -> rows with any value
        std::uint64_t all = 0;
    };
    static Counts count(
        const std::vector<std::string>& column,
        const std::vector<std::int32_t>& labels,
        std::size_t classes,
        const std::vector<bool>& used
    );
    static void range_codes(
        const std::vector<double>& column,
        const std::vector<std::int32_t>& labels,
        std::size_t classes,
        const std::vector<bool>& used,
        std::vector<Range>& ranges
    );
    void total();

    std::size_t classes_ = 0;
    std::size_t numeric_ = 0;
    std::vector<Range> ranges_;  // column by column, a range for each code
    std::vector<Counts> categories_;
};

}  // namespace kontor::ml
