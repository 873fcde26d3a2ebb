// ports::Retention on PostgreSQL.
#include "ports/retention.hpp"

#include "store_pg/desk.hpp"
#include "store_pg/object_ages.hpp"
#include "store_pg/store_pg.hpp"

#include <algorithm>
#include <memory>

namespace kontor::store_pg {

using namespace ports;

namespace {

constexpr std::string_view desk_name = "retention";
// Of one step. Commits of the conductor go on beside it: they touch other rows.
constexpr std::int64_t runs_looked_at = 500;
constexpr std::int64_t instances_swept = 2000;
constexpr std::int64_t events_swept = 5000;
constexpr std::int64_t lines_swept = 20'000;
// A preview does not count beyond this.
constexpr std::int64_t preview_max = 100'000;

Instant days_before(Instant now, int days) { return now - std::chrono::hours(24) * days; }

// Why a run's history stays, first reason first; null when it goes. `r` is the run.
constexpr std::string_view kept_because =
    "case when exists (select from hold h where h.run = r.id) then 'held'"
    " when r.id in (select d.run from dead_letter d where d.state = 'open' and d.run is not null) "
    "then 'open dead letter'"
    " when exists (select from winner w where w.run = r.id)"
    "   or exists (select from model m join winner w on w.country = m.country and w.model = "
    "m.model where m.run = r.id) then 'model in force once'"
    " when exists (select from report p where p.run = r.id) then 'reported'"
    " when exists (select from review v where v.run = r.id and v.state in ('open', 'second', "
    "'disputed')) then 'waiting reviews'"
    " when exists (select from task_done t where t.id = r.parent_task) or exists (select from "
    "task_live t where t.id = r.parent_task) then 'child of a kept run'"
    " end";

class PgRetention final : public Retention {
  public:
    PgRetention(std::string target, const RetentionPolicy& policy)
        : desk_(std::move(target), "kontor/retention"), policy_(policy) {}

    Result<Swept> step(Instant now) override {
        Result<Swept> run =
            desk_.transaction([&](DeskTransaction& work) { return sweep_run(work, now); });
        if (!run || run->more) {
            return run;
        }
        Swept swept;
        if (policy_.runs_days > 0) {
            Result<Swept> marked = desk_.transaction([&](DeskTransaction& work) {
                return mark(work, days_before(now, policy_.runs_days), now);
            });
            if (!marked) {
                return marked;
            }
            swept.add(*marked);
        }
        if (policy_.logs_days > 0) {
            Result<Swept> logs = desk_.transaction([&](DeskTransaction& work) {
                return sweep_logs(work, days_before(now, policy_.logs_days));
            });
            if (!logs) {
                return logs;
            }
            swept.add(*logs);
        }
        if (policy_.events_days > 0) {
            Result<Swept> events = desk_.transaction([&](DeskTransaction& work) {
                return sweep_events(work, days_before(now, policy_.events_days));
            });
            if (!events) {
                return events;
            }
            swept.add(*events);
        }
        return swept;
    }

    Result<ObjectsToDrop> objects_to_drop(Instant now) override {
        return desk_.transaction([&](DeskTransaction& work) {
            return policy_.objects_days == 0
                       ? ObjectsToDrop()
                       : objects_.to_drop(work, days_before(now, policy_.objects_days), now);
        });
    }

    Result<void> objects_gone(const std::vector<std::string>& keys) override {
        const Result<bool> gone = desk_.transaction([&](DeskTransaction& work) {
            ObjectAges::gone(work, keys);
            return true;
        });
        return gone ? Result<void>() : Result<void>(gone.error());
    }

    Result<std::vector<std::string>> unrecorded(const std::vector<std::string>& keys) override {
        return desk_.transaction(
            [&](DeskTransaction& work) { return ObjectAges::unrecorded(work, keys); }
        );
    }

