// Applies numbered migrations; tests give their own.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"
#include "store_pg/embedded_sql.hpp"

namespace kontor::store_pg {

// Requires: names begin with a number of four digits, ascending from 0001 without a gap.
Result<int> apply_migrations(const std::string& target, std::span<const SqlFile> migrations);

}  // namespace kontor::store_pg
