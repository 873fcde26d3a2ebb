// One connection to a warehouse, over libpq without blocking: every wait ends at once when the task is told to stop,
// and then the server is told as well. Libpqxx is not used here because its COPY OUT is not sound.
// Thread: the task's own. Owner: the extraction.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/warehouse/server_error.hpp"

struct pg_conn;
struct pg_result;

namespace kontor::tasks::warehouse {

class Connection {
 public:
    // `name` is what sentences call the warehouse; the URL, which may hold a password, never stands in one.
    // Errors: TaskFailure (Config: bad URL, wrong password, no such database; Transient: not reachable), TaskInterrupted.
    Connection(const std::string& url, std::string name, std::stop_token stop);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Turns what the server said into a sentence; given the failed statement's error.
    using Explain = std::function<std::string(const ServerError&)>;

    // The SQL literal of a text. Errors: TaskFailure(Config) when the text is not valid in the connection's encoding.
    std::string quote(std::string_view text);
    void execute(const std::string& sql);
    // First row, first column; empty when there is none or the statement fails.
    std::string try_value(const std::string& sql);
    // Names of the columns that `sql` gives, without running it.
    std::vector<std::string> columns_of(const std::string& sql, const Explain& explain);

    void start_copy_out(const std::string& sql, const Explain& explain);
    // One row as the server wrote it; valid until the next call. False once all rows have come and the server has
    // confirmed the end.
    bool next_row(std::string_view& row, const Explain& explain);

 private:
    struct Close {
        void operator()(pg_conn* connection) const;
        void operator()(pg_result* result) const;
    };
    using ResultPtr = std::unique_ptr<pg_result, Close>;
    enum class Wait { Read, Write };

    void connect(const std::string& url);
    void choose_encoding();
    void wait_for(Wait what, int timeout_ms);
    void send(int accepted);
    void flush();
    // The statement's last result, or the first that failed.
    ResultPtr finish();
    ResultPtr next_result();
    [[noreturn]] void interrupt();
    [[noreturn]] void fail(const pg_result* result, const Explain& explain);
    std::string plain_explanation(const ServerError& error) const;

    std::string name_;
    std::stop_token stop_;
    int wake_ = -1;  // an eventfd that a stop request makes readable
    std::unique_ptr<std::stop_callback<std::function<void()>>> on_stop_;
    std::unique_ptr<pg_conn, Close> connection_;
    char* row_ = nullptr;  // libpq's buffer of the current row
};

}  // namespace kontor::tasks::warehouse
