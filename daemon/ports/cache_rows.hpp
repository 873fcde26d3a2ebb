// Rows of results that are kept for tasks that say `cache`. Part of ports/store.hpp.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"

namespace kontor::ports {

// One result, with the question that it answers (core/cache/question.hpp).
struct CacheRow {
    std::string key;
    std::string workflow;
    std::string task;
    std::string country;
    std::string item;
    std::int64_t run = 0;  // whose attempt gave it
    Instant at;
    std::string uses;
    std::string code;
    std::uint64_t seed = 0;
    Json input;    // by content
    Json outputs;
    Json effects;  // a list: what is recorded of the data and models that it made
};

// So many are kept, the newest.
inline constexpr std::size_t cached_max = 20'000;
// And together no more than this, as JSON.
inline constexpr std::size_t cached_bytes_max = std::size_t{64} << 20U;

}  // namespace kontor::ports
