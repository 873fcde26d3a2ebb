#include "store_pg/pools.hpp"

#include "store_pg/row_set.hpp"

namespace kontor::store_pg {

using ports::PoolRow;

void append_pools(const ports::Batch& batch, std::vector<Step>& steps) {
    using enum ColumnType;
    RowSet pools(
        "pools",
        "insert into pool (name, slots, weight, by, reason, at) {rows}"
        " on conflict (name) do update set slots = excluded.slots, weight = excluded.weight, by = excluded.by,"
        " reason = excluded.reason, at = excluded.at",
        {Text, Int4, Int4, Text, Text, Timestamptz}
    );
    RowSet removed("pools_removed", "delete from pool using unnest($1) as gone(name) where pool.name = gone.name", {Text});
    for (const PoolRow* row : last_by_key(batch.pools, [](const PoolRow& each) { return each.name; })) {
        if (row->removed) {
            removed.row(row->name);
        } else {
            pools.row(row->name, row->slots, row->weight, row->by, row->reason, row->at);
        }
    }
    pools.append_to(steps);
    removed.append_to(steps);
}

Result<void> fill_pools(Connection& connection, ports::Snapshot& snapshot) {
    const Result<Rows> rows = connection.query({"load pools", "select name, slots::bigint, weight::bigint, by, reason, at from pool order by name", {}});
    if (!rows) {
        return rows.error();
    }
    for (int at = 0; at < rows->count(); ++at) {
        const std::optional<std::int64_t> slots = rows->maybe_int8(at, 1);
        snapshot.pools.push_back(
            {rows->text(at, 0), slots ? std::optional(static_cast<int>(*slots)) : std::nullopt, static_cast<int>(rows->int8(at, 2)),
             rows->text(at, 3), rows->text(at, 4), rows->time(at, 5)}
        );
    }
    return {};
}

}  // namespace kontor::store_pg
