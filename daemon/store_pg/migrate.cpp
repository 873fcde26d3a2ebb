#include "store_pg/migrate.hpp"

#include <optional>

#include <spdlog/spdlog.h>

#include "base/sha256.hpp"
#include "store_pg/connection.hpp"
#include "store_pg/store_pg.hpp"

namespace kontor::store_pg {
namespace {

// Any number; daemons that start at the same time take turns on it.
constexpr std::string_view lock =
    "begin; set local lock_timeout = '60s'; select pg_advisory_xact_lock(1852796779);"
    "create table if not exists schema_migration"
    " (number int primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())";

Result<void> check_known(const Rows& applied, std::span<const SqlFile> migrations) {
    for (int row = 0; row < applied.count(); ++row) {
        const auto number = static_cast<std::size_t>(applied.int4(row, 0));
        if (number > migrations.size()) {
            return invalid(
                "migrate", "the database's schema (" + std::to_string(number) + ") is newer than this program's (" +
                               std::to_string(migrations.size()) + "): start a newer kontor"
            );
        }
        const SqlFile& file = migrations[number - 1];
        if (applied.text(row, 1) != sha256_hex(file.text)) {
            return invalid(
                "migrate", "migration " + std::string(file.name) + " was applied to this database with another text: "
                           "it was made by a different build of kontor"
            );
        }
    }
    return {};
}

// Applies the first missing migration; false when there is none.
Result<bool> apply_next(Connection& connection, std::span<const SqlFile> migrations) {
    if (Result<void> locked = connection.execute(lock); !locked) {
        return locked.error();
    }
    const Result<Rows> applied =
        connection.query({"applied", "select number, checksum from schema_migration order by number", {}});
    if (!applied) {
        return applied.error();
    }
    if (Result<void> known = check_known(*applied, migrations); !known) {
        return known.error();
    }
    const auto count = static_cast<std::size_t>(applied->count());
    if (count == migrations.size()) {
        const Result<void> ended = connection.execute("rollback");
        return ended ? Result<bool>(false) : Result<bool>(ended.error());
    }
    const SqlFile& next = migrations[count];
    if (Result<void> done = connection.execute(next.text); !done) {
        Error error = done.error();
        error.where = "migration " + std::string(next.name);
        return error;
    }
    const Result<Rows> noted = connection.query(
        {"note",
         "insert into schema_migration (number, name, checksum) values ($1::bigint::int, $2, $3)",
         {parameter(static_cast<std::int64_t>(count + 1)), parameter(next.name), parameter(sha256_hex(next.text))}}
    );
    if (!noted) {
        return noted.error();
    }
    if (Result<void> committed = connection.execute("commit"); !committed) {
        return committed.error();
    }
    spdlog::info("database: applied migration {}", next.name);
    return true;
}

}  // namespace

Result<int> apply_migrations(const std::string& target, std::span<const SqlFile> migrations) {
    const auto connection = Connection::open({target, "kontor migrate", "set client_min_messages = warning; set statement_timeout = 0"});
    if (!connection) {
        return connection.error();
    }
    for (int applied = 0;; ++applied) {
        const Result<bool> more = apply_next(**connection, migrations);
        if (!more) {
            return more.error();  // closing the connection rolls back
        }
        if (!*more) {
            return applied;
        }
    }
}

Result<int> migrate(const std::string& target) { return apply_migrations(target, embedded_migrations()); }

}  // namespace kontor::store_pg
