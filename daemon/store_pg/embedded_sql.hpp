// The SQL files of this room, as text inside the program (made by embed_sql.cmake).
#pragma once

#include <span>
#include <string_view>

namespace kontor::store_pg {

struct SqlFile {
    std::string_view name;  // without ".sql"
    std::string_view text;
};

std::span<const SqlFile> embedded_migrations();  // by number
std::span<const SqlFile> embedded_queries();     // by name

}  // namespace kontor::store_pg
