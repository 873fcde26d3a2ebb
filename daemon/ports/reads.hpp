// Named read queries for the API: each gives one JSON text that PostgreSQL itself has built.
// The queries stand in store_pg/queries/*.sql; a test prepares every one of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace kontor::ports {

class Reads {
 public:
    virtual ~Reads() = default;
    // The query's one row and column as JSON text; "null" when it found nothing.
    // Errors: NotFound (no such query), Invalid (a parameter does not fit), Unavailable, Timeout.
    // Thread: any; each call uses a pooled connection and blocks.
    virtual Result<std::string> read(std::string_view query, const std::vector<std::optional<std::string>>& params) = 0;
};

}  // namespace kontor::ports
