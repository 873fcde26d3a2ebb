#include "http/problem.hpp"

#include "base/json.hpp"

namespace kontor::http {

Response problem(int status, std::string detail, const std::vector<ErrorDetail>& errors) {
    JsonArray list;
    for (const ErrorDetail& error : errors) {
        list.push_back(JsonObject{
            {"pointer", storable(error.pointer)}, {"message", storable(error.message)}});
    }
    Response response;
    response.status = status;
    response.content_type = "application/problem+json";
    response.body = to_text(JsonObject{
        {"type", "about:blank"},
        {"title", reason_phrase(status)},
        {"status", status},
        {"detail", storable(detail)},
        {"errors", std::move(list)},
    });
    if (status == 503) {
        response.fields.emplace_back("Retry-After", std::to_string(retry_after_seconds));
    }
    return response;
}

Response problem(const Error& error) {
    switch (error.kind) {
        case ErrorKind::Internal:
            return problem(500, "A fault inside Kontor; its log says more.");
        case ErrorKind::InDoubt:
            return problem(
                503,
                "It is not known whether this took effect: read it back, or repeat it with the "
                "same "
                "Idempotency-Key."
            );
        case ErrorKind::Invalid:
        case ErrorKind::NotFound:
        case ErrorKind::Conflict:
        case ErrorKind::Forbidden:
        case ErrorKind::Unavailable:
        case ErrorKind::Timeout:
        case ErrorKind::Cancelled:
            break;
    }
    return problem(http_status(error.kind), error.message, error.details);
}

}  // namespace kontor::http
