// Which family and parameters a trial tries: a function of its number and a seed alone, so that trials are independent
// tasks. Families take turns; the first trial of each has its defaults; the second of the champion's family repeats the
// champion's parameters; all others are drawn at random.
// Thread: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tasks/sdk/outcome.hpp"

namespace kontor::ml {

struct Candidate {
    std::string family;
    sdk::JsonObject params;
};

// Requires: families not empty. Errors: TaskFailure(Config) for an unknown family.
Candidate candidate(
    std::int64_t trial, const std::vector<std::string>& families, const std::optional<Candidate>& champion, std::uint64_t seed
);

}  // namespace kontor::ml
