// A libpq connection that loads tables: statements and COPY FROM STDIN in PostgreSQL's text format.
// Thread: one. Owner: load_demo().
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct pg_conn;

namespace kontor::demo {

class Loader {
 public:
    // Errors: NotFound when the server has no such database, Invalid (URL, password), Unavailable.
    static Result<Loader> connect(const std::string& url);

    Result<void> execute(const std::string& sql);
    // First row, first column; empty when there is none.
    Result<std::string> value(const std::string& sql);
    std::string quote(std::string_view text);

    Result<void> begin_copy(const std::string& sql);
    // One column of a row; empty is NULL.
    void field(std::string_view text);
    Result<void> end_row();
    Result<void> end_copy();

 private:
    struct Close {
        void operator()(pg_conn* connection) const;
    };
    explicit Loader(pg_conn* connection);
    Result<void> flush();
    Error server_error(const char* what) const;

    std::unique_ptr<pg_conn, Close> connection_;
    std::string buffer_;
    bool row_open_ = false;
};

}  // namespace kontor::demo
