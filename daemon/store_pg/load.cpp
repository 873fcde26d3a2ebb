#include "store_pg/load.hpp"

#include <string>

#include "base/limits.hpp"
#include "store_pg/alarms.hpp"
#include "store_pg/cache.hpp"
#include "store_pg/approvals.hpp"
#include "store_pg/backfills.hpp"
#include "store_pg/blocks.hpp"
#include "store_pg/letter_jobs.hpp"
#include "store_pg/partitions.hpp"
#include "store_pg/pools.hpp"

namespace kontor::store_pg {
namespace {

using namespace ports;

constexpr std::string_view run_columns =
    "r.id, r.workflow, r.hash, r.state, r.params, r.correlation, r.cause, r.parent_task, r.depth, r.priority, r.created_at,"
    " r.started_at, r.finished_at, r.reason, r.totals, r.countries, r.pauses, r.edits";
constexpr std::string_view live_columns =
    "t.id, t.run, t.task, t.country, t.item, t.siblings, t.state, t.attempt, t.started_at, t.next_at, t.child_run, t.input, t.reason";
constexpr std::string_view done_columns =
    "t.id, t.run, t.task, t.country, t.item, t.siblings, t.state, t.attempts, t.started_at, t.finished_at, t.input, t.outputs,"
    " t.reason, t.child_run";
constexpr std::string_view event_columns =
    "e.id, e.ce_id, e.source, e.type, e.subject, e.time, e.data, e.correlation, e.depth, e.run,"
    " e.extensions, e.replay_of, e.by, e.countries";
constexpr std::string_view definition_columns = "d.hash, d.workflow, d.title, d.source, d.summary, d.created_at";
constexpr std::string_view open_states = "('queued', 'running', 'paused')";

RunRow run_row(const Rows& rows, int at) {
    return RunRow{
        rows.int8(at, 0),         rows.text(at, 1),        rows.text(at, 2),       rows.text(at, 3),
        rows.json(at, 4),         rows.text(at, 5),        rows.json(at, 6),       rows.maybe_int8(at, 7),
        rows.int4(at, 8),         rows.int4(at, 9),        rows.time(at, 10),      rows.maybe_time(at, 11),
        rows.maybe_time(at, 12),  rows.text(at, 13),       rows.json(at, 14),
        rows.json(at, 15),        rows.json(at, 16),       rows.json(at, 17)
    };
}

LiveTaskRow live_row(const Rows& rows, int at) {
    return LiveTaskRow{
        rows.int8(at, 0),       rows.int8(at, 1),        rows.text(at, 2),  rows.text(at, 3),  rows.text(at, 4),
        rows.int4(at, 5),       rows.text(at, 6),        rows.int4(at, 7),  rows.maybe_time(at, 8),
        rows.maybe_time(at, 9), rows.maybe_int8(at, 10), rows.json(at, 11), rows.text(at, 12)
    };
}

DoneTaskRow done_row(const Rows& rows, int at) {
    return DoneTaskRow{
        rows.int8(at, 0), rows.int8(at, 1),  rows.text(at, 2),  rows.text(at, 3),  rows.text(at, 4),
        rows.int4(at, 5), rows.text(at, 6),  rows.int4(at, 7),  rows.maybe_time(at, 8),
        rows.time(at, 9), rows.json(at, 10), rows.json(at, 11), rows.text(at, 12), rows.maybe_int8(at, 13)
    };
}

EventRow event_row(const Rows& rows, int at) {
    return EventRow{rows.int8(at, 0), rows.text(at, 1), rows.text(at, 2), rows.text(at, 3), rows.text(at, 4),
                    rows.time(at, 5), rows.json(at, 6), rows.text(at, 7), rows.int4(at, 8), rows.maybe_int8(at, 9), rows.json(at, 10), rows.maybe_int8(at, 11),
                    rows.text(at, 12), rows.json(at, 13)};
}

DefinitionRow definition_row(const Rows& rows, int at) {
    return DefinitionRow{rows.text(at, 0), rows.text(at, 1), rows.text(at, 2), rows.text(at, 3), rows.json(at, 4), rows.time(at, 5)};
}

ScheduleRow schedule_row(const Rows& rows, int at) {
    return ScheduleRow{rows.text(at, 0),    rows.text(at, 1),       rows.text(at, 2),      rows.text(at, 3),
                       rows.boolean(at, 4), rows.maybe_time(at, 5), rows.maybe_time(at, 6), rows.maybe_time(at, 7),
                       rows.text(at, 8)};
}

IdempotencyRow idempotency_row(const Rows& rows, int at) {
    return IdempotencyRow{rows.text(at, 0), rows.text(at, 1), rows.int4(at, 2), rows.text(at, 3), rows.time(at, 4)};
}

DeadLetterRow letter_row(const Rows& rows, int at) {
    return DeadLetterRow{
        rows.int8(at, 0),        rows.text(at, 1),  rows.maybe_int8(at, 2), rows.maybe_int8(at, 3),
        rows.maybe_int8(at, 4),  rows.text(at, 5),  rows.text(at, 6),       rows.text(at, 7),
        rows.text(at, 8),        rows.text(at, 9),  rows.text(at, 10),      rows.text(at, 11),
        rows.json(at, 12),       rows.int4(at, 13), rows.time(at, 14)
    };
}

std::string select(std::string_view columns, std::string_view rest) {
    return "select " + std::string(columns) + " from " + std::string(rest);
}

// Runs one query and turns each row into a T.
template <class T, class Make>
Result<void> fill(Connection& connection, std::string_view name, const std::string& sql, std::vector<Parameter> parameters, Make make, std::vector<T>& into) {
    const Result<Rows> rows = connection.query({name, sql, std::move(parameters)});
    if (!rows) {
        return rows.error();
    }
    into.reserve(static_cast<std::size_t>(rows->count()));
    for (int at = 0; at < rows->count(); ++at) {
        into.push_back(make(*rows, at));
    }
    return {};
}

Result<void> fill_position(Connection& connection, Snapshot& snapshot) {
    const Result<Rows> conductor = connection.query({"load conductor", "select seq, last_id from conductor", {}});
    if (!conductor) {
        return conductor.error();
    }
    if (conductor->count() != 1) {
        return internal("store.load", "the table conductor must hold one row: restore the database from a backup");
    }
    snapshot.seq = conductor->int8(0, 0);
    snapshot.last_id = conductor->int8(0, 1);
    return {};
}

Result<void> fill_runs(Connection& connection, Snapshot& snapshot) {
    const std::string of_open_runs = " where t.run in (select id from run where state in " + std::string(open_states) + ") order by t.id";
    Result<void> done = fill(
        connection, "load runs", select(run_columns, "run r where r.state in " + std::string(open_states) + " order by r.id"), {},
        run_row, snapshot.runs
    );
    if (done) {
        done = fill(connection, "load live", select(live_columns, "task_live t" + of_open_runs), {}, live_row, snapshot.live);
    }
    if (done) {
        const auto tried = [](const Rows& rows, int at) { return ports::TriedRow{rows.int8(at, 0), rows.time(at, 1), rows.int4(at, 2)}; };
        done = fill(
            connection, "load tried",
            "select t.id, b.began_at, l.n from task_live t"
            " cross join lateral (select min(started_at) as began_at from attempt where task = t.id and attempt = 1 and outcome <> 'interrupted') b"
            " cross join lateral (select count(*)::int as n from attempt where task = t.id and outcome = 'lost') l"
            " where b.began_at is not null order by t.id",
            {}, tried, snapshot.tried
        );
    }
    if (done) {
        done = fill(connection, "load done", select(done_columns, "task_done t" + of_open_runs), {}, done_row, snapshot.done);
    }
    return done;
}

Result<void> fill_definitions(Connection& connection, Snapshot& snapshot) {
    const std::string needed =
        "definition d where d.hash in (select hash from workflow where deployed"
        " union select hash from run where state in " + std::string(open_states) + ") order by d.workflow, d.version";
    Result<void> done = fill(connection, "load definitions", select(definition_columns, needed), {}, definition_row, snapshot.definitions);
    if (done) {
        const auto text = [](const Rows& rows, int at) { return rows.text(at, 0); };
        done = fill(connection, "load deployed", "select hash from workflow where deployed order by name", {}, text, snapshot.deployed);
    }
    if (done) {
        const auto offer = [](const Rows& rows, int at) { return std::pair(rows.text(at, 0), rows.text(at, 1)); };
        done = fill(connection, "load offers", "select name, offered from workflow where offered <> '' order by name", {}, offer, snapshot.offers);
    }
    return done;
}

Result<void> fill_rest(Connection& connection, Instant now, Snapshot& snapshot) {
    Result<void> done = fill(
        connection, "load schedules",
        "select workflow, trigger, cron, zone, paused, last_tick, next_tick, waiting_tick, last_result from schedule"
        " order by workflow, trigger", {},
        schedule_row, snapshot.schedules
    );
    if (done) {
        done = fill(
            connection, "load idempotency",
            "select key, fingerprint, status, reply, created_at from idempotency where created_at >= $1 order by created_at",
            {parameter(Instant(now - limits::idempotency_kept))}, idempotency_row, snapshot.idempotency
        );
    }
    if (done) {
        const auto winner = [](const Rows& rows, int at) { return WinnerRow{rows.text(at, 0), rows.json(at, 1)}; };
        done = fill(
            connection, "load winners",
            "select country, details from winner where valid_to = 'infinity' and known_to = 'infinity' order by country", {}, winner,
            snapshot.winners
        );
    }
    if (done) {
        const auto token = [](const Rows& rows, int at) {
            return TokenRow{rows.int8(at, 0), rows.text(at, 1), rows.text(at, 2), rows.text(at, 3),       rows.json(at, 4),
                            rows.time(at, 5), rows.text(at, 6), rows.maybe_time(at, 7), rows.maybe_time(at, 8)};
        };
        done = fill(
            connection, "load tokens",
            "select id, name, hash, role, countries, created_at, created_by, expires_at, revoked_at from token"
            " where revoked_at is null order by id",
            {}, token, snapshot.tokens
        );
    }
    if (done) {
        done = fill(
            connection, "load undelivered",
            select(
                event_columns,
                "event e where e.time >= $1 and not exists (select from delivery d where d.event = e.id) order by e.id limit $2"
            ),
            {parameter(Instant(now - undelivered_age_max)), parameter(std::int64_t{undelivered_max})}, event_row,
            snapshot.undelivered
        );
    }
    return done;
}

Result<void> fill_triggers(Connection& connection, Instant now, Snapshot& snapshot) {
    // Behind the event's fourteen columns stand the delivery's.
    const auto pending = [](const Rows& rows, int at) {
        const EventRow event = event_row(rows, at);
        return PendingRow{
            {event.id, rows.text(at, 14), rows.text(at, 15), "pending", std::nullopt, rows.text(at, 16), rows.time(at, 17), rows.text(at, 18)},
            event
        };
    };
    Result<void> done = fill(
        connection, "load pending",
        select(
            std::string(event_columns) + ", d.workflow, d.trigger, d.reason, d.at, d.key",
            "delivery d join event e on e.id = d.event where d.state = 'pending' order by d.at, d.event"
        ),
        {}, pending, snapshot.pending
    );
    if (done) {
        const auto seen = [](const Rows& rows, int at) {
            return SeenKeyRow{rows.text(at, 0), rows.text(at, 1), rows.text(at, 2), rows.int8(at, 3), rows.time(at, 4), rows.time(at, 5)};
        };
        done = fill(
            connection, "load seen keys", "select workflow, trigger, key, event, at, until from seen_key where until > $1 order by until",
            {parameter(now)}, seen, snapshot.seen_keys
        );
    }
    return done;
}

Result<void> fill_all(Connection& connection, Instant now, Snapshot& snapshot) {
    // Whole tables are read here: the writer's ban on scans and hash joins does not fit. Two minutes for a full restart.
    Result<void> done = connection.execute(
        "begin isolation level repeatable read read only; set local enable_seqscan = on; set local enable_hashjoin = on;"
        "set local enable_mergejoin = on; set local plan_cache_mode = auto; set local statement_timeout = '120s'"
    );
    done = done ? fill_position(connection, snapshot) : done;
    done = done ? fill_runs(connection, snapshot) : done;
    done = done ? fill_definitions(connection, snapshot) : done;
    done = done ? fill_rest(connection, now, snapshot) : done;
    done = done ? fill_triggers(connection, now, snapshot) : done;
    done = done ? fill_approvals(connection, snapshot) : done;
    done = done ? fill_letter_jobs(connection, snapshot) : done;
    done = done ? fill_partitions(connection, snapshot) : done;
    done = done ? fill_backfills(connection, snapshot) : done;
    done = done ? fill_pools(connection, snapshot) : done;
    done = done ? fill_alarms(connection, snapshot) : done;
    done = done ? fill_cache(connection, snapshot) : done;
    return done;
}

}  // namespace

Result<Snapshot> load_snapshot(Connection& connection, Instant now) {
    Snapshot snapshot;
    if (const Result<void> dissolved = dissolve_blocks(connection); !dissolved) {
        return dissolved.error();
    }
    const Result<void> filled = fill_all(connection, now, snapshot);
    const Result<void> ended = connection.usable() ? connection.execute("rollback") : filled;
    if (!filled) {
        return filled.error();
    }
    if (!ended) {
        return ended.error();
    }
    // Nobody asks for these any more; a failure to remove them harms nothing and is tried at the next start.
    [[maybe_unused]] const Result<Rows> removed = connection.query(
        {"forget idempotency", "delete from idempotency where created_at < $1", {parameter(Instant(now - 2 * limits::idempotency_kept))}}
    );
    [[maybe_unused]] const Result<Rows> closed =
        connection.query({"forget seen keys", "delete from seen_key where until <= $1", {parameter(now)}});
    return snapshot;
}

Result<EndedRun> load_ended_run(Connection& connection, RunId run) {
    std::vector<RunRow> runs;
    Result<void> done =
        fill(connection, "load run", select(run_columns, "run r where r.id = $1 and not exists (select from run_expired e where e.run = r.id and e.sweeping)"), {parameter(run)}, run_row, runs);
    if (!done) {
        return done.error();
    }
    if (runs.empty()) {
        return not_found("store.load_ended", "there is no run " + std::to_string(run) + ", or its history is not kept any more");
    }
    EndedRun ended;
    ended.run = runs.front();
    if (!ended.run.finished_at) {
        return conflict("store.load_ended", "run " + std::to_string(run) + " has not ended; it is " + ended.run.state);
    }
    std::vector<DefinitionRow> definitions;
    done = fill(
        connection, "load definition", select(definition_columns, "definition d where d.hash = $1"), {parameter(ended.run.hash)},
        definition_row, definitions
    );
    if (done) {
        done = fill(
            connection, "load run live", select(live_columns, "task_live t where t.run = $1 order by t.id"), {parameter(run)}, live_row,
            ended.live
        );
    }
    if (done) {
        done = fill(
            connection, "load run done", select(done_columns, "task_done t where t.run = $1 order by t.id"), {parameter(run)}, done_row,
            ended.done
        );
    }
    if (!done) {
        return done.error();
    }
    if (definitions.empty()) {
        return internal("store.load_ended", "the definition of run " + std::to_string(run) + " is missing");
    }
    ended.definition = definitions.front();
    return ended;
}

Result<Store::DeadLetterState> load_letter(Connection& connection, std::int64_t id) {
    const Result<Rows> rows = connection.query(
        {"load dead letter",
         "select id, kind, run, task_id, event_id, workflow, task, country, item, failure_class, reason, fingerprint, input,"
         " attempts, created_at, state from dead_letter where id = $1",
         {parameter(id)}}
    );
    if (!rows) {
        return rows.error();
    }
    if (rows->count() == 0) {
        return not_found("store.load_dead_letter", "there is no dead letter " + std::to_string(id));
    }
    return Store::DeadLetterState{letter_row(*rows, 0), rows->text(0, 15)};
}

Result<std::vector<OpenLetter>> load_open_letters(Connection& connection, RunId run) {
    std::vector<OpenLetter> letters;
    const auto letter = [](const Rows& rows, int at) { return OpenLetter{rows.int8(at, 0), rows.int8(at, 1)}; };
    const Result<void> done = fill(
        connection, "load open letters",
        "select id, task_id from dead_letter where state = 'open' and run = $1 and task_id is not null order by id", {parameter(run)},
        letter, letters
    );
    return done ? Result<std::vector<OpenLetter>>(std::move(letters)) : Result<std::vector<OpenLetter>>(done.error());
}

Result<std::optional<EventRow>> load_one_event(Connection& connection, std::int64_t id) {
    std::vector<EventRow> found;
    const Result<void> done =
        fill(connection, "load event", select(event_columns, "event e where e.id = $1"), {parameter(id)}, event_row, found);
    if (!done) {
        return done.error();
    }
    return found.empty() ? std::optional<EventRow>() : std::optional(found.front());
}

}  // namespace kontor::store_pg
