// ports::SampleRows on PostgreSQL: whole chunks as arrays, a handful of statements each.
#include "ports/samples.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <tuple>

#include "store_pg/row_set.hpp"
#include "store_pg/store_pg.hpp"

namespace kontor::store_pg {
namespace {

using enum ColumnType;
using namespace ports;

constexpr std::string_view session =
    "set statement_timeout = '60s'; set lock_timeout = '30s'; set idle_in_transaction_session_timeout = '60s'";

// A connection that is opened when it is needed and again when it was lost. Thread: one call at a time.
class Line {
 public:
    explicit Line(std::string target) : options_{std::move(target), "kontor samples", std::string(session)} {}

    template <class Work>
    auto with(Work work) -> decltype(work(std::declval<Connection&>())) {
        const std::lock_guard lock(mutex_);
        if (connection_ == nullptr || !connection_->usable()) {
            connection_ = nullptr;
            auto opened = Connection::open(options_);
            if (!opened) {
                return opened.error();
            }
            connection_ = std::move(*opened);
        }
        return work(*connection_);
    }

 private:
    const ConnectionOptions options_;
    std::mutex mutex_;
    std::unique_ptr<Connection> connection_;
};

sdk::ObjectRef object_of(const Json& stored) {
    const Json* bytes = member(stored, "bytes");
    return {text_member(stored, "key"), text_member(stored, "sha256"), bytes != nullptr && bytes->is_int64() ? bytes->get_int64() : 0};
}

struct Known {
    SampleFate fate = SampleFate::New;
    std::int64_t batch = 0;
};

// The limit keeps this a look at the index for each row: nothing here knows how few there are of them.
Result<std::vector<Known>> ask(Connection& connection, const std::vector<const SampleRow*>& rows) {
    RowSet given(
        "samples known",
        "select g.n, s.batch, s.digest = g.digest from ({rows}) as g(n, country, item, version, digest)"
        " cross join lateral (select * from sample s where s.country = g.country and s.item = g.item and s.version = g.version limit 1) s",
        {Int8, Text, Text, Int8, Text}
    );
    for (std::size_t i = 0; i < rows.size(); ++i) {
        given.row(static_cast<std::int64_t>(i), rows[i]->country, rows[i]->item, rows[i]->version, rows[i]->digest);
    }
    std::vector<Step> steps;
    given.append_to(steps);
    std::vector<Known> known(rows.size());
    if (steps.empty()) {
        return known;
    }
    const Result<Rows> found = connection.query(steps.front());
    if (!found) {
        return found.error();
    }
    for (int row = 0; row < found->count(); ++row) {
        known[static_cast<std::size_t>(found->int8(row, 0))] = {found->boolean(row, 2) ? SampleFate::Same : SampleFate::Other, found->int8(row, 1)};
    }
    return known;
}

Result<std::vector<std::int64_t>> fresh_ids(Connection& connection, std::size_t count) {
    const Result<Rows> drawn = connection.query(
        {"samples ids", "select nextval(pg_get_serial_sequence('sample_batch', 'id')) from generate_series(1::bigint, $1)",
         {parameter(static_cast<std::int64_t>(count))}}
    );
    if (!drawn) {
        return drawn.error();
    }
    std::vector<std::int64_t> ids;
    for (int row = 0; row < drawn->count(); ++row) {
        ids.push_back(drawn->int8(row, 0));
    }
    return ids;
}

std::vector<Step> steps_to_keep(const std::vector<SampleBatch>& batches, const std::vector<std::int64_t>& ids, Instant at) {
    RowSet heads(
        "sample_batch", "insert into sample_batch (id, country, object, rows, sent_by, at) overriding system value {rows}",
        {Int8, Text, Jsonb, Int8, Text, Timestamptz}
    );
    struct Placed {
        const SampleRow* row;
        std::int64_t batch;
        std::int64_t place;
    };
    std::vector<Placed> placed;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        const SampleBatch& batch = batches[i];
        heads.row(ids[i], batch.country, sdk::to_json(batch.object), static_cast<std::int64_t>(batch.rows.size()), batch.sent_by, at);
        for (std::size_t place = 0; place < batch.rows.size(); ++place) {
            placed.push_back({&batch.rows[place], ids[i], static_cast<std::int64_t>(place) + 1});
        }
    }
    // In one order everywhere: two who send the same wait for one another instead of each for the other.
    std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
        return std::tie(a.row->country, a.row->item, a.row->version) < std::tie(b.row->country, b.row->item, b.row->version);
    });
    RowSet rows(
        "sample",
        "insert into sample (country, item, version, batch, place, digest, code) {rows} on conflict (country, item, version) do nothing",
        {Text, Text, Int8, Int8, Int8, Text, Text}
    );
    for (const Placed& each : placed) {
        rows.row(each.row->country, each.row->item, each.row->version, each.batch, each.place, each.row->digest, each.row->code);
    }
    RowSet counts(
        "sample_batch rows", "update sample_batch b set rows = (select count(*) from sample s where s.batch = b.id) where b.id = any($1)", {Int8}
    );
    for (const std::int64_t id : ids) {
        counts.row(id);
    }
    std::vector<Step> steps;
    heads.append_to(steps);
    rows.append_to(steps);
    counts.append_to(steps);
    return steps;
}

