// ports::Store on PostgreSQL: leadership, commits, reconnecting. Loading stands in load.cpp.
#include <utility>

#include "base/limits.hpp"
#include "store_pg/batch.hpp"
#include "store_pg/connection.hpp"
#include "store_pg/load.hpp"
#include "store_pg/store_pg.hpp"

namespace kontor::store_pg {
namespace {

using namespace ports;

// Every statement of a commit finds its rows by key: a table that was just filled and not analysed yet must not lead the
// planner to read the whole of it. Durability is set here because a role or database may have it switched off.
constexpr std::string_view writer_session =
    "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off;"
    "set plan_cache_mode = force_generic_plan; set synchronous_commit = on; set timezone = 'UTC';"
    "set statement_timeout = '60s'; set lock_timeout = '10s'; set idle_in_transaction_session_timeout = '10s'";

class PgStore : public Store {
 public:
    explicit PgStore(std::string target) : options_{std::move(target), "kontor conductor", std::string(writer_session)} {}

    Result<Leadership> lead(const std::string& holder, bool takeover) override;
    Result<void> renew(Epoch epoch) override;
    Result<void> resign(Epoch epoch) override;
    Result<Snapshot> load(Instant now) override { return on_connection([&](Connection& c) { return load_snapshot(c, now); }); }
    Result<EndedRun> load_ended(RunId run) override {
        return on_connection([&](Connection& c) { return load_ended_run(c, run); });
    }
    Result<DeadLetterState> load_dead_letter(std::int64_t id) override {
        return on_connection([&](Connection& c) { return load_letter(c, id); });
    }
    Result<std::vector<OpenLetter>> open_letters(RunId run) override {
        return on_connection([&](Connection& c) { return load_open_letters(c, run); });
    }
    Result<std::optional<EventRow>> load_event(std::int64_t id) override {
        return on_connection([&](Connection& c) { return load_one_event(c, id); });
    }
    void begin_commit(const Batch& batch) override;
    std::optional<Result<void>> finish_commit(Duration wait_max) override;
    Result<Seq> committed(Epoch epoch) override;

 private:
    // An open connection: one that failed is dropped, and the next call opens another.
    Result<Connection*> connected() {
        if (connection_ != nullptr && !connection_->usable()) {
            connection_ = nullptr;
        }
        if (connection_ == nullptr) {
            auto opened = Connection::open(options_);
            if (!opened) {
                return opened.error();
            }
            connection_ = std::move(*opened);
        }
        return connection_.get();
    }
    template <class Work>
    auto on_connection(Work work) -> decltype(work(std::declval<Connection&>())) {
        const Result<Connection*> connection = connected();
        if (!connection) {
            return connection.error();
        }
        return work(**connection);
    }
    Result<Rows> query(const Step& step) {
        return on_connection([&](Connection& connection) { return connection.query(step); });
    }

    ConnectionOptions options_;
    std::unique_ptr<Connection> connection_;
    BlockBook book_;
    std::pair<Epoch, Seq> under_way_;  // the batch begun last
    Result<void> begun_;               // ... and whether it was sent
    // The last commit whose fate was unknown: sent again, it may find itself done.
    std::optional<std::pair<Epoch, Seq>> in_doubt_;
};

Error deposed(std::string_view where, Epoch epoch) {
    return conflict("store." + std::string(where), "epoch " + std::to_string(epoch) + " does not lead any more");
}

Parameter lease() { return parameter(std::int64_t{limits::leader_lease.count()}); }

Result<Leadership> PgStore::lead(const std::string& holder, bool takeover) {
    const Result<Rows> taken = query(
        {"lead",
         "update conductor set epoch = epoch + 1, holder = $1, lease_until = clock_timestamp() + $2 * interval '1 microsecond'"
         " where lease_until < clock_timestamp() or $3 returning epoch, seq",
         {parameter(holder), lease(), parameter(takeover)}}
    );
    if (!taken) {
        return taken.error();
    }
    if (taken->count() == 1) {
        book_ = {};
        return Leadership{taken->int8(0, 0), taken->int8(0, 1)};
    }
    const Result<Rows> other = query({"leader", "select holder, iso(lease_until) from conductor where isfinite(lease_until)", {}});
    if (!other) {
        return other.error();
    }
    return conflict(
        "store.lead", other->count() == 0 ? std::string("somebody leads")
                                          : "'" + other->text(0, 0) + "' leads until " + other->text(0, 1)
    );
}

Result<void> PgStore::renew(Epoch epoch) {
    const Result<Rows> renewed = query(
        {"renew",
         "update conductor set lease_until = clock_timestamp() + $2 * interval '1 microsecond'"
         " where epoch = $1 and holder <> '' returning epoch",
         {parameter(epoch), lease()}}
    );
    if (!renewed) {
        return renewed.error();
    }
    return renewed->count() == 1 ? Result<void>() : Result<void>(deposed("renew", epoch));
}

Result<void> PgStore::resign(Epoch epoch) {
    const Result<Rows> resigned = query(
        {"resign",
         "update conductor set lease_until = '-infinity', holder = '' where epoch = $1 and holder <> '' returning epoch",
         {parameter(epoch)}}
    );
    if (!resigned) {
        return resigned.error();
    }
    return resigned->count() == 1 ? Result<void>() : Result<void>(deposed("resign", epoch));
}

void PgStore::begin_commit(const Batch& batch) {
    under_way_ = {batch.epoch, batch.seq};
    const std::vector<Step> steps = steps_of(batch, book_);
    begun_ = on_connection([&](Connection& connection) { return connection.begin(steps); });
}

std::optional<Result<void>> PgStore::finish_commit(Duration wait_max) {
    std::optional<Result<void>> told(begun_);
    if (begun_) {
        told = connection_->finish(wait_max);
    } else {
        connection_ = nullptr;  // a pipeline that was begun and not sent is of no use any more
    }
    if (!told) {
        return told;
    }
    if (*told) {
        in_doubt_.reset();
        return told;
    }
    if (told->error().kind == ErrorKind::InDoubt) {
        in_doubt_ = under_way_;
        return told;
    }
    if (told->error().kind == ErrorKind::Conflict && in_doubt_ == under_way_) {
        // The server may carry a commit out after its connection was cut, and after committed() was asked.
        const Result<Seq> last = committed(under_way_.first);
        if (last && *last == under_way_.second) {
            in_doubt_.reset();
            return Result<void>();
        }
    }
    return told;
}

Result<Seq> PgStore::committed(Epoch epoch) {
    // The lock waits for a transaction of ours that still runs on a connection that we lost.
    const Result<Rows> found =
        query({"committed", "select seq from conductor where epoch = $1 and holder <> '' for update", {parameter(epoch)}});
    if (!found) {
        return found.error();
    }
    return found->count() == 1 ? Result<Seq>(found->int8(0, 0)) : Result<Seq>(deposed("committed", epoch));
}

}  // namespace

std::unique_ptr<Store> make_store(std::string target) { return std::make_unique<PgStore>(std::move(target)); }

}  // namespace kontor::store_pg
