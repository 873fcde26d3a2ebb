#include "store_pg/backfills.hpp"

#include <utility>

#include "store_pg/row_set.hpp"

namespace kontor::store_pg {

using ports::BackfillPeriodRow;
using ports::BackfillRow;

void append_backfills(const ports::Batch& batch, std::vector<Step>& steps) {
    using enum ColumnType;
    RowSet backfills(
        "backfills",
        "insert into backfill (id, workflow, params, countries, allowed, missing_only, max_parallel, priority, by, reason, created_at,"
        " state, note, finished_at)"
        " {rows}"
        " on conflict (id) do update set state = excluded.state, note = excluded.note, finished_at = excluded.finished_at",
        {Int8, Text, Jsonb, Jsonb, Jsonb, Bool, Int4, Int4, Text, Text, Timestamptz, Text, Text, Timestamptz}
    );
    for (const BackfillRow* row : last_by_key(batch.backfills, [](const BackfillRow& each) { return each.id; })) {
        backfills.row(
            row->id, row->workflow, row->params, row->countries, row->allowed, row->missing_only, row->max_parallel, row->priority,
            row->by, row->reason, row->created_at, row->state, row->note, row->finished_at
        );
    }
    backfills.append_to(steps);

    RowSet periods(
        "backfill_periods",
        "insert into backfill_period (backfill, period, countries, state, run, reason, started_at, finished_at)"
        " {rows}"
        " on conflict (backfill, period) do update set state = excluded.state, run = excluded.run, reason = excluded.reason,"
        " started_at = excluded.started_at, finished_at = excluded.finished_at",
        {Int8, Text, Jsonb, Text, Int8, Text, Timestamptz, Timestamptz}
    );
    const auto key = [](const BackfillPeriodRow& each) { return std::pair(each.backfill, each.period); };
    for (const BackfillPeriodRow* row : last_by_key(batch.backfill_periods, key)) {
        periods.row(row->backfill, row->period, row->countries, row->state, row->run, row->reason, row->started_at, row->finished_at);
    }
    periods.append_to(steps);
}

Result<void> fill_backfills(Connection& connection, ports::Snapshot& snapshot) {
    const Result<Rows> open = connection.query(
        {"load backfills",
         "select id, workflow, params, countries, allowed, missing_only, max_parallel, priority, by, reason, created_at, state, note,"
         " finished_at from backfill where state in ('running', 'paused', 'cancelling') order by id",
         {}}
    );
    if (!open) {
        return open.error();
    }
    for (int at = 0; at < open->count(); ++at) {
        snapshot.backfills.push_back(
            {open->int8(at, 0), open->text(at, 1), open->json(at, 2), open->json(at, 3), open->json(at, 4), open->boolean(at, 5),
             open->int4(at, 6), open->int4(at, 7), open->text(at, 8), open->text(at, 9), open->time(at, 10), open->text(at, 11),
             open->text(at, 12), open->maybe_time(at, 13)}
        );
    }
    const Result<Rows> periods = connection.query(
        {"load backfill periods",
         "select p.backfill, p.period, p.countries, p.state, p.run, p.reason, p.started_at, p.finished_at from backfill_period p"
         " join backfill b on b.id = p.backfill where b.state in ('running', 'paused', 'cancelling') order by p.backfill, p.period",
         {}}
    );
    if (!periods) {
        return periods.error();
    }
    for (int at = 0; at < periods->count(); ++at) {
        snapshot.backfill_periods.push_back(
            {periods->int8(at, 0), periods->text(at, 1), periods->json(at, 2), periods->text(at, 3), periods->maybe_int8(at, 4),
             periods->text(at, 5), periods->maybe_time(at, 6), periods->maybe_time(at, 7)}
        );
    }
    return {};
}

}  // namespace kontor::store_pg
