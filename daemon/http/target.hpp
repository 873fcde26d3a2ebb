// Splits a request's target into decoded path segments and query parameters, and refuses every
// spelling of a path that another reader might take for a different path. Why: authorization is
// decided on the route that matched; one path must have one spelling. Thread: any; pure.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::http {

struct Target {
    std::string path;                                        // as sent, without the query
    std::vector<std::string> segments;                       // decoded; "/" has none
    std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
};

inline constexpr std::size_t query_parameters_max = 32;  // the longest route takes eight

// Refuses dot segments (plain or encoded), empty segments, ';', '\', '#', encoded slashes,
// backslashes and control characters, broken percent sequences, invalid UTF-8, and a query
// parameter given twice. Errors: Invalid, with the fault as a sentence.
Result<Target> split_target(std::string_view target);

}  // namespace kontor::http
