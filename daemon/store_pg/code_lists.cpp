// ports::CodeListRows on PostgreSQL. A country's imports wait for one another under its lock, so that a list is always held against
// the one that it follows.
#include "ports/code_lists.hpp"

#include <memory>
#include <utility>

#include "store_pg/desk.hpp"
#include "store_pg/row_set.hpp"
#include "store_pg/store_pg.hpp"

namespace kontor::store_pg {
namespace {

using namespace ports;

constexpr std::string_view desk_name = "codes";

ListVersion version_of(DeskTransaction& work, const std::string& country, std::int64_t number) {
    ListVersion list;
    const Rows head = work.run(
        "code list head", "select version::bigint, effective_from::text, sha256 from code_list where country = $1 and version = $2::int", country, number
    );
    list.version = head.int8(0, 0);
    list.effective_from = head.text(0, 1);
    list.sha256 = head.text(0, 2);
    const Rows rows = work.run(
        "code list codes",
        "select code, title, coalesce(valid_from::text, ''), coalesce(valid_to::text, '') from code_list_code"
        " where country = $1 and version = $2::int order by line",
        country, number
    );
    for (int at = 0; at < rows.count(); ++at) {
        list.rows.push_back({rows.text(at, 0), rows.text(at, 1), rows.text(at, 2), rows.text(at, 3)});
    }
    const Rows moves = work.run(
        "code list moves",
        "select code_from, code_to, kind, to_jsonb(weight) from code_list_move where country = $1 and version = $2::int order by line", country, number
    );
    for (int at = 0; at < moves.count(); ++at) {
        list.moves.push_back({moves.text(at, 0), moves.text(at, 1), moves.text(at, 2), moves.json(at, 3).to_number<double>()});
    }
    return list;
}

std::optional<ListVersion> first_of(DeskTransaction& work, const Rows& found, const std::string& country) {
    return found.count() == 0 || found.is_null(0, 0) ? std::nullopt : std::optional(version_of(work, country, found.int8(0, 0)));
}

std::int64_t newest_of(DeskTransaction& work, const std::string& country) {
    return work.run("code list newest", "select coalesce(max(version), 0)::bigint from code_list where country = $1", country).int8(0, 0);
}

// The newest report's items by code, and those about which nobody has decided.
void fill_items(DeskTransaction& work, const std::string& country, KnownLists& known) {
    const Rows report = work.run(
        "code list report", "select id, period, waiting from report where country = $1 order by period desc, version desc limit 1", country
    );
    if (report.count() == 0) {
        return;
    }
    known.period = report.text(0, 1);
    known.waiting = report.int8(0, 2);
    const Rows lines = work.run("code list items", "select code, items from report_line where report = $1 order by line", report.int8(0, 0));
    for (int at = 0; at < lines.count(); ++at) {
        known.items.emplace_back(lines.text(at, 0), lines.int8(at, 1));
    }
}

void insert_rows(DeskTransaction& work, const std::string& country, std::int64_t version, const NewList& list) {
    using enum ColumnType;
    RowSet codes(
        "code list code insert",
        "insert into code_list_code (line, country, version, code, title, valid_from, valid_to)"
        " select r.line, r.country, r.version, r.code, r.title, nullif(r.valid_from, '')::date, nullif(r.valid_to, '')::date"
        " from ({rows}) as r(line, country, version, code, title, valid_from, valid_to)",
        {Int4, Text, Int4, Text, Text, Text, Text}
    );
    int line = 0;
    for (const ListRow& row : list.rows) {
        codes.row(++line, country, static_cast<int>(version), row.code, row.title, row.valid_from, row.valid_to);
    }
    RowSet moves(
        "code list move insert", "insert into code_list_move (line, country, version, code_from, code_to, kind, weight) {rows}",
        {Int4, Text, Int4, Text, Text, Text, Float8}
    );
    line = 0;
    for (const ListMove& move : list.moves) {
        moves.row(++line, country, static_cast<int>(version), move.from, move.to, move.kind, move.weight);
    }
    std::vector<Step> steps;
    codes.append_to(steps);
    moves.append_to(steps);
    for (const Step& step : steps) {
        work.query(step);
    }
}

class PgCodeLists final : public CodeListRows {
 public:
    explicit PgCodeLists(const std::string& target) : desk_(target, "kontor code lists") {}