    Result<Json> preview(Instant now) override {
        return desk_.transaction([&](DeskTransaction& work) -> Json {
            JsonObject kept;
            std::int64_t going = 0;
            if (policy_.runs_days > 0) {
                const Rows rows = work.run(
                    "retention preview runs",
                    "select coalesce(k.why, ''), count(*) from (select " +
                        std::string(kept_because) +
                        " as why from run r where r.finished_at < $1 and r.state in ('succeeded', "
                        "'failed', 'cancelled')"
                        " and not exists (select from run_expired e where e.run = r.id) order by "
                        "r.id limit $2) k group by 1 order by 1",
                    days_before(now, policy_.runs_days),
                    preview_max
                );
                for (int at = 0; at < rows.count(); ++at) {
                    (rows.text(at, 0).empty() ? going : kept[rows.text(at, 0)].emplace_int64()) =
                        rows.int8(at, 1);
                }
            }
            const Rows rest = work.run(
                "retention preview rest",
                "select (select count(*) from run_expired), (select count(*) from hold),"
                " (select count(*) from (select from event e where $1 and e.time < $2 limit $3) o)",
                policy_.events_days > 0,
                days_before(now, policy_.events_days),
                preview_max
            );
            const OldObjects old =
                policy_.objects_days == 0
                    ? OldObjects()
                    : ObjectAges::count(work, days_before(now, policy_.objects_days), preview_max);
            return JsonObject{
                {"policy",
                 JsonObject{
                     {"runs_days", policy_.runs_days},
                     {"logs_days", policy_.logs_days},
                     {"events_days", policy_.events_days},
                     {"objects_days", policy_.objects_days}}},
                {"objects", old.objects},
                {"object_bytes", old.stored_bytes},
                {"runs", going},
                {"marked", rest.int8(0, 0)},
                {"held", rest.int8(0, 1)},
                {"events", rest.int8(0, 2)},
                {"kept", std::move(kept)},
                {"counted_up_to", preview_max}};
        });
    }

    Result<DeskReply> hold(
        std::int64_t run, const std::string& reason, bool dry_run, const DeskCaller& by, Instant at
    ) override {
        return turn(run, by, [&](DeskTransaction& work, bool held) {
            if (held) {
                throw Refusal{conflict(
                    "retention",
                    "run " + std::to_string(run) + " is held already: `kontor holds` says by whom"
                )};
            }
            if (!dry_run) {
                work.run(
                    "hold insert",
                    "insert into hold (run, by, reason, at) values ($1, $2, $3, $4)",
                    run,
                    by.who,
                    reason,
                    at
                );
                // Its sweep has not begun: that is looked at under the same lock.
                work.run("hold unmark", "delete from run_expired where run = $1", run);
            }
            return finish(work, run, true, dry_run, by, at);
        });
    }

    Result<DeskReply> release(
        std::int64_t run,
        const std::string& /*reason*/,
        bool dry_run,
        const DeskCaller& by,
        Instant at
    ) override {
        return turn(run, by, [&](DeskTransaction& work, bool held) {
            if (!held) {
                throw Refusal{conflict(
                    "retention",
                    "run " + std::to_string(run) + " is not held: there is nothing to release"
                )};
            }
            if (!dry_run) {
                work.run("hold delete", "delete from hold where run = $1", run);
            }
            return finish(work, run, false, dry_run, by, at);
        });
    }

  private:
    template <class Work>
    Result<DeskReply> turn(std::int64_t run, const DeskCaller& by, Work work) {
        return desk_.transaction([&](DeskTransaction& transaction) -> DeskReply {
            if (auto earlier = transaction.earlier(by, desk_name)) {
                return std::move(*earlier);
            }
            lock(transaction);
            const Rows found = transaction.run(
                "hold look",
                "select exists (select from hold where run = $1), exists (select from run_expired "
                "e where e.run = $1 and e.sweeping)"
                " from run where id = $1",
                run
            );
            if (found.count() == 0 || found.boolean(0, 1)) {
                throw Refusal{not_found(
                    "retention",
                    "there is no run " + std::to_string(run) + ", or its history is being dropped"
                )};
            }
            return work(transaction, found.boolean(0, 0));
        });
    }

