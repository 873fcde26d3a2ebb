#include "http/login_cookie.hpp"

namespace kontor::http {

namespace {

// A month: then the token is asked for again.
constexpr std::string_view seconds_max = "2592000";

std::string cookie_name(const Fields& fields) {
    const std::string_view host = field(fields, "Host");
    const std::size_t colon = host.rfind(':');
    std::string name = "kontor-token";
    if (colon == std::string_view::npos || host.back() == ']') {
        return name;
    }
    name += '-';
    for (const char c : host.substr(colon + 1)) {
        if (is_digit(c)) {
            name += c;
        }
    }
    return name;
}

std::string attributes(const Fields& fields) {
    // The daemon itself speaks plain HTTP; a proxy in front of it that speaks TLS says so.
    const bool tls = equal_ignoring_case(field(fields, "X-Forwarded-Proto"), "https");
    return std::string("; Path=/; HttpOnly; SameSite=Strict") + (tls ? "; Secure" : "");
}

// The host of "http://host:port"; empty for "null" and nonsense.
std::string_view host_of(std::string_view origin) {
    const std::size_t mark = origin.find("://");
    return mark == std::string_view::npos ? std::string_view{} : origin.substr(mark + 3);
}

}  // namespace

std::string_view token_in_cookie(const Fields& fields) {
    std::string_view rest = field(fields, "Cookie");
    const std::string wanted = cookie_name(fields);
    while (!rest.empty()) {
        const std::size_t semicolon = rest.find(';');
        const std::string_view pair = trimmed(rest.substr(0, semicolon));
        rest.remove_prefix(semicolon == std::string_view::npos ? rest.size() : semicolon + 1);
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == wanted) {
            return pair.substr(equals + 1);
        }
    }
    return {};
}

std::string_view token_in_authorization(const Fields& fields) {
    const std::string_view value = field(fields, "Authorization");
    const std::size_t space = value.find(' ');
    if (space == std::string_view::npos || !equal_ignoring_case(value.substr(0, space), "Bearer")) {
        return {};
    }
    return trimmed(value.substr(space + 1));
}

std::string cookie_with(std::string_view token, const Fields& fields) {
    return cookie_name(fields) + "=" + std::string(token) +
           "; Max-Age=" + std::string(seconds_max) + attributes(fields);
}

std::string cookie_gone(const Fields& fields) {
    return cookie_name(fields) + "=; Max-Age=0" + attributes(fields);
}

bool is_from_own_page(Method method, const Fields& fields) {
    const bool reads = method == Method::Get || method == Method::Head;
    const std::string_view site = field(fields, "Sec-Fetch-Site");
    if (!site.empty()) {
        return site == "same-origin" || (reads && site == "none");
    }
    // A browser of before 2023, or no browser: those send Origin with whatever changes something.
    const std::string_view origin = field(fields, "Origin");
    return origin.empty() ? reads : host_of(origin) == field(fields, "Host");
}

}  // namespace kontor::http
