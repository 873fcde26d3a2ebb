#include "demo/copy_in.hpp"

#include <libpq-fe.h>

#include <array>
#include <utility>

namespace kontor::demo {
namespace {

// Rows travel in pieces of this size: large enough for few system calls, small enough to stay in the cache.
constexpr std::size_t piece_bytes = 64 * 1024;

struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ClearResult>;

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

}  // namespace

void Loader::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

Loader::Loader(pg_conn* connection) : connection_(connection) { buffer_.reserve(piece_bytes * 2); }

Result<Loader> Loader::connect(const std::string& url) {
    const std::array<const char*, 5> names{"application_name", "connect_timeout", "client_encoding", "dbname", nullptr};
    const std::array<const char*, 5> values{"kontor demo", "10", "UTF8", url.c_str(), nullptr};
    PGconn* connection = PQconnectStartParams(names.data(), values.data(), 1);
    if (connection == nullptr) {
        return internal("demo.connect", "no memory for a database connection");
    }
    Loader loader(connection);
    // Verbose for the SQLSTATE, which libpq gives in no other way while connecting; the reset connects, and waits.
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
    PQreset(connection);
    PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);
    if (PQstatus(connection) == CONNECTION_OK) {
        PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
        return loader;
    }
    const std::string message = first_line(PQerrorMessage(connection));
    if (message.find(" 3D000: ") != std::string::npos) {
        return not_found("demo.connect", message);
    }
    const bool refused = message.find(" 28P01: ") != std::string::npos || message.find(" 28000: ") != std::string::npos;
    const std::string sentence = "the warehouse database cannot be reached: " + message;
    return refused ? invalid("demo.connect", sentence) : unavailable("demo.connect", sentence);
}

Error Loader::server_error(const char* what) const {
    return unavailable("demo.load", std::string(what) + " failed in the warehouse: " + first_line(PQerrorMessage(connection_.get())));
}

Result<void> Loader::execute(const std::string& sql) {
    const ResultPtr result(PQexec(connection_.get(), sql.c_str()));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        return server_error("a statement");
    }
    return {};
}

Result<std::string> Loader::value(const std::string& sql) {
    const ResultPtr result(PQexec(connection_.get(), sql.c_str()));
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
        return server_error("a query");
    }
    return PQntuples(result.get()) == 0 ? std::string() : std::string(PQgetvalue(result.get(), 0, 0));
}

std::string Loader::quote(std::string_view text) {
    char* quoted = PQescapeLiteral(connection_.get(), text.data(), text.size());
    std::string copy = quoted == nullptr ? std::string("''") : std::string(quoted);
    PQfreemem(quoted);
    return copy;
}

Result<void> Loader::begin_copy(const std::string& sql) {
    const ResultPtr result(PQexec(connection_.get(), sql.c_str()));
    if (PQresultStatus(result.get()) != PGRES_COPY_IN) {
        return server_error("COPY");
    }
    buffer_.clear();
    row_open_ = false;
    return {};
}

void Loader::field(std::string_view text) {
    if (std::exchange(row_open_, true)) {
        buffer_.push_back('\t');
    }
    if (text.empty()) {
        buffer_ += "\\N";
        return;
    }
    for (const char c : text) {
        switch (c) {
            case '\\': buffer_ += "\\\\"; break;
            case '\t': buffer_ += "\\t"; break;
            case '\n': buffer_ += "\\n"; break;
            case '\r': buffer_ += "\\r"; break;
            default: buffer_.push_back(c);
        }
    }
}

Result<void> Loader::end_row() {
    buffer_.push_back('\n');
    row_open_ = false;
    return buffer_.size() < piece_bytes ? Result<void>() : flush();
}

Result<void> Loader::flush() {
    if (!buffer_.empty() && PQputCopyData(connection_.get(), buffer_.data(), static_cast<int>(buffer_.size())) != 1) {
        return server_error("COPY");
    }
    buffer_.clear();
    return {};
}

Result<void> Loader::end_copy() {
    if (auto sent = flush(); !sent) {
        return sent;
    }
    if (PQputCopyEnd(connection_.get(), nullptr) != 1) {
        return server_error("COPY");
    }
    ExecStatusType status = PGRES_COMMAND_OK;
    for (ResultPtr result(PQgetResult(connection_.get())); result != nullptr; result.reset(PQgetResult(connection_.get()))) {
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
            status = PQresultStatus(result.get());
        }
    }
    return status == PGRES_COMMAND_OK ? Result<void>() : Result<void>(server_error("COPY"));
}

}  // namespace kontor::demo
