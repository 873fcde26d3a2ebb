// Decides what happens with a request once its head is read: refused, answered at once, or handed
// to a route. Why apart: the decision about access is one pure function over the matched route,
// tested without sockets. Thread: any; pure.
#pragma once

#include "http/auth.hpp"
#include "http/head_check.hpp"
#include "http/router.hpp"

#include <variant>

namespace kontor::http {

// A request that may go on to its route.
struct Admitted {
    Match match;
    Request request;  // without its body
};

struct Refused {
    Response response;
    // Of a known caller who may not change what he wanted to change.
    std::optional<ports::AuditRow> record{};
};

std::variant<Refused, Admitted> admit(Head head, const TokenBook& tokens, Instant now);

// Nothing when the caller may use the route as far as the route itself tells; else 403, or 404 for
// a country that is not his.
std::optional<Response> check_guard(const Match& match, const Caller& caller);
// One line of the record: this caller was answered so.
ports::AuditRow audit_row(
    const Route& route, const Request& request, int status, Instant now
);

// "GET, HEAD, OPTIONS"
std::string allow_list(const std::vector<Method>& methods);

}  // namespace kontor::http
