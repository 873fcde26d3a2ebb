// Results that are kept for tasks that say `cache`. Owner and thread: the conductor's.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "ports/cache_rows.hpp"

namespace kontor::engine {

struct CacheDesk {
    using Place = std::tuple<std::string, std::string, std::string, std::string>;  // workflow, task, country, item
    struct Kept {
        ports::CacheRow row;
        std::size_t bytes = 0;
    };
    std::map<std::string, Kept> results{};                       // by key
    std::map<Place, std::set<std::pair<Instant, std::string>>> by_place{};  // oldest first
    std::set<std::pair<Instant, std::string>> by_age{};
    std::size_t bytes = 0;
};

}  // namespace kontor::engine
