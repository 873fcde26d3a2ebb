#include "tasks/warehouse/connection.hpp"

#include <libpq-fe.h>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "tasks/sdk/outcome.hpp"

namespace kontor::tasks::warehouse {
namespace {

using sdk::FailureClass;
using sdk::TaskFailure;

// A warehouse that does not answer within this is down; the retry policy decides when to ask again.
constexpr std::chrono::seconds connect_wait_max{10};

std::string field_of(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : std::string(text);
}

ServerError error_of(const PGresult* result, PGconn* connection) {
    ServerError error;
    error.sqlstate = field_of(result, PG_DIAG_SQLSTATE);
    error.message = field_of(result, PG_DIAG_MESSAGE_PRIMARY);
    error.detail = field_of(result, PG_DIAG_MESSAGE_DETAIL);
    error.hint = field_of(result, PG_DIAG_MESSAGE_HINT);
    const std::string position = field_of(result, PG_DIAG_STATEMENT_POSITION);
    error.position = position.empty() ? 0 : std::stoi(position);
    if (error.message.empty()) {
        error.message = sentence_within(PQerrorMessage(connection));
    }
    return error;
}

void check_url(const std::string& url, const std::string& name) {
    char* message = nullptr;
    PQconninfoOption* options = PQconninfoParse(url.c_str(), &message);
    if (options == nullptr) {
        const std::string reason = message == nullptr ? "out of memory" : sentence_within(message);
        PQfreemem(message);
        throw TaskFailure(FailureClass::Config, "the setting warehouse." + name +
                                                    " is no connection URL such as postgresql://user@host:5432/database (" + reason + ")");
    }
    PQconninfoFree(options);
}

}  // namespace

void Connection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }
void Connection::Close::operator()(pg_result* result) const { PQclear(result); }

Connection::Connection(const std::string& url, std::string name, std::stop_token stop)
    : name_(std::move(name)), stop_(std::move(stop)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_ < 0) {
        throw TaskFailure(FailureClass::Resource, "no more file descriptors for the connection to the warehouse");
    }
    try {
        on_stop_ = std::make_unique<std::stop_callback<std::function<void()>>>(stop_, [wake = wake_] {
            eventfd_write(wake, 1);
        });
        check_url(url, name_);
        connect(url);
        choose_encoding();
    } catch (...) {
        on_stop_.reset();
        close(wake_);
        throw;
    }
}

Connection::~Connection() {
    PQfreemem(row_);
    on_stop_.reset();
    close(wake_);
}

void Connection::connect(const std::string& url) {
    // What the URL says comes later and wins.
    const std::array<const char*, 7> names{"application_name", "keepalives_idle", "keepalives_interval", "keepalives_count",
                                           "tcp_user_timeout", "dbname", nullptr};
    const std::array<const char*, 7> values{"kontor", "30", "10", "3", "15000", url.c_str(), nullptr};
    connection_.reset(PQconnectStartParams(names.data(), values.data(), 1));
    if (connection_ == nullptr) {
        throw TaskFailure(FailureClass::Resource, "no memory for the connection to the warehouse");
    }
    // Verbose, so that a refusal carries its SQLSTATE: libpq gives no other way to it while connecting.
    PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);
    const auto deadline = std::chrono::steady_clock::now() + connect_wait_max;
    auto state = PQstatus(connection_.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            throw TaskFailure(FailureClass::Transient, "the warehouse '" + name_ + "' did not answer within " +
                                                           std::to_string(connect_wait_max.count()) + " s");
        }
        wait_for(state == PGRES_POLLING_READING ? Wait::Read : Wait::Write, static_cast<int>(left.count()));
        state = PQconnectPoll(connection_.get());
    }
    if (state == PGRES_POLLING_FAILED) {
        const std::string text = PQerrorMessage(connection_.get());
        const std::string sqlstate = sqlstate_within(text);
        const FailureClass kind = sqlstate.empty() ? FailureClass::Transient : failure_class_of(sqlstate);
        throw TaskFailure(kind, "the warehouse '" + name_ + "' refuses the connection: " + sentence_within(text) +
                                    (kind == FailureClass::Config ? "; mend the setting warehouse." + name_ + ", then redrive" : ""));
    }
    PQsetErrorVerbosity(connection_.get(), PQERRORS_DEFAULT);
    // libpq prints notices to stderr, where nobody connects them with a task.
    PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
    PQsetnonblocking(connection_.get(), 1);
}

// A SQL_ASCII database holds bytes of any kind. Asking it for UTF-8 would end the whole extraction at the first
// broken text; taken as they are, such rows come through and dataset.prepare quarantines them one by one.
void Connection::choose_encoding() {
    const char* encoding = PQparameterStatus(connection_.get(), "server_encoding");
    const bool any_bytes = encoding != nullptr && std::string_view(encoding) == "SQL_ASCII";
    execute(any_bytes ? "SET client_encoding TO 'SQL_ASCII'" : "SET client_encoding TO 'UTF8'");
    // Dates leave in one form whatever the server's habits.
    execute("SET datestyle TO 'ISO'");
}

