// Refusals as application/problem+json (RFC 9457): {type, title, status, detail, errors: [{pointer,
// message}]}. Thread: any; pure.
#pragma once

#include "base/error.hpp"
#include "http/message.hpp"

#include <string>
#include <vector>

namespace kontor::http {

Response problem(int status, std::string detail, const std::vector<ErrorDetail>& errors = {});

// The answer to an Error of the engine. What stands in an Internal error stays in the log: the
// caller learns only that it happened. Unavailable, InDoubt and Cancelled carry Retry-After.
Response problem(const Error& error);

// Seconds after which a refused caller may try again.
inline constexpr int retry_after_seconds = 1;

}  // namespace kontor::http
