// One line of a stream of samples:
//   {"country": "DE", "item": "A-1", "version": 3, "code": "1.03", "columns": {"title": "Wasserkocher", "price": 24.9}}
// Pure. Owner: none.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::samples {

// As dataset.prepare takes them.
inline constexpr std::size_t item_bytes_max = 512;
inline constexpr std::size_t code_bytes_max = 200;
inline constexpr std::size_t column_name_bytes_max = 100;
inline constexpr std::size_t columns_max = 200;
// Whole numbers up to here are the same in every program that reads JSON.
inline constexpr std::int64_t version_max = (std::int64_t{1} << 53U) - 1;

struct Sample {
    std::string country;
    std::string item;
    std::int64_t version = 0;
    std::string code;
    std::map<std::string, std::string> columns;  // as they are written into a table; what is null is left out
    std::string digest;                          // equal for equal content, whatever the order of members

    std::size_t bytes() const;  // about, in memory
};
struct LineFault {
    std::string field;  // empty: the line as a whole
    std::string message;
};

// Sets `into`, or says what is wrong.
std::optional<LineFault> parse_sample(std::string_view line, Sample& into);

}  // namespace kontor::samples