void Connection::wait_for(Wait what, int timeout_ms) {
    std::array<pollfd, 2> watched{{
        {PQsocket(connection_.get()), static_cast<short>(what == Wait::Read ? POLLIN : POLLOUT | POLLIN), 0},
        {wake_, POLLIN, 0},
    }};
    if (poll(watched.data(), watched.size(), timeout_ms) < 0 && errno != EINTR) {
        throw TaskFailure(FailureClass::Resource, "waiting for the warehouse failed: poll() returned an error");
    }
    if (stop_.stop_requested()) {
        interrupt();
    }
}

void Connection::interrupt() {
    // Without this a long sort would go on over there until it first tries to send a row.
    if (PQstatus(connection_.get()) == CONNECTION_OK) {
        if (PGcancel* cancel = PQgetCancel(connection_.get())) {
            std::array<char, 256> reason{};
            PQcancel(cancel, reason.data(), static_cast<int>(reason.size()));
            PQfreeCancel(cancel);
        }
    }
    throw sdk::TaskInterrupted();
}

void Connection::fail(const pg_result* result, const Explain& explain) {
    const ServerError error = error_of(result, connection_.get());
    if (stop_.stop_requested()) {
        throw sdk::TaskInterrupted();
    }
    if (error.sqlstate.empty()) {
        throw TaskFailure(FailureClass::Transient, "the connection to the warehouse '" + name_ + "' was lost: " + error.message);
    }
    throw TaskFailure(failure_class_of(error.sqlstate), explain ? explain(error) : plain_explanation(error));
}

std::string Connection::plain_explanation(const ServerError& error) const {
    return "the warehouse '" + name_ + "' says: " + error.message + " (" + error.sqlstate + ")";
}

void Connection::send(int accepted) {
    if (accepted == 0) {
        fail(nullptr, {});
    }
    flush();
}

void Connection::flush() {
    for (int left = PQflush(connection_.get()); left != 0; left = PQflush(connection_.get())) {
        if (left < 0) {
            fail(nullptr, {});
        }
        wait_for(Wait::Write, -1);
        if (PQconsumeInput(connection_.get()) == 0) {
            fail(nullptr, {});
        }
    }
}

Connection::ResultPtr Connection::next_result() {
    while (PQisBusy(connection_.get()) != 0) {
        wait_for(Wait::Read, -1);
        if (PQconsumeInput(connection_.get()) == 0) {
            fail(nullptr, {});
        }
    }
    return ResultPtr(PQgetResult(connection_.get()));
}

Connection::ResultPtr Connection::finish() {
    ResultPtr last;
    bool failed = false;
    for (ResultPtr result = next_result(); result != nullptr; result = next_result()) {
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_COPY_OUT) {
            return result;
        }
        if (!failed) {
            last = std::move(result);
            failed = status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
        }
    }
    return last;
}

std::string Connection::quote(std::string_view text) {
    char* literal = PQescapeLiteral(connection_.get(), text.data(), text.size());
    if (literal == nullptr) {
        throw TaskFailure(FailureClass::Config, "a value in with.params is not valid UTF-8 text");
    }
    std::string copy = literal;
    PQfreemem(literal);
    return copy;
}

void Connection::execute(const std::string& sql) {
    send(PQsendQuery(connection_.get(), sql.c_str()));
    const ResultPtr result = finish();
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fail(result.get(), {});
    }
}

std::string Connection::try_value(const std::string& sql) {
    send(PQsendQuery(connection_.get(), sql.c_str()));
    const ResultPtr result = finish();
    const bool has_value = PQresultStatus(result.get()) == PGRES_TUPLES_OK && PQntuples(result.get()) > 0;
    return has_value ? std::string(PQgetvalue(result.get(), 0, 0)) : std::string();
}

std::vector<std::string> Connection::columns_of(const std::string& sql, const Explain& explain) {
    send(PQsendPrepare(connection_.get(), "", sql.c_str(), 0, nullptr));
    const ResultPtr prepared = finish();
    if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) {
        fail(prepared.get(), explain);
    }
    send(PQsendDescribePrepared(connection_.get(), ""));
    const ResultPtr described = finish();
    if (PQresultStatus(described.get()) != PGRES_COMMAND_OK) {
        fail(described.get(), explain);
    }
    std::vector<std::string> names;
    for (int i = 0; i < PQnfields(described.get()); ++i) {
        names.emplace_back(PQfname(described.get(), i));
    }
    return names;
}

void Connection::start_copy_out(const std::string& sql, const Explain& explain) {
    send(PQsendQuery(connection_.get(), sql.c_str()));
    const ResultPtr result = finish();
    if (PQresultStatus(result.get()) != PGRES_COPY_OUT) {
        fail(result.get(), explain);
    }
}

bool Connection::next_row(std::string_view& row, const Explain& explain) {
    PQfreemem(std::exchange(row_, nullptr));
    for (;;) {
        const int length = PQgetCopyData(connection_.get(), &row_, 1);
        if (length > 0) {
            row = std::string_view(row_, static_cast<std::size_t>(length));
            return true;
        }
        if (length < 0) {
            break;
        }
        wait_for(Wait::Read, -1);
        if (PQconsumeInput(connection_.get()) == 0) {
            fail(nullptr, {});
        }
    }
    const ResultPtr result = finish();
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
        fail(result.get(), explain);
    }
    return false;
}

}  // namespace kontor::tasks::warehouse
