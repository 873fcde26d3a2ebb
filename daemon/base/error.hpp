// The error that crosses ports: what the caller should do, where it arose, a sentence for a person.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kontor {

// Named by what the caller should do. HTTP status and log level follow from it in one table (error.cpp).
enum class ErrorKind {
    Invalid,      // report it; the same call will never succeed
    NotFound,     // report it
    Conflict,     // re-read, then decide
    Forbidden,    // report it; who asks may not
    Unavailable,  // retry with backoff
    Timeout,      // retry with backoff, and count it
    InDoubt,      // it may have happened: read back, then decide
    Cancelled,    // stop quietly
    Internal,     // a fault of Kontor's own: log at error, alert
};

// One fault inside a document: `pointer` is a JSON pointer into a body, or "line:column" of a text.
struct ErrorDetail {
    std::string pointer;
    std::string message;
};

struct Error {
    ErrorKind kind = ErrorKind::Internal;
    std::string where;    // the operation, e.g. "store.commit"
    std::string message;  // a sentence that says what is wrong and what to do
    std::vector<ErrorDetail> details{};
};

std::string_view to_string(ErrorKind kind);
int http_status(ErrorKind kind);
// "where: message", for logs and the command line.
std::string describe(const Error& error);

}  // namespace kontor
