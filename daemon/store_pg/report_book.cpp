// ports::ReportBook on PostgreSQL: a month is read and written under its row's lock, so that a decision is either in a
// version or makes it stale.
#include <memory>
#include <utility>

#include "ports/filing.hpp"
#include "store_pg/desk.hpp"
#include "store_pg/row_set.hpp"
#include "store_pg/store_pg.hpp"

namespace kontor::store_pg {
namespace {

using namespace ports;
using core::filing::Amount;
using core::filing::Fate;
using core::filing::Line;
using core::filing::State;
using core::filing::Version;

constexpr std::string_view desk_name = "reports";
constexpr const char* where = "reports";
constexpr std::int64_t drafts_at_once = 100;

[[noreturn]] void refuse_with(Error error) { throw Refusal{std::move(error)}; }

// Locks the month until the transaction ends; nullopt: nothing was ever counted.
std::optional<std::int64_t> lock_month(DeskTransaction& work, const MonthKey& key) {
    const Rows found = work.run("month lock", "select changes from report_month where country = $1 and period = $2 for update", key.country, key.period);
    return found.count() == 0 ? std::nullopt : std::optional(found.int8(0, 0));
}

std::string report_text(DeskTransaction& work, std::int64_t report) {
    const Rows told = work.run("report told", "select report_json(r, 'infinity')::text from report r where id = $1", report);
    return told.text(0, 0);
}

// The answer with what the asker must know besides.
std::string told_with(const std::string& report, std::string_view word, bool value, bool dry_run) {
    const Result<Json> told = json_from_text(report);
    JsonObject body = told && told->is_object() ? told->get_object() : JsonObject();
    body[word] = value;
    body["dry_run"] = dry_run;
    return to_text(body);
}

void add_step(DeskTransaction& work, std::int64_t report, State state, const std::string& who, const std::string& reason, const std::string& receipt, Instant at) {
    // A clock that went back must not turn the order round.
    work.run("report step",
             "insert into report_step (report, state, who, at, reason, receipt) select $1, $2, $3,"
             " greatest($4, (select max(at) from report_step where report = $1)), $5, $6",
             report, std::string(to_string(state)), who, at, reason, receipt);
    work.run("report state", "update report set state = $2 where id = $1 and state <> $2", report, std::string(to_string(state)));
}

std::vector<core::filing::Reviewed> reviewed_of(DeskTransaction& work, const KnownMonth& month) {
    const Rows rows = work.run(
        "month reviews",
        "select case when state = 'disputed' then 'unresolved' when state <> 'decided' then 'waiting' else verdict end as fate,"
        " decided_code, count(*), sum(round(units::numeric * 1000))::bigint, sum(round(weight_kg::numeric * 1000))::bigint"
        " from review where country = $1 and period = $2 and batch = $3 group by 1, 2",
        month.country, month.period, month.batch
    );
    std::vector<core::filing::Reviewed> reviewed;
    for (int at = 0; at < rows.count(); ++at) {
        const std::string fate = rows.text(at, 0);
        reviewed.push_back(
            {fate == "code" ? Fate::Code : fate == "excluded" ? Fate::Excluded : fate == "unresolved" ? Fate::Unresolved : Fate::Waiting,
             fate == "code" ? rows.text(at, 1) : std::string(), {rows.int8(at, 2), rows.int8(at, 3), rows.int8(at, 4)}}
        );
    }
    return reviewed;
}

std::vector<Line> lines_of(DeskTransaction& work, std::int64_t report) {
    const Rows rows = work.run(
        "report lines",
        "select code, items, units_milli, grams, reviewed_items, reviewed_units, reviewed_grams from report_line where report = $1 order by line",
        report
    );
    std::vector<Line> lines;
    for (int at = 0; at < rows.count(); ++at) {
        lines.push_back(
            {rows.text(at, 0), {rows.int8(at, 1), rows.int8(at, 2), rows.int8(at, 3)}, {rows.int8(at, 4), rows.int8(at, 5), rows.int8(at, 6)}}
        );
    }
    return lines;
}

void fill_last_run(DeskTransaction& work, KnownMonth& month) {
    const Rows rows = work.run(
        "month batch",
        "select b.id, b.run, b.task, b.model, d.details from review_batch b join dataset d on d.id = b.id"
        " where b.country = $1 and b.period = $2 and b.fault = '' order by b.id desc limit 1",
        month.country, month.period
    );
    if (rows.count() == 0) {
        refuse_with(conflict(where, "the last run's report of " + month.country + " for " + month.period + " is not there: run infer again"));
    }
    month.batch = rows.int8(0, 0);
    month.run = rows.int8(0, 1);
    month.task = rows.int8(0, 2);
    month.model = rows.text(0, 3);
    month.details = rows.json(0, 4);
}

void fill_versions(DeskTransaction& work, KnownMonth& month) {
    const Rows last = work.run(
        "month last", "select id, version, state, object ->> 'sha256' from report where country = $1 and period = $2 order by version desc limit 1",
        month.country, month.period
    );
    if (last.count() > 0) {
        month.last = last.int8(0, 0);
        month.last_version = last.int4(0, 1);
        month.last_state = core::filing::state_from(last.text(0, 2)).value_or(State::Superseded);
        month.last_sha256 = last.text(0, 3);
    }
    const Rows filed =
        work.run("month filed", "select id from report where country = $1 and period = $2 and state = 'filed'", month.country, month.period);
    if (filed.count() > 0) {
        month.filed = filed.int8(0, 0);
        month.filed_lines = lines_of(work, month.filed);
    }
}

Json summary_of(const std::vector<core::filing::Change>& changed) {
    Amount before;
    Amount after;
    for (const core::filing::Change& each : changed) {
        before += each.before;
        after += each.after;
    }
    JsonObject summary = core::filing::to_json(after - before);
    summary["codes"] = static_cast<std::int64_t>(changed.size());
    return summary;
}

std::int64_t insert_version(DeskTransaction& work, const NewVersion& version, const DraftOrder& order, const DeskCaller& by, Instant at) {
    const KnownMonth& month = version.month;
    const Rows rows = work.run(
        "report insert",
        "insert into report (country, period, version, state, amends, batch, run, model, seen, figures, balanced, waiting, codes, changed,"
        " object, drafted_by, automatic, known_at)"
        " select $1, $2, $3::int, 'draft', nullif($4, 0), $5, $6, $7, $8, $9::jsonb, $10, $11, $12::int, nullif($13, 'null')::jsonb,"
        " $14::jsonb, $15, $16, greatest($17, (select max(known_at) from report where country = $1 and period = $2)) returning id",
        month.country, month.period, std::int64_t{month.last_version + 1}, month.filed, month.batch, month.run, month.model, month.changes,
        storable_json(core::filing::to_json(version.figures)), version.figures.balanced(),
        version.figures.waiting.items + version.figures.unresolved.items, static_cast<std::int64_t>(version.figures.lines.size()),
        month.filed == 0 ? std::string("null") : storable_json(summary_of(version.changed)), storable_json(sdk::to_json(version.object)), by.who,
        order.automatic, at
    );
    return rows.int8(0, 0);
}

void insert_lines(DeskTransaction& work, std::int64_t report, const NewVersion& version) {
    using enum ColumnType;
    RowSet lines(
        "report line insert",
        "insert into report_line (line, report, code, items, units_milli, grams, reviewed_items, reviewed_units, reviewed_grams) {rows}",
        {Int4, Int8, Text, Int8, Int8, Int8, Int8, Int8, Int8}
    );
    int number = 0;
    for (const Line& line : version.figures.lines) {
        lines.row(
            ++number, report, line.code, line.all.items, line.all.units_milli, line.all.grams, line.reviewed.items, line.reviewed.units_milli,
            line.reviewed.grams
        );
    }
    RowSet changes(
        "report change insert",
        "insert into report_change (line, report, code, items_before, units_before, grams_before, items_after, units_after, grams_after) {rows}",
        {Int4, Int8, Text, Int8, Int8, Int8, Int8, Int8, Int8}
    );
    number = 0;
    for (const core::filing::Change& each : version.changed) {
        changes.row(
            ++number, report, each.code, each.before.items, each.before.units_milli, each.before.grams, each.after.items,
            each.after.units_milli, each.after.grams
        );
    }
    std::vector<Step> steps;
    lines.append_to(steps);
    changes.append_to(steps);
    for (const Step& step : steps) {
        work.query(step);
    }
}

// Locked, with its month, until the transaction ends.
Version lock_version(DeskTransaction& work, std::int64_t report) {
    const Rows place = work.run("report month", "select country, period from report where id = $1", report);
    if (place.count() == 0) {
        refuse_with(not_found(where, "there is no report " + std::to_string(report)));
    }
    const MonthKey key{place.text(0, 0), place.text(0, 1)};
    const std::int64_t changes = lock_month(work, key).value_or(0);
    const Rows row = work.run(
        "report lock",
        "select version, state, drafted_by, automatic, balanced, seen, waiting, coalesce((select s.who from report_step s"
        " where s.report = r.id and s.state = 'approved' order by s.id desc limit 1), '') from report r where id = $1 for update",
        report
    );
    Version version;
    version.id = report;
    version.country = key.country;
    version.period = key.period;
    version.number = row.int4(0, 0);
    version.state = core::filing::state_from(row.text(0, 1)).value_or(State::Superseded);
    version.drafted_by = row.text(0, 2);
    version.automatic = row.boolean(0, 3);
    version.balanced = row.boolean(0, 4);
    version.stale = changes > row.int8(0, 5);
    version.waiting = row.int8(0, 6);
    version.approved_by = row.text(0, 7);
    return version;
}

class PgReportBook final : public ReportBook {
 public:
    explicit PgReportBook(const std::string& target) : desk_(target, "kontor reports") {}