    Result<std::optional<DeskReply>> earlier(const DeskCaller& by) override {
        return desk_.transaction([&](DeskTransaction& work) { return work.earlier(by, desk_name); });
    }

    Result<KnownLists> known(const std::string& country, const std::string& effective_from) override {
        return desk_.transaction([&](DeskTransaction& work) {
            KnownLists known;
            known.newest = newest_of(work, country);
            known.same_day = first_of(
                work,
                work.run("code list same day", "select max(version)::bigint from code_list where country = $1 and effective_from = $2::text::date", country, effective_from),
                country
            );
            known.before = first_of(
                work, work.run("code list before", "select code_list_on($1, $2::text::date - 1)::bigint", country, effective_from), country
            );
            known.later =
                work.run(
                        "code list later", "select count(distinct effective_from) from code_list where country = $1 and effective_from > $2::text::date",
                        country, effective_from
                ).int8(0, 0);
            fill_items(work, country, known);
            const Rows winner = work.run(
                "code list winner", "select details -> 'model' from winner where country = $1 and valid_to = 'infinity' and known_to = 'infinity'", country
            );
            known.winner = winner.count() == 0 ? Json() : winner.json(0, 0);
            return known;
        });
    }

    Result<DeskReply> add(const ImportOrder& order, NewList list, const DeskCaller& by, Instant at) override {
        return desk_.transaction([&](DeskTransaction& work) {
            work.run("code list lock", "select pg_advisory_xact_lock(hashtextextended('code list ' || $1, 0))", order.country);
            if (newest_of(work, order.country) != list.newest) {
                throw Refusal{conflict("codes", "another code list of " + order.country + " came meanwhile: look at it, then import again")};
            }
            const std::int64_t version = list.newest + 1;
            work.run(
                "code list insert",
                "insert into code_list (country, version, effective_from, sha256, codes, moves, imported_by, imported_at, reason)"
                " values ($1, $2::int, $3::text::date, $4, $5::int, $6::int, $7, $8, $9)",
                order.country, version, order.effective_from, list.sha256, static_cast<std::int64_t>(list.rows.size()),
                static_cast<std::int64_t>(list.moves.size()), by.who, at, order.reason
            );
            insert_rows(work, order.country, version, list);
            DeskReply reply{to_text(list.body), false};
            work.record(by, desk_name, order.country, false, reply.body, at);
            return reply;
        });
    }

    Result<DeskReply> keep(const ImportOrder& order, const Json& body, const DeskCaller& by, Instant at) override {
        return desk_.transaction([&](DeskTransaction& work) {
            DeskReply reply{to_text(body), false};
            work.record(by, desk_name, order.country, order.dry_run, reply.body, at);
            return reply;
        });
    }

    Result<std::optional<ListOnDay>> on_day(const std::string& country, const std::string& day) override {
        return desk_.transaction([&](DeskTransaction& work) -> std::optional<ListOnDay> {
            const auto list = first_of(work, work.run("code list on", "select code_list_on($1, $2::text::date)::bigint", country, day), country);
            if (!list) {
                return std::nullopt;
            }
            ListOnDay found{*list, {}};
            const Rows steps = work.run(
                "code list steps",
                "select distinct on (l.effective_from) l.version::bigint from code_list l where l.country = $1 and l.effective_from <= $2::text::date"
                " order by l.effective_from, l.version desc",
                country, list->effective_from
            );
            for (int at = 0; at < steps.count(); ++at) {
                ListVersion step = version_of(work, country, steps.int8(at, 0));
                found.steps.emplace_back(std::move(step.effective_from), std::move(step.moves));
            }
            return found;
        });
    }

 private:
    Desk desk_;
};

}  // namespace

std::unique_ptr<ports::CodeListRows> make_code_lists(std::string target) { return std::make_unique<PgCodeLists>(target); }

}  // namespace kontor::store_pg
