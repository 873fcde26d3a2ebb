#include "store_pg/letter_jobs.hpp"

#include "store_pg/row_set.hpp"

namespace kontor::store_pg {

using enum ColumnType;
using namespace ports;

void append_letter_jobs(const Batch& batch, std::vector<Step>& steps) {
    const auto id_of = [](const LetterJobRow& row) { return row.id; };
    RowSet inserted(
        "letter_jobs_inserted",
        "insert into letter_job (id, action, country, by, reach, selection, letters, reason, canary, per_minute, newest, edits, created_at,"
        " state, position, carried_out, refused, refusals, watched, next_at, finished_at, said)"
        " {rows}",
        {Int8, Text, Text, Text, Jsonb, Jsonb, Jsonb, Text, Bool, Int4, Bool, Jsonb, Timestamptz,
         Text, Int4, Int4, Int4, Jsonb, Jsonb, Timestamptz, Timestamptz, Text}
    );
    for (const LetterJobRow* row : by_key(batch.letter_jobs_inserted, id_of)) {
        inserted.row(
            row->id, row->action, row->country, row->by, row->reach, row->selection, row->letters, row->reason, row->canary,
            row->per_minute, row->newest, row->edits, row->created_at, row->state, row->position, row->carried_out, row->refused,
            row->refusals, row->watched, row->next_at, row->finished_at, row->said
        );
    }
    inserted.append_to(steps);

    // A handful of jobs go on at a time, and the list of letters is not written again.
    RowSet updated(
        "letter_jobs_updated",
        "update letter_job j set state = u.state, position = u.position, carried_out = u.carried_out, refused = u.refused,"
        " refusals = u.refusals, watched = u.watched, next_at = u.next_at, finished_at = u.finished_at, said = u.said"
        " from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " as u(id, state, position, carried_out, refused, refusals, watched, next_at, finished_at, said) where j.id = u.id",
        {Int8, Text, Int4, Int4, Int4, Jsonb, Jsonb, Timestamptz, Timestamptz, Text}
    );
    for (const LetterJobRow* row : last_by_key(batch.letter_jobs_updated, id_of)) {
        updated.row(
            row->id, row->state, row->position, row->carried_out, row->refused, row->refusals, row->watched, row->next_at,
            row->finished_at, row->said
        );
    }
    updated.append_to(steps);
}

Result<void> fill_letter_jobs(Connection& connection, Snapshot& snapshot) {
    const Result<Rows> found = connection.query(
        {"load letter jobs",
         "select id, action, country, by, reach, selection, letters, reason, canary, per_minute, newest, edits, created_at, state,"
         " position, carried_out, refused, refusals, watched, next_at, finished_at, said from letter_job"
         " where state in ('running', 'canary') order by id",
         {}}
    );
    if (!found) {
        return found.error();
    }
    const Rows& rows = *found;
    for (int at = 0; at < rows.count(); ++at) {
        snapshot.letter_jobs.push_back(LetterJobRow{
            rows.int8(at, 0), rows.text(at, 1), rows.text(at, 2), rows.text(at, 3), rows.json(at, 4), rows.json(at, 5), rows.json(at, 6),
            rows.text(at, 7), rows.boolean(at, 8), rows.int4(at, 9), rows.boolean(at, 10), rows.json(at, 11), rows.time(at, 12),
            rows.text(at, 13), rows.int4(at, 14), rows.int4(at, 15), rows.int4(at, 16), rows.json(at, 17), rows.json(at, 18),
            rows.maybe_time(at, 19), rows.maybe_time(at, 20), rows.text(at, 21)
        });
    }
    return {};
}

}  // namespace kontor::store_pg
