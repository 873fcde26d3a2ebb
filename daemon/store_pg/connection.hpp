// A thin layer over libpq for the writer: prepared statements, binary arrays, a whole transaction in one round trip
// (pipeline mode). libpqxx serves the readers; it has no pipeline that takes array parameters.
// Thread: one at a time.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "store_pg/columns.hpp"

struct pg_conn;
struct pg_result;

namespace kontor::store_pg {

struct ConnectionOptions {
    std::string target;            // a libpq connection string or URL
    std::string application_name;  // seen in pg_stat_activity
    std::string session;           // SET statements, run once after connecting
    Duration connect_max = std::chrono::seconds(5);
};

// A parameter in binary form; nullopt is NULL.
struct Parameter {
    unsigned type = 0;
    std::optional<std::string> bytes;
};
Parameter parameter(std::int64_t value);
Parameter parameter(std::string_view value);
Parameter parameter(Instant value);
Parameter parameter(bool value);

// One statement of a transaction. `name` says in errors what failed; with `variant` it names the prepared statement.
struct Step {
    std::string_view name;
    std::string sql;
    std::vector<Parameter> parameters;
    std::string variant{};

    std::string statement() const { return std::string(name) + variant; }
};

// An answer with binary columns. Requires: the column has the type asked for (the statement says so).
class Rows {
 public:
    explicit Rows(pg_result* result);
    int count() const;
    bool is_null(int row, int column) const;
    std::int64_t int8(int row, int column) const;
    int int4(int row, int column) const;
    bool boolean(int row, int column) const;
    std::string text(int row, int column) const;
    Json json(int row, int column) const;  // of jsonb; null when NULL
    Instant time(int row, int column) const;
    std::optional<std::int64_t> maybe_int8(int row, int column) const;
    std::optional<Instant> maybe_time(int row, int column) const;

 private:
    std::string_view bytes(int row, int column) const;
    struct Clear {
        void operator()(pg_result* result) const;
    };
    std::unique_ptr<pg_result, Clear> result_;
};

class Connection {
 public:
    static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // False once the connection failed: open another one.
    bool usable() const;

    // Several statements of plain text, without parameters and answers.
    Result<void> execute(std::string_view statements);
    // One prepared statement.
    Result<Rows> query(const Step& step);
    // BEGIN, all steps, COMMIT: one round trip.
    // Errors: InDoubt when the connection failed and nothing says that COMMIT was not reached; else by translate().
    // After any error the transaction took no effect, but for InDoubt.
    Result<void> transaction(std::span<const Step> steps);
    // The same in two halves. begin() returns once everything is sent; after its success only finish() may be called, until
    // that told the outcome: nullopt, it is not known within `wait_max`.
    Result<void> begin(std::span<const Step> steps);
    std::optional<Result<void>> finish(Duration wait_max);

 private:
    explicit Connection(pg_conn* connection);
    Result<void> prepare(const Step& step);
    Result<void> prepare_all(std::span<const Step> steps);
    bool send(const Step& step);
    bool send_command(const char* command);
    bool answered(Duration wait_max) const;
    Result<void> collect();
    Error failure(std::string_view statement) const;

    pg_conn* connection_;
    std::set<std::string> prepared_;
    std::vector<std::string_view> sent_;  // the statements of the transaction under way
};

}  // namespace kontor::store_pg