    Result<std::vector<DecidedItem>> decided(const std::string& country) override {
        return desk_.transaction([&](DeskTransaction& work) {
            const Rows rows = work.run(
                "items decided",
                "select distinct on (item) item, case when verdict = 'code' then decided_code else '' end from review"
                " where country = $1 and state = 'decided' order by item, decided_at desc, id desc",
                country
            );
            std::vector<DecidedItem> items;
            for (int at = 0; at < rows.count(); ++at) {
                items.push_back({rows.text(at, 0), rows.text(at, 1)});
            }
            return items;
        });
    }

    Result<std::optional<DeskReply>> earlier(const DeskCaller& by) override {
        return desk_.transaction([&](DeskTransaction& work) { return work.earlier(by, desk_name); });
    }

    Result<KnownMonth> month(const MonthKey& key) override {
        return desk_.transaction([&](DeskTransaction& work) {
            KnownMonth month;
            static_cast<MonthKey&>(month) = key;
            const std::optional<std::int64_t> changes = lock_month(work, key);
            if (!changes) {
                refuse_with(not_found(where, "nothing was counted for " + key.country + " in " + key.period + ": run infer for that month"));
            }
            month.changes = *changes;
            fill_last_run(work, month);
            month.reviewed = reviewed_of(work, month);
            fill_versions(work, month);
            return month;
        });
    }

