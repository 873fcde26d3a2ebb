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

std::variant<Response, Admitted> admit(Head head, const TokenCheck& tokens);

// "GET, HEAD, OPTIONS"
std::string allow_list(const std::vector<Method>& methods);

}  // namespace kontor::http