    static DeskReply finish(
        DeskTransaction& work,
        std::int64_t run,
        bool held,
        bool dry_run,
        const DeskCaller& by,
        Instant at
    ) {
        DeskReply reply{
            to_text(JsonObject{{"run", run}, {"held", held}, {"dry_run", dry_run}}), false};
        work.record(by, desk_name, "", dry_run, reply.body, at);
        return reply;
    }

    // Sweeps and holds wait for one another, in this daemon and in others.
    static void lock(DeskTransaction& work) {
        work.execute("select pg_advisory_xact_lock(hashtextextended('kontor retention', 0))");
    }

    // The next runs in the order of their beginning: old ones that nothing keeps are marked. Goes
    // round; behind a run that began lately there is no old one.
    Swept mark(DeskTransaction& work, Instant before, Instant now) {
        lock(work);
        Swept swept;
        const Rows rows = work.run(
            "retention mark",
            "with looked as materialized ("
            "   select * from run where id > $1 order by id limit $3"
            "), old as ("
            "   select r.id, " +
                std::string(kept_because) +
                " as why from looked r"
                "    where r.finished_at < $2 and r.state in ('succeeded', 'failed', 'cancelled')"
                "      and not exists (select from run_expired e where e.run = r.id)"
                "), marked as ("
                "   insert into run_expired (run, at) select id, $4 from old where why is null "
                "returning run"
                ") select (select count(*) from marked), coalesce(max(id), 0),"
                " count(*) = $3 and max(created_at) < $2 from looked",
            looked_up_to_,
            before,
            runs_looked_at,
            now
        );
        swept.marked = rows.int8(0, 0);
        looked_up_to_ = !rows.is_null(0, 2) && rows.boolean(0, 2) ? rows.int8(0, 1) : 0;
        swept.more = looked_up_to_ != 0;
        return swept;
    }

    // Some of what the oldest marked run left; the run itself last.
    static Swept sweep_run(DeskTransaction& work, Instant now) {
        lock(work);
        Swept swept;
        // Taken up again, or caused something that stays, since it was marked: it stays.
        work.run(
            "retention unmark",
            "delete from run_expired e using run r where r.id = e.run and e.at < $1 and not "
            "e.sweeping"
            " and (r.state not in ('succeeded', 'failed', 'cancelled') or (" +
                std::string(kept_because) + ") is not null)",
            now - Retention::grace
        );
        const Rows next = work.run(
            "retention next",
            "select run from run_expired where at < $1 order by at, run limit 1",
            now - Retention::grace
        );
        if (next.count() == 0) {
            return swept;
        }
        const std::int64_t run = next.int8(0, 0);
        swept.more = true;
        // Taken up by nobody from here on: a redrive or rerun finds it no more.
        work.run(
            "retention begin",
            "update run_expired set sweeping = true where run = $1 and not sweeping",
            run
        );
        const Rows gone = work.run(
            "retention instances",
            "with chosen as (select id from task_done where run = $1 order by id limit $2),"
            " lines as (delete from task_log l using chosen where l.task = chosen.id returning 1),"
            " tries as (delete from attempt a using chosen where a.task = chosen.id returning 1),"
            " letters as (delete from dead_letter d using chosen where d.task_id = chosen.id and "
            "d.state <> 'open' returning 1),"
            " ended as (delete from task_done t using chosen where t.id = chosen.id returning 1)"
            " select (select count(*) from ended), (select count(*) from lines)",
            run,
            instances_swept
        );
        swept.instances = gone.int8(0, 0);
        swept.log_lines = gone.int8(0, 1);
        if (swept.instances < instances_swept) {
            work.run(
                "retention votes",
                "delete from approval_vote v using approval a where a.run = $1 and v.approval = "
                "a.id",
                run
            );
            work.run(
                "retention approvals",
                "delete from approval where run = $1 and state <> 'open'",
                run
            );
            work.run("retention blocks", "delete from task_block where run = $1", run);
            work.run("retention run", "delete from run where id = $1", run);
            work.run("retention done", "delete from run_expired where run = $1", run);
            swept.runs = 1;
        }
        return swept;
    }