    Result<DeskReply> add(const NewVersion& version, const DraftOrder& order, const DeskCaller& by, Instant at) override {
        return desk_.transaction([&](DeskTransaction& work) {
            const KnownMonth& month = version.month;
            lock_month(work, month);
            const Rows newest = work.run(
                "month newest", "select coalesce(max(version), 0), coalesce(max(id) filter (where state = 'filed'), 0),"
                                " coalesce(max(id) filter (where state in ('draft', 'approved')), 0) from report where country = $1 and period = $2",
                month.country, month.period
            );
            if (newest.int4(0, 0) != month.last_version || newest.int8(0, 1) != month.filed) {
                refuse_with(conflict(where, "another version for " + month.country + " " + month.period + " came meanwhile: look at it first"));
            }
            if (const std::int64_t in_work = newest.int8(0, 2); in_work != 0) {
                add_step(work, in_work, State::Superseded, by.who, "version " + std::to_string(month.last_version + 1) + " takes its place", "", at);
            }
            const std::int64_t report = insert_version(work, version, order, by, at);
            insert_lines(work, report, version);
            add_step(work, report, State::Draft, by.who, order.reason, "", at);
            DeskReply reply{told_with(report_text(work, report), "unchanged", false, false), false};
            work.record(by, desk_name, month.country, false, reply.body, at);
            return reply;
        });
    }

