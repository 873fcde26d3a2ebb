#include "store_pg/batch.hpp"

#include <tuple>

#include "base/limits.hpp"
#include "store_pg/alarms.hpp"
#include "store_pg/cache.hpp"
#include "store_pg/approvals.hpp"
#include "store_pg/backfills.hpp"
#include "store_pg/effects.hpp"
#include "store_pg/letter_jobs.hpp"
#include "store_pg/partitions.hpp"
#include "store_pg/pools.hpp"
#include "store_pg/row_set.hpp"

namespace kontor::store_pg {
namespace {

using enum ColumnType;
using namespace ports;

constexpr auto id_of = [](const auto& row) { return row.id; };

// How rows are updated in bulk: UPDATE ... FROM unnest() leaves the order of the join to the planner, which goes through the
// whole table once per given row after an autovacuum has seen the table nearly empty (a hundred times slower). INSERT ... ON
// CONFLICT looks every row up by its key whatever the statistics say; the lateral part lets no row come into being.

Step fence(const Batch& batch) {
    const std::int64_t lease_us = limits::leader_lease.count();
    return {
        "fence",
        "select fence($1, $2, $3, $4 * interval '1 microsecond')",
        {parameter(batch.epoch), parameter(batch.seq), parameter(batch.last_id), parameter(lease_us)}
    };
}

void definitions(const Batch& batch, std::vector<Step>& steps) {
    RowSet rows(
        "definitions",
        "select deploy(hash, workflow, title, source, summary, at)"
        "  from unnest($1, $2, $3, $4, $5, $6) with ordinality as u(hash, workflow, title, source, summary, at, n) order by n",
        {Text, Text, Text, Text, Jsonb, Timestamptz}
    );
    for (const DefinitionRow& row : batch.definitions) {
        rows.row(row.hash, row.workflow, row.title, row.source, row.summary, row.created_at);
    }
    rows.append_to(steps);

    RowSet retired("retired_workflows", "update workflow set deployed = false where name = any($1)", {Text});
    for (const std::string& name : batch.retired_workflows) {
        retired.row(name);
    }
    retired.append_to(steps);

    RowSet offers("offers", "update workflow w set offered = u.hash from unnest($1, $2) as u(name, hash) where w.name = u.name", {Text, Text});
    for (const auto& [name, hash] : batch.offers) {
        offers.row(name, hash);
    }
    offers.append_to(steps);
}

void runs(const Batch& batch, std::vector<Step>& steps) {
    RowSet inserted(
        "runs_inserted",
        "insert into run (id, workflow, hash, state, params, correlation, cause, parent_task, depth, priority, created_at,"
        " started_at, finished_at, reason, totals, countries, pauses, edits)"
        " {rows}",
        {Int8, Text, Text, Text, Jsonb, Text, Jsonb, Int8, Int4, Int4, Timestamptz, Timestamptz, Timestamptz, Text, Jsonb, Jsonb, Jsonb,
         Jsonb}
    );
    for (const RunRow* row : by_key(batch.runs_inserted, id_of)) {
        inserted.row(
            row->id, row->workflow, row->hash, row->state, row->params, row->correlation, row->cause, row->parent_task, row->depth,
            row->priority, row->created_at, row->started_at, row->finished_at, row->reason, row->totals, row->countries,
            row->pauses, row->edits
        );
    }
    inserted.append_to(steps);

    RowSet updated(
        "runs_updated",
        "insert into run (id, workflow, hash, state, params, correlation, cause, parent_task, depth, priority, created_at,"
        " started_at, finished_at, reason, totals, countries, pauses, edits)"
        " select x.id, x.workflow, u.hash, u.state, x.params, x.correlation, x.cause, x.parent_task, x.depth, x.priority,"
        " x.created_at, u.started_at, u.finished_at, u.reason, u.totals, u.countries, u.pauses, u.edits"
        " from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " as u(id, state, hash, started_at, finished_at, reason, totals, countries, pauses, edits)"
        " cross join lateral (select * from run where run.id = u.id limit 1) x"
        " on conflict (id) do update set state = excluded.state, hash = excluded.hash, started_at = excluded.started_at,"
        " finished_at = excluded.finished_at, reason = excluded.reason, totals = excluded.totals, countries = excluded.countries,"
        " pauses = excluded.pauses, edits = excluded.edits",
        {Int8, Text, Text, Timestamptz, Timestamptz, Text, Jsonb, Jsonb, Jsonb, Jsonb}
    );
    for (const RunRow* row : last_by_key(batch.runs_updated, id_of)) {
        updated.row(
            row->id, row->state, row->hash, row->started_at, row->finished_at, row->reason, row->totals, row->countries, row->pauses,
            row->edits
        );
    }
    updated.append_to(steps);
}

void ids(std::string_view name, std::string_view sql, std::vector<TaskId> list, std::vector<Step>& steps) {
    std::sort(list.begin(), list.end());
    RowSet rows(name, sql, {Int8});
    for (const TaskId id : list) {
        rows.row(id);
    }
    rows.append_to(steps);
}

void live_tasks(const Batch& batch, const Starts& starts, const BlockBook& book, std::vector<Step>& steps) {
    append_blocks(starts, steps);
    RowSet inserted(
        "live_inserted",
        "insert into task_live (id, run, child_run, started_at, next_at, attempt, siblings, state, task, country, item, reason, input)"
        " {rows}",
        {Int8, Int8, Int8, Timestamptz, Timestamptz, Int4, Int4, Text, Text, Text, Text, Text, Jsonb}
    );
    for (const LiveTaskRow* row : starts.single) {
        inserted.row(
            row->id, row->run, row->child_run, row->started_at, row->next_at, row->attempt, row->siblings, row->state, row->task,
            row->country, row->item, row->reason, row->input
        );
    }
    inserted.append_to(steps);

    append_leaving(book.leaving(batch), steps);
    // A new attempt starts without progress.
    RowSet updated(
        "live_updated",
        "insert into task_live (id, run, child_run, started_at, next_at, attempt, state, task, country, item, reason, input,"
        " progress, progress_text)"
        " select x.id, x.run, u.child_run, u.started_at, u.next_at, u.attempt, u.state, x.task, x.country, x.item, u.reason, u.input,"
        " case when x.attempt = u.attempt then x.progress else 0 end, case when x.attempt = u.attempt then x.progress_text else '' end"
        " from unnest($1, $2, $3, $4, $5, $6, $7, $8) as u(id, child_run, started_at, next_at, attempt, state, reason, input)"
        " cross join lateral (select * from task_live where task_live.id = u.id limit 1) x"
        " on conflict (id) do update set child_run = excluded.child_run, started_at = excluded.started_at,"
        " next_at = excluded.next_at, attempt = excluded.attempt, state = excluded.state, reason = excluded.reason,"
        " input = excluded.input, progress = excluded.progress, progress_text = excluded.progress_text",
        {Int8, Int8, Timestamptz, Timestamptz, Int4, Text, Text, Jsonb}
    );
    for (const LiveTaskRow* row : last_by_key(batch.live_updated, id_of)) {
        updated.row(row->id, row->child_run, row->started_at, row->next_at, row->attempt, row->state, row->reason, row->input);
    }
    updated.append_to(steps);

    RowSet progress(
        "progress",
        "insert into task_live (id, run, attempt, state, task, country, item, reason, progress, progress_text)"
        " select x.id, x.run, x.attempt, x.state, x.task, x.country, x.item, x.reason, u.fraction, u.what"
        " from unnest($1, $2, $3) as u(id, fraction, what)"
        " cross join lateral (select * from task_live where task_live.id = u.id limit 1) x"
        " on conflict (id) do update set progress = excluded.progress, progress_text = excluded.progress_text",
        {Int8, Float8, Text}
    );
    for (const Progress* row : last_by_key(batch.progress, [](const Progress& each) { return each.task; })) {
        progress.row(row->task, row->fraction, row->what);
    }
    progress.append_to(steps);
    // A member of a block needs no more than its row in task_done, which comes with the same batch.
    ids("live_deleted", "delete from task_live where id = any($1)", batch.live_deleted, steps);
    append_empty(book.empty(), steps);
}

void done_tasks(const Batch& batch, std::vector<Step>& steps) {
    RowSet done(
        "done_inserted",
        "insert into task_done (id, run, child_run, started_at, finished_at, attempts, siblings, state, task, country, item, reason,"
        " input, outputs) {rows}",
        {Int8, Int8, Int8, Timestamptz, Timestamptz, Int4, Int4, Text, Text, Text, Text, Text, Jsonb, Jsonb}
    );
    for (const DoneTaskRow* row : by_key(batch.done_inserted, id_of)) {
        done.row(
            row->id, row->run, row->child_run, row->started_at, row->finished_at, row->attempts, row->siblings, row->state,
            row->task, row->country, row->item, row->reason, row->input, row->outputs
        );
    }
    done.append_to(steps);

    RowSet attempts(
        "attempts",
        "insert into attempt (task, run, started_at, finished_at, attempt, outcome, failure_class, reason)"
        " {rows}",
        {Int8, Int8, Timestamptz, Timestamptz, Int4, Text, Text, Text}
    );
    for (const AttemptRow* row : by_key(batch.attempts, [](const AttemptRow& each) { return each.task; })) {
        if (row->outcome == "succeeded") {
            continue;  // its instance's row in task_done tells the same: see attempt_history
        }
        attempts.row(
            row->task, row->run, row->started_at, row->finished_at, row->attempt, row->outcome, row->failure_class, row->reason
        );
    }
    attempts.append_to(steps);
}

void events(const Batch& batch, std::vector<Step>& steps) {
    RowSet inserted(
        "events",
        "insert into event (id, ce_id, source, type, subject, time, data, correlation, depth, run, extensions, replay_of, by, countries)"
        " {rows}",
        {Int8, Text, Text, Text, Text, Timestamptz, Jsonb, Text, Int4, Int8, Jsonb, Int8, Text, Jsonb}
    );
    for (const EventRow* row : by_key(batch.events, id_of)) {
        inserted.row(
            row->id, row->ce_id, row->source, row->type, row->subject, row->time, row->data, row->correlation, row->depth, row->run,
            row->extensions, row->replay_of, row->by, row->countries
        );
    }
    inserted.append_to(steps);

    RowSet deliveries(
        "deliveries",
        "insert into delivery (event, workflow, trigger, state, run, reason, at, key)"
        " {rows}"
        // One that waits or is dead is decided anew. Any other second mark is refused: null breaks the column's rule.
        " on conflict (event, workflow, trigger) do update set"
        " state = case when delivery.state in ('pending', 'dead') then excluded.state end,"
        " run = excluded.run, reason = excluded.reason, at = excluded.at, key = excluded.key",
        {Int8, Text, Text, Text, Int8, Text, Timestamptz, Text}
    );
    for (const DeliveryRow& row : batch.deliveries) {
        deliveries.row(row.event, row.workflow, row.trigger, row.state, row.run, row.reason, row.at, row.key);
    }
    deliveries.append_to(steps);

    RowSet seen(
        "seen_keys",
        "insert into seen_key (workflow, trigger, key, event, at, until) {rows}"
        " on conflict (workflow, trigger, key) do update set event = excluded.event, at = excluded.at, until = excluded.until",
        {Text, Text, Text, Int8, Timestamptz, Timestamptz}
    );
    const auto key = [](const SeenKeyRow& row) { return std::tie(row.workflow, row.trigger, row.key); };
    for (const SeenKeyRow* row : last_by_key(batch.seen_keys, key)) {
        seen.row(row->workflow, row->trigger, row->key, row->event, row->at, row->until);
    }
    seen.append_to(steps);
}

void dead_letters(const Batch& batch, std::vector<Step>& steps) {
    RowSet opened(
        "dead_letters",
        "insert into dead_letter (id, kind, run, task_id, event_id, workflow, task, country, item, failure_class, reason,"
        " fingerprint, input, attempts, created_at)"
        " {rows}",
        {Int8, Text, Int8, Int8, Int8, Text, Text, Text, Text, Text, Text, Text, Jsonb, Int4, Timestamptz}
    );
    for (const DeadLetterRow* row : by_key(batch.dead_letters, id_of)) {
        opened.row(
            row->id, row->kind, row->run, row->task_id, row->event_id, row->workflow, row->task, row->country, row->item,
            row->failure_class, row->reason, row->fingerprint, row->input, row->attempts, row->created_at
        );
    }
    opened.append_to(steps);

    RowSet closed(
        "dead_letters_closed",
        "update dead_letter d set state = u.state, closed_reason = u.reason, closed_at = u.at"
        " from unnest($1, $2, $3, $4) as u(id, state, reason, at) where d.id = u.id",
        {Int8, Text, Text, Timestamptz}
    );
    for (const DeadLetterClosed* row : last_by_key(batch.dead_letters_closed, id_of)) {
        closed.row(row->id, row->state, row->reason, row->closed_at);
    }
    closed.append_to(steps);
}

void schedules(const Batch& batch, std::vector<Step>& steps) {
    RowSet upserted(
        "schedules",
        "insert into schedule (workflow, trigger, cron, zone, paused, last_tick, next_tick, waiting_tick, last_result)"
        " {rows}"
        " on conflict (workflow, trigger) do update set cron = excluded.cron, zone = excluded.zone, paused = excluded.paused,"
        " last_tick = excluded.last_tick, next_tick = excluded.next_tick, waiting_tick = excluded.waiting_tick,"
        " last_result = excluded.last_result",
        {Text, Text, Text, Text, Bool, Timestamptz, Timestamptz, Timestamptz, Text}
    );
    const auto key = [](const ScheduleRow& row) { return std::tie(row.workflow, row.trigger); };
    for (const ScheduleRow* row : last_by_key(batch.schedules, key)) {
        upserted.row(
            row->workflow, row->trigger, row->text, row->zone, row->paused, row->last_tick, row->next_tick, row->waiting_tick,
            row->last_result
        );
    }
    upserted.append_to(steps);

    RowSet deleted(
        "schedules_deleted",
        "delete from schedule s using unnest($1, $2) as u(workflow, trigger)"
        " where s.workflow = u.workflow and s.trigger = u.trigger",
        {Text, Text}
    );
    for (const auto& [workflow, trigger] : batch.schedules_deleted) {
        deleted.row(workflow, trigger);
    }
    deleted.append_to(steps);
}

void idempotency(const Batch& batch, std::vector<Step>& steps) {
    // A key may come again once it is no longer kept; the conductor knows which ones are.
    RowSet rows(
        "idempotency",
        "insert into idempotency (key, fingerprint, status, reply, created_at) {rows}"
        " on conflict (key) do update set fingerprint = excluded.fingerprint, status = excluded.status,"
        " reply = excluded.reply, created_at = excluded.created_at",
        {Text, Text, Int4, Text, Timestamptz}
    );
    const auto key = [](const IdempotencyRow& row) -> const std::string& { return row.key; };
    for (const IdempotencyRow* row : last_by_key(batch.idempotency, key)) {
        rows.row(row->key, row->fingerprint, row->status, row->reply, row->created_at);
    }
    rows.append_to(steps);
}

void access(const Batch& batch, std::vector<Step>& steps) {
    RowSet tokens(
        "tokens",
        "insert into token (id, name, hash, role, countries, created_at, created_by, expires_at, revoked_at) {rows}"
        " on conflict (id) do update set revoked_at = excluded.revoked_at",
        {Int8, Text, Text, Text, Jsonb, Timestamptz, Text, Timestamptz, Timestamptz}
    );
    for (const TokenRow* row : last_by_key(batch.tokens, id_of)) {
        tokens.row(
            row->id, row->name, row->hash, row->role, row->countries, row->created_at, row->created_by, row->expires_at,
            row->revoked_at
        );
    }
    tokens.append_to(steps);

    RowSet uses(
        "token_uses",
        "update token set last_used_at = greatest(last_used_at, u.at) from unnest($1, $2) as u(id, at) where token.id = u.id",
        {Int8, Timestamptz}
    );
    for (const TokenUse* use : last_by_key(batch.token_uses, [](const TokenUse& each) { return each.token; })) {
        uses.row(use->token, use->at);
    }
    uses.append_to(steps);

    RowSet audit(
        "audit",
        "insert into audit (at, who, role, route, resource, country, dry_run, reason, status, correlation) {rows}",
        {Timestamptz, Text, Text, Text, Text, Text, Bool, Text, Int4, Text}
    );
    for (const AuditRow& row : batch.audit) {
        audit.row(
            row.at, row.who, row.role, row.route, row.resource, row.country, row.dry_run, row.reason, row.status, row.correlation
        );
    }
    audit.append_to(steps);
}

}  // namespace

std::vector<Step> steps_of(const Batch& batch, BlockBook& book) {
    const Starts starts = split_starts(batch);
    book.note(batch, starts);
    std::vector<Step> steps{fence(batch)};
    definitions(batch, steps);
    runs(batch, steps);
    append_forgotten(book.forgotten(batch), steps);
    ids("done_deleted", "delete from task_done where id = any($1)", batch.done_deleted, steps);
    live_tasks(batch, starts, book, steps);
    done_tasks(batch, steps);
    events(batch, steps);
    dead_letters(batch, steps);
    append_letter_jobs(batch, steps);
    schedules(batch, steps);
    idempotency(batch, steps);
    access(batch, steps);
    append_effects(batch.effects, steps);
    append_approvals(batch, steps);
    append_partitions(batch, steps);
    append_backfills(batch, steps);
    append_pools(batch, steps);
    append_alarms(batch, steps);
    append_cache(batch, steps);
    return steps;
}

}  // namespace kontor::store_pg
