#include "base/error.hpp"

#include "base/check.hpp"

namespace kontor {

std::string_view to_string(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Invalid: return "invalid";
        case ErrorKind::NotFound: return "not_found";
        case ErrorKind::Conflict: return "conflict";
        case ErrorKind::Forbidden: return "forbidden";
        case ErrorKind::Unavailable: return "unavailable";
        case ErrorKind::Timeout: return "timeout";
        case ErrorKind::InDoubt: return "in_doubt";
        case ErrorKind::Cancelled: return "cancelled";
        case ErrorKind::Internal: return "internal";
    }
    KONTOR_UNREACHABLE();
}

int http_status(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Invalid: return 422;
        case ErrorKind::NotFound: return 404;
        case ErrorKind::Conflict: return 409;
        case ErrorKind::Forbidden: return 403;
        case ErrorKind::Unavailable: return 503;
        case ErrorKind::Timeout: return 504;
        case ErrorKind::InDoubt: return 503;
        case ErrorKind::Cancelled: return 503;
        case ErrorKind::Internal: return 500;
    }
    KONTOR_UNREACHABLE();
}

std::string describe(const Error& error) {
    std::string text = error.where.empty() ? error.message : error.where + ": " + error.message;
    for (const ErrorDetail& detail : error.details) {
        text += "\n  " + detail.pointer + ": " + detail.message;
    }
    return text;
}

}  // namespace kontor
