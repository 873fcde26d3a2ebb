// Which parameters a trial tries. A trial's proposal follows from its number, the seed and the
// results that it was given, so a search repeats itself; families take turns and each begins with
// its defaults; the first trial after these repeats the champion's parameters; then come random
// ones, or, as soon as results are known, those that TPE proposes. Thread: pure.
#pragma once

#include "tasks/sdk/outcome.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kontor::ml {

struct Candidate {
    std::string family{};
    sdk::JsonObject params{};
};

struct Finished {
    std::int64_t trial = 0;
    Candidate candidate{};
    double value = 0;  // larger is better
};

struct SearchInput {
    std::int64_t trial = 0;  // counts from 0 over the whole search
    std::vector<std::string> families;
    std::optional<Candidate> champion{};
    // Empty in the first wave. Trials after the last of these run at the same time and do not see
    // each other.
    std::vector<Finished> finished{};
    std::uint64_t seed = 0;
};

// Requires: families not empty. Errors: TaskFailure(Config) for an unknown family.
Candidate candidate(const SearchInput& input);

}  // namespace kontor::ml