    Result<DeskReply> keep(const KnownMonth& month, const std::string& body, const DraftOrder& order, const DeskCaller& by, Instant at) override {
        return desk_.transaction([&](DeskTransaction& work) {
            DeskReply reply{body, false};
            if (body.empty()) {
                work.run("report seen", "update report set seen = greatest(seen, $2) where id = $1", month.last, month.changes);
                reply.body = told_with(report_text(work, month.last), "unchanged", true, order.dry_run);
            }
            work.record(by, desk_name, month.country, order.dry_run, reply.body, at);
            return reply;
        });
    }

    Result<DeskReply> approve(const ApproveOrder& order, const DeskCaller& by, Instant at) override {
        return step(order.report, order.dry_run, by, at, [&](DeskTransaction& work, const Version& version) {
            if (const Result<void> may = core::filing::may_approve(version, by.who, order.despite_waiting); !may) {
                refuse_with(may.error());
            }
            add_step(work, version.id, State::Approved, by.who, order.reason, "", at);
        });
    }

    Result<DeskReply> file(const FileOrder& order, const DeskCaller& by, Instant at) override {
        return step(order.report, order.dry_run, by, at, [&](DeskTransaction& work, const Version& version) {
            if (const Result<void> may = core::filing::may_file(version, by.who); !may) {
                refuse_with(may.error());
            }
            const Rows before = work.run(
                "month filed", "select id from report where country = $1 and period = $2 and state = 'filed'", version.country, version.period
            );
            if (before.count() > 0) {
                add_step(work, before.int8(0, 0), State::Amended, by.who, "by version " + std::to_string(version.number), "", at);
            }
            add_step(work, version.id, State::Filed, by.who, order.reason, storable(order.receipt), at);
        });
    }

    Result<std::vector<MonthKey>> to_draft() override {
        return desk_.transaction([&](DeskTransaction& work) {
            const Rows rows = work.run(
                "months to draft",
                "select m.country, m.period from report_month m left join lateral (select v.state, v.seen from report v"
                " where v.country = m.country and v.period = m.period order by v.version desc limit 1) r on true"
                " where m.fault = '' and (r.state is null or (r.state = 'filed' and r.seen < m.changes)) order by m.period, m.country limit $1",
                drafts_at_once
            );
            std::vector<MonthKey> months;
            for (int at = 0; at < rows.count(); ++at) {
                months.push_back({rows.text(at, 0), rows.text(at, 1)});
            }
            return months;
        });
    }

    Result<void> refuse(const MonthKey& month, const std::string& why) override {
        const Result<bool> done = desk_.transaction([&](DeskTransaction& work) {
            work.run("month fault", "update report_month set fault = $3 where country = $1 and period = $2", month.country, month.period, storable(why));
            return true;
        });
        return done ? Result<void>() : Result<void>(done.error());
    }

 private:
    // A preview is the step itself, taken back.
    template <class Take>
    Result<DeskReply> step(std::int64_t report, bool dry_run, const DeskCaller& by, Instant at, Take take) {
        return desk_.transaction([&](DeskTransaction& work) {
            const Version version = lock_version(work, report);
            if (std::optional<DeskReply> kept = work.earlier(by, desk_name)) {
                return *kept;
            }
            work.execute("savepoint step");
            take(work, version);
            DeskReply reply{told_with(report_text(work, report), "unchanged", false, dry_run), false};
            if (dry_run) {
                work.execute("rollback to savepoint step");
            }
            work.record(by, desk_name, version.country, dry_run, reply.body, at);
            return reply;
        });
    }

    Desk desk_;
};

}  // namespace

std::unique_ptr<ports::ReportBook> make_report_book(std::string target) { return std::make_unique<PgReportBook>(target); }

}  // namespace kontor::store_pg