class PgSamples final : public SampleRows {
 public:
    explicit PgSamples(const std::string& target) : intake_(target), training_(target) {}

    Result<std::vector<SampleFate>> known(const std::vector<const SampleRow*>& rows) override {
        return intake_.with([&](Connection& connection) -> Result<std::vector<SampleFate>> {
            const Result<std::vector<Known>> found = ask(connection, rows);
            if (!found) {
                return found.error();
            }
            std::vector<SampleFate> fates;
            for (const Known& each : *found) {
                fates.push_back(each.fate);
            }
            return fates;
        });
    }

    Result<std::vector<SampleFate>> keep(const std::vector<SampleBatch>& batches, Instant at) override {
        return intake_.with([&](Connection& connection) -> Result<std::vector<SampleFate>> {
            const Result<std::vector<std::int64_t>> ids = fresh_ids(connection, batches.size());
            if (!ids) {
                return ids.error();
            }
            const std::vector<Step> steps = steps_to_keep(batches, *ids, at);
            if (const Result<void> kept = connection.transaction(steps); !kept) {
                return kept.error().kind == ErrorKind::InDoubt ? unavailable("samples", "it is not known whether they were kept: send them again")
                                                               : kept.error();
            }
            return fates_of(connection, batches, *ids);
        });
    }

    Result<std::vector<CurrentSamples>> current(const std::string& country) override {
        return training_.with([&](Connection& connection) { return read_current(connection, country); });
    }

 private:
    // A row that is not of its own batch was there before.
    static Result<std::vector<SampleFate>> fates_of(
        Connection& connection, const std::vector<SampleBatch>& batches, const std::vector<std::int64_t>& ids
    ) {
        std::vector<const SampleRow*> rows;
        std::vector<std::int64_t> own;
        for (std::size_t i = 0; i < batches.size(); ++i) {
            for (const SampleRow& row : batches[i].rows) {
                rows.push_back(&row);
                own.push_back(ids[i]);
            }
        }
        const Result<std::vector<Known>> found = ask(connection, rows);
        if (!found) {
            return found.error();
        }
        std::vector<SampleFate> fates;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            fates.push_back((*found)[i].batch == own[i] ? SampleFate::New : (*found)[i].fate);
        }
        return fates;
    }

    static Result<std::vector<CurrentSamples>> read_current(Connection& connection, const std::string& country) {
        const Result<Rows> places = connection.query(
            {"samples current",
             "select c.batch, c.place from (select distinct on (item) item, batch, place from sample where country = $1"
             " order by item, version desc) c order by c.batch, c.place",
             {parameter(country)}}
        );
        if (!places) {
            return places.error();
        }
        // Asked second: what the places name is there.
        const Result<Rows> heads = connection.query(
            {"samples objects", "select id, object, sent_by, at from sample_batch where country = $1 order by id", {parameter(country)}}
        );
        if (!heads) {
            return heads.error();
        }
        std::vector<CurrentSamples> all;
        int at = 0;
        for (int row = 0; row < heads->count(); ++row) {
            CurrentSamples one{object_of(heads->json(row, 1)), heads->text(row, 2), heads->time(row, 3), {}};
            for (; at < places->count() && places->int8(at, 0) == heads->int8(row, 0); ++at) {
                one.places.push_back(places->int8(at, 1));
            }
            if (!one.places.empty()) {
                all.push_back(std::move(one));
            }
        }
        return all;
    }

    Line intake_;
    Line training_;
};

}  // namespace

std::unique_ptr<ports::SampleRows> make_samples(std::string target) { return std::make_unique<PgSamples>(target); }

}  // namespace kontor::store_pg
