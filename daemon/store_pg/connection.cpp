#include "store_pg/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <libpq-fe.h>
#include <poll.h>
#include <utility>

#include "store_pg/errors.hpp"

namespace kontor::store_pg {
namespace {

constexpr int binary = 1;
constexpr std::size_t prepared_max = 256;

struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

bool is_good(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

std::string sqlstate_of(const PGresult* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state == nullptr ? "" : state;
}

// libpq's view of a step's parameters.
struct Views {
    std::vector<Oid> types;
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;

    explicit Views(const Step& step) {
        for (const Parameter& each : step.parameters) {
            types.push_back(each.type);
            values.push_back(each.bytes ? each.bytes->data() : nullptr);
            lengths.push_back(each.bytes ? static_cast<int>(each.bytes->size()) : 0);
            formats.push_back(binary);
        }
    }
    int count() const { return static_cast<int>(values.size()); }
};

}  // namespace

Connection::Connection(pg_conn* connection) : connection_(connection) {}

Connection::~Connection() { PQfinish(connection_); }

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionOptions& options) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options.connect_max).count();
    const std::string connect_timeout = std::to_string(std::max<long long>(2, seconds));  // libpq's least
    // A peer that vanished without a word is noticed within 15 seconds, busy or idle.
    const std::array<std::pair<const char*, const char*>, 10> words{{
        {"dbname", options.target.c_str()},
        {"application_name", options.application_name.c_str()},
        {"connect_timeout", connect_timeout.c_str()},
        {"client_encoding", "UTF8"},
        {"keepalives", "1"},
        {"keepalives_idle", "5"},
        {"keepalives_interval", "3"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", "15000"},
        {"target_session_attrs", "read-write"},
    }};
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : words) {
        names.push_back(name);
        values.push_back(value);
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    std::unique_ptr<Connection> made(new Connection(PQconnectdbParams(names.data(), values.data(), 1)));
    if (PQstatus(made->connection_) != CONNECTION_OK) {
        const std::string said = PQerrorMessage(made->connection_);
        // libpq gives no SQLSTATE for a refused connection; a wrong password or name never gets right by itself.
        const bool wrong = said.find("authentication failed") != std::string::npos ||
                           said.find("no password supplied") != std::string::npos ||
                           (said.find("database \"") != std::string::npos && said.find("does not exist") != std::string::npos) ||
                           (said.find("role \"") != std::string::npos && said.find("does not exist") != std::string::npos);
        return translate(wrong ? "28000" : "", "connect", said);
    }
    PQsetNoticeProcessor(made->connection_, [](void*, const char*) {}, nullptr);
    if (!options.session.empty()) {
        if (Result<void> set = made->execute(options.session); !set) {
            return set.error();
        }
    }
    return made;
}

bool Connection::usable() const { return PQstatus(connection_) == CONNECTION_OK; }

Error Connection::failure(std::string_view statement) const {
    return translate("", statement, PQerrorMessage(connection_));
}

Result<void> Connection::execute(std::string_view statements) {
    const Answer answer(PQexec(connection_, std::string(statements).c_str()));
    if (!is_good(answer.get())) {
        return translate(sqlstate_of(answer.get()), "statement", PQerrorMessage(connection_));
    }
    return {};
}

Result<void> Connection::prepare(const Step& step) {
    const std::string statement = step.statement();
    if (prepared_.contains(statement)) {
        return {};
    }
    const Views views(step);
    const Answer answer(PQprepare(connection_, statement.c_str(), step.sql.c_str(), views.count(), views.types.data()));
    if (!is_good(answer.get())) {
        return translate(sqlstate_of(answer.get()), "prepare " + std::string(step.name), PQerrorMessage(connection_));
    }
    prepared_.insert(statement);
    return {};
}

Result<void> Connection::prepare_all(std::span<const Step> steps) {
    // Variants of statements that come once and never again must not fill the server's memory.
    if (prepared_.size() > prepared_max) {
        if (Result<void> forgotten = execute("deallocate all"); !forgotten) {
            return forgotten;
        }
        prepared_.clear();
    }
    for (const Step& step : steps) {
        if (Result<void> done = prepare(step); !done) {
            return done;
        }
    }
    return {};
}

Result<Rows> Connection::query(const Step& step) {
    if (Result<void> done = prepare(step); !done) {
        return done.error();
    }
    const Views views(step);
    PGresult* result = PQexecPrepared(
        connection_, step.statement().c_str(), views.count(), views.values.data(), views.lengths.data(),
        views.formats.data(), binary
    );
    if (!is_good(result)) {
        const Answer answer(result);
        return translate(sqlstate_of(result), step.name, PQerrorMessage(connection_));
    }
    return Rows(result);
}