    // Log lines of ended runs, by the order of the runs. Stops before the oldest run that goes on:
    // its lines come in its turn.
    static Swept sweep_logs(DeskTransaction& work, Instant before) {
        Swept swept;
        const Rows rows = work.run(
            "retention logs",
            "with progress as (select up_to from retention_progress where kind = 'logs' for "
            "update),"
            " looked as (select r.id from run r where r.id > (select up_to from progress) and "
            "r.finished_at < $1"
            "    and r.id < coalesce((select min(o.id) from run o where o.id > (select up_to from "
            "progress)"
            "      and (o.finished_at is null or o.finished_at >= $1)), 9223372036854775807)"
            "    order by r.id limit 20),"
            " going as (select l.task, l.line from looked r join task_done t on t.run = r.id join "
            "task_log l on l.task = t.id"
            "    where not exists (select from hold h where h.run = r.id) limit $2),"
            " lines as (delete from task_log l using going g where l.task = g.task and l.line = "
            "g.line returning 1),"
            // With lines left of these runs the next step looks at them again.
            " moved as (update retention_progress p set up_to = (select max(id) from looked) where "
            "p.kind = 'logs' and exists (select from looked)"
            "    and (select count(*) from lines) < $2 returning 1)"
            " select (select count(*) from lines), (select count(*) from moved), (select count(*) "
            "from looked)",
            before,
            lines_swept
        );
        swept.log_lines = rows.int8(0, 0);
        swept.more = rows.int8(0, 2) == 20 || swept.log_lines == lines_swept;
        return swept;
    }

    // Events by the order of their arrival, whose time the first delivery's mark tells (an event's
    // own is its sender's), but those that wait for something or caused a run that is held.
    static Swept sweep_events(DeskTransaction& work, Instant before) {
        Swept swept;
        const Rows rows = work.run(
            "retention events",
            "with progress as (select up_to from retention_progress where kind = 'events' for "
            "update),"
            " looked as (select e.id, coalesce((select min(d.at) from delivery d where d.event = "
            "e.id), e.time) as time from event e where e.id > (select up_to from progress) order "
            "by e.id limit $2),"
            " old as (select l.id from looked l where l.time < $1 and l.id < coalesce((select "
            "min(n.id) from looked n where n.time >= $1), 9223372036854775807)),"
            " going as (select o.id from old o"
            "    where not exists (select from delivery d where d.event = o.id and d.state = "
            "'pending')"
            "      and not exists (select from delivery d join hold h on h.run = d.run where "
            "d.event = o.id)"
            "      and o.id not in (select x.event_id from dead_letter x where x.state = 'open' "
            "and x.event_id is not null)"
            // One letter of several events that were gathered names them all.
            "      and not exists (select from dead_letter x cross join jsonb_array_elements(case "
            "when jsonb_typeof(x.input -> 'events') = 'array' then x.input -> 'events' else '[]' end) v"
            "        where x.state = 'open' and x.kind = 'delivery' and v = to_jsonb(o.id))),"
            " marks as (delete from delivery d using going g where d.event = g.id returning 1),"
            " gone as (delete from event e using going g where e.id = g.id returning 1),"
            " moved as (update retention_progress p set up_to = (select max(id) from old) where "
            "p.kind = 'events' and exists (select from old) returning 1)"
            " select (select count(*) from gone), (select count(*) from moved), (select count(*) "
            "from old), (select count(*) from marks)",
            before,
            events_swept
        );
        swept.events = rows.int8(0, 0);
        swept.more = rows.int8(0, 2) == events_swept;
        return swept;
    }

    Desk desk_;
    const RetentionPolicy policy_;
    ObjectAges objects_;
    std::int64_t looked_up_to_ =
        0;  // runs that are kept are not looked at again before all others were
};

}  // namespace

std::unique_ptr<Retention> make_retention(std::string target, const RetentionPolicy& policy) {
    return std::make_unique<PgRetention>(std::move(target), policy);
}

}  // namespace kontor::store_pg
