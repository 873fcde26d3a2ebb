// The named queries of queries/*.sql, found by name.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace kontor::store_pg {

struct NamedQuery {
    std::string sql;
    int parameters = 0;  // the highest $n
};

// Every "-- name: x" block. Built once.
const std::map<std::string, NamedQuery, std::less<>>& named_queries();

}  // namespace kontor::store_pg
