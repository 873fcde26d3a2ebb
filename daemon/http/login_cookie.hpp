// The dashboard's sign-in: the bearer token in a cookie that scripts cannot read.
// Why a cookie: a page has no safer place. HttpOnly keeps the token from scripts, SameSite=Strict
// from requests that other sites begin. Ports share cookies, so the name holds the port: two
// daemons on one host do not sign each other out. Thread: any; pure.
#pragma once

#include "http/message.hpp"

#include <string>
#include <string_view>

namespace kontor::http {

// The token in the request's cookie; empty when there is none. The view is into `fields`.
std::string_view token_in_cookie(const Fields& fields);

// The token of an Authorization field of the scheme Bearer; empty when there is none. The view is
// into `fields`.
std::string_view token_in_authorization(const Fields& fields);

// The browser names the token by itself: other sites may have asked for that.
inline bool is_signed_in_by_cookie(const Fields& fields) { return field(fields, "Authorization").empty(); }

// Set-Cookie values. Requires: the token is one that TokenBook knows (it has no characters that a
// cookie could not carry).
std::string cookie_with(std::string_view token, const Fields& fields);
std::string cookie_gone(const Fields& fields);

// True when a browser says that the dashboard itself asks, or when no browser asks. SameSite alone
// does not tell ports of one host apart. A request that changes something must say so; one that
// reads may also be typed into the address bar.
bool is_from_own_page(Method method, const Fields& fields);

}  // namespace kontor::http
