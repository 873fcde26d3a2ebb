#include "store_pg/cache.hpp"

#include "store_pg/row_set.hpp"

namespace kontor::store_pg {

using ports::CacheRow;

void append_cache(const ports::Batch& batch, std::vector<Step>& steps) {
    using enum ColumnType;
    RowSet cached(
        "cached",
        "insert into cached_result (key, workflow, task, country, item, run, at, uses, code, seed, input, outputs, effects) {rows}"
        " on conflict (key) do update set workflow = excluded.workflow, task = excluded.task, country = excluded.country, item = excluded.item,"
        " run = excluded.run, at = excluded.at, outputs = excluded.outputs, effects = excluded.effects",
        {Text, Text, Text, Text, Text, Int8, Timestamptz, Text, Text, Text, Jsonb, Jsonb, Jsonb}
    );
    for (const CacheRow* row : last_by_key(batch.cached, [](const CacheRow& each) { return each.key; })) {
        cached.row(
            row->key, row->workflow, row->task, row->country, row->item, row->run, row->at, row->uses, row->code, std::to_string(row->seed),
            row->input, row->outputs, row->effects
        );
    }
    cached.append_to(steps);
    RowSet gone("uncached", "delete from cached_result using unnest($1) as gone(key) where cached_result.key = gone.key", {Text});
    for (const std::string& key : batch.uncached) {
        gone.row(key);
    }
    gone.append_to(steps);
}

Result<void> fill_cache(Connection& connection, ports::Snapshot& snapshot) {
    const Result<Rows> rows = connection.query(
        {"load cache", "select key, workflow, task, country, item, run, at, uses, code, seed, input, outputs, effects from cached_result order by at, key", {}}
    );
    if (!rows) {
        return rows.error();
    }
    for (int at = 0; at < rows->count(); ++at) {
        snapshot.cached.push_back(
            {rows->text(at, 0), rows->text(at, 1), rows->text(at, 2), rows->text(at, 3), rows->text(at, 4), rows->int8(at, 5), rows->time(at, 6),
             rows->text(at, 7), rows->text(at, 8), std::stoull(rows->text(at, 9)), rows->json(at, 10), rows->json(at, 11), rows->json(at, 12)}
        );
    }
    return {};
}

}  // namespace kontor::store_pg