bool Connection::send(const Step& step) {
    const Views views(step);
    return PQsendQueryPrepared(
               connection_, step.statement().c_str(), views.count(), views.values.data(), views.lengths.data(),
               views.formats.data(), binary
           ) == 1;
}

bool Connection::send_command(const char* command) {
    return PQsendQueryParams(connection_, command, 0, nullptr, nullptr, nullptr, nullptr, binary) == 1;
}

Result<void> Connection::transaction(std::span<const Step> steps) {
    if (Result<void> begun = begin(steps); !begun) {
        return begun;
    }
    std::optional<Result<void>> outcome;
    while (!outcome) {
        outcome = finish(Duration::max());
    }
    return *outcome;
}

Result<void> Connection::begin(std::span<const Step> steps) {
    if (Result<void> done = prepare_all(steps); !done) {
        return done;
    }
    if (PQenterPipelineMode(connection_) != 1) {
        return failure("pipeline");
    }
    bool sent = send_command("begin");
    for (const Step& step : steps) {
        sent = sent && send(step);
    }
    if (!sent) {
        // COMMIT was never given to libpq: the server ends the transaction with the connection.
        return failure("send");
    }
    if (!send_command("commit") || PQpipelineSync(connection_) != 1) {
        return Error{ErrorKind::InDoubt, "database commit", PQerrorMessage(connection_), {}};
    }
    sent_.assign(1, "begin");
    for (const Step& step : steps) {
        sent_.push_back(step.name);
    }
    sent_.push_back("commit");
    return {};
}

// The server keeps its answers back until the end of the pipeline or an error: with the first of them the others are near.
bool Connection::answered(Duration wait_max) const {
    const auto until = std::chrono::steady_clock::now() + std::min<Duration>(wait_max, std::chrono::hours(1));
    pollfd socket{PQsocket(connection_), POLLIN, 0};
    if (socket.fd < 0) {
        return true;  // the connection is gone, and collect() says so
    }
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        const int found = poll(&socket, 1, static_cast<int>(std::max<long long>(0, left.count())));
        if (found >= 0 || errno != EINTR) {
            return found != 0;
        }
    }
}

std::optional<Result<void>> Connection::finish(Duration wait_max) {
    if (!answered(wait_max)) {
        return std::nullopt;
    }
    Result<void> outcome = collect();
    if (usable()) {
        PQexitPipelineMode(connection_);
        if (!outcome && PQtransactionStatus(connection_) != PQTRANS_IDLE) {
            const Answer rolled_back(PQexec(connection_, "rollback"));
        }
    }
    return outcome;
}

// Reads the answers in the order of the statements: begin, steps, commit, the end of the pipeline.
Result<void> Connection::collect() {
    const std::size_t commit = sent_.size() - 1;
    std::optional<Error> first;
    for (std::size_t at = 0; at <= commit; ++at) {
        const std::string_view name = sent_[at];
        const Answer answer(PQgetResult(connection_));
        if (answer == nullptr) {
            // The connection is gone without an answer to this statement, nor to COMMIT, which was sent after it.
            return first ? *first : Error{ErrorKind::InDoubt, "database commit", PQerrorMessage(connection_), {}};
        }
        const bool aborted = PQresultStatus(answer.get()) == PGRES_PIPELINE_ABORTED;
        if (!aborted && !is_good(answer.get()) && !first) {
            const std::string sqlstate = sqlstate_of(answer.get());
            const std::string said = PQresultErrorMessage(answer.get());
            // The server's own word that an earlier statement failed rules COMMIT out. Silence does not, and a session
            // that is ended while it commits may have committed.
            const bool in_doubt = sqlstate.empty() || (at == commit && ends_session(sqlstate));
            first = translate(sqlstate, name, said);
            if (in_doubt) {
                first->kind = ErrorKind::InDoubt;
            }
        }
        if (at == commit && !first && std::string_view(PQcmdStatus(answer.get())) != "COMMIT") {
            first = internal("database commit", "the server answered COMMIT with " + std::string(PQcmdStatus(answer.get())));
        }
        // A null result separates the statements of a pipeline.
        while (usable()) {
            const Answer separator(PQgetResult(connection_));
            if (separator == nullptr) {
                break;
            }
        }
    }
    const Answer end(PQgetResult(connection_));
    return first ? Result<void>(*first) : Result<void>();
}

}  // namespace kontor::store_pg
