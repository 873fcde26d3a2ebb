#include "store_pg/desk.hpp"

namespace kontor::store_pg {

using ports::DeskCaller;
using ports::DeskReply;

Rows DeskTransaction::query(const Step& step) {
    Result<Rows> rows = connection_.query(step);
    if (!rows) {
        throw Refusal{rows.error()};
    }
    return std::move(*rows);
}

void DeskTransaction::execute(std::string_view statement) {
    if (const Result<void> done = connection_.execute(statement); !done) {
        throw Refusal{done.error()};
    }
}

std::optional<DeskReply> DeskTransaction::earlier(const DeskCaller& by, std::string_view desk) {
    if (by.reply_key.empty()) {
        return std::nullopt;
    }
    // Keys of a desk are its own: the conductor never asks for them.
    const Rows kept = run("desk earlier", "select fingerprint, reply from idempotency where key = $1", std::string(desk) + "/" + by.reply_key);
    if (kept.count() == 0) {
        return std::nullopt;
    }
    if (kept.text(0, 0) != by.fingerprint) {
        throw Refusal{invalid("idempotency", "this Idempotency-Key was used for another request; use a new key")};
    }
    return DeskReply{kept.text(0, 1), true};
}

void DeskTransaction::record(
    const DeskCaller& by, std::string_view desk, const std::string& country, bool dry_run, const std::string& reply, Instant at
) {
    if (!by.audit.route.empty()) {
        run("desk record",
            "insert into audit (at, who, role, route, resource, country, dry_run, reason, status, correlation)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, 200, '')",
            at, by.audit.who, by.audit.role, by.audit.route, by.audit.resource, country, dry_run, by.audit.reason);
    }
    if (!by.reply_key.empty()) {
        run("desk reply", "insert into idempotency (key, fingerprint, status, reply, created_at) values ($1, $2, 200, $3, $4)",
            std::string(desk) + "/" + by.reply_key, by.fingerprint, reply, at);
    }
}

Result<void> Desk::carry_out(const std::function<void(DeskTransaction&)>& work) {
    const std::lock_guard lock(mutex_);
    if (connection_ == nullptr || !connection_->usable()) {
        Result<std::unique_ptr<Connection>> opened = Connection::open(
            {target_, name_,
             "set statement_timeout = '60s'; set lock_timeout = '10s'; set timezone = 'UTC'; set synchronous_commit = on;"
             "set idle_in_transaction_session_timeout = '60s'"}
        );
        if (!opened) {
            return opened.error();
        }
        connection_ = std::move(*opened);
    }
    try {
        DeskTransaction transaction(*connection_);
        transaction.execute("begin");
        work(transaction);
        if (Result<void> committed = connection_->execute("commit"); !committed) {
            Error error = committed.error();
            if (!connection_->usable()) {
                error.kind = ErrorKind::Unavailable;
                error.message += ": it is not known whether it took effect, ask again under the same key";
            }
            connection_.reset();
            return error;
        }
        return {};
    } catch (const Refusal& refusal) {
        if (!connection_->execute("rollback")) {
            connection_.reset();
        }
        return refusal.error;
    }
}

}  // namespace kontor::store_pg
