#include "http/gate.hpp"

#include "base/check.hpp"
#include "base/limits.hpp"
#include "http/input.hpp"
#include "http/login_cookie.hpp"
#include "http/problem.hpp"
#include "http/static_files.hpp"
#include "http/target.hpp"

#include <algorithm>

namespace kontor::http {

namespace {

Response not_allowed(Method method, const std::vector<Method>& allowed) {
    Response response;
    if (method == Method::Options) {
        response.status = 204;
    } else {
        response = problem(405, "This path takes " + allow_list(allowed) + ".");
    }
    response.fields.emplace_back("Allow", allow_list(allowed));
    return response;
}

// True when every route of the path is public; a path without routes is not.
bool is_public(const std::vector<std::string>& segments, const std::vector<Method>& allowed) {
    return !allowed.empty() && std::all_of(allowed.begin(), allowed.end(), [&](Method method) {
        const Match found = match(method, segments);
        return found.route != nullptr && found.route->guard.least == Access::Public;
    });
}

// Everything of the API stands under these names; what no route knows there is still nobody's
// business.
bool is_api_path(const std::vector<std::string>& segments) {
    return !segments.empty() && (segments.front() == "v1" || segments.front() == "metrics");
}

Response answer_without_route(
    const Head& head, const Target& target, const std::vector<Method>& allowed, bool known_caller
) {
    if (!allowed.empty()) {
        const bool open = known_caller || is_public(target.segments, allowed);
        return open ? not_allowed(head.method, allowed) : unauthorized();
    }
    if (is_api_path(target.segments)) {
        return known_caller
                   ? problem(404, "No route of the API has this path; /v1/openapi.yaml lists them.")
                   : unauthorized();
    }
    return static_file(head.method, target.path, head.fields);
}

}  // namespace

std::string allow_list(const std::vector<Method>& methods) {
    std::string list;
    for (const Method method : methods) {
        list.append(to_string(method)).append(", ");
    }
    return list + "OPTIONS";
}

namespace {

// The lowest role that a guard lets in.
Role role_for(Access least) {
    switch (least) {
        case Access::Denied:
            break;
        case Access::Public:
            return Role::None;
        case Access::Viewer:
            return Role::Viewer;
        case Access::Operator:
            return Role::Operator;
        case Access::Reviewer:
            return Role::Reviewer;
        case Access::Admin:
            return Role::Admin;
    }
    KONTOR_UNREACHABLE();  // Guard does not compile with Denied
}

// The reason of a mutation, when its body or its fields give one.
std::string reason_of(const Request& request) {
    const auto body = json_from_text(request.body);
    std::string reason = body ? text_member(*body, "reason") : "";
    if (reason.empty()) {
        reason = std::string(field(request.fields, reason_field));
    }
    reason = storable(reason);
    return reason.substr(0, limits::reason_bytes_max);
}

}  // namespace

std::optional<Response> check_guard(const Match& match, const Caller& caller) {
    const Guard& guard = match.route->guard;
    const Role wanted = role_for(guard.least);
    if (caller.role < wanted) {
        return problem(
            403,
            name_of(*match.route) + " wants the role " + std::string(to_string(wanted)) +
                "; the token '" + caller.name + "' has the role " +
                std::string(to_string(caller.role)) + "."
        );
    }
    if (caller.countries.is_all()) {
        return std::nullopt;
    }
    if (guard.where == Where::Everywhere) {
        return problem(
            403,
            name_of(*match.route) + " touches all countries; the token '" + caller.name +
                "' may work for " + caller.countries.filter().value_or("") + " only."
        );
    }
    if (guard.where == Where::Path && !caller.countries.contains(match.path.at("country"))) {
        return problem(404, "There is no such country here for you.");
    }
    return std::nullopt;
}

ports::AuditRow audit_row(
    const Route& route, const Request& request, int status, Instant now
) {
    ports::AuditRow row;
    row.at = now;
    row.who = request.caller.name;
    row.role = to_string(request.caller.role);
    row.route = name_of(route);
    row.resource = storable(request.path);
    row.reason = reason_of(request);
    row.status = status;
    return row;
}

std::variant<Refused, Admitted> admit(Head head, const TokenBook& tokens, Instant now) {
    auto target = split_target(head.target);
    if (!target) {
        Response response = problem(400, target.error().message);
        response.close = true;
        return Refused{std::move(response)};
    }
    Match found = match(head.method, target->segments);
    const auto caller = tokens.caller(head.fields, now);
    if (caller && is_signed_in_by_cookie(head.fields) && !is_from_own_page(head.method, head.fields)) {
        return Refused{problem(403, "A request with the dashboard's cookie must come from the dashboard itself.")};
    }
    if (found.route == nullptr) {
        return Refused{answer_without_route(head, *target, found.allowed, caller.has_value())};
    }
    const bool is_public = found.route->guard.least == Access::Public;
    if (!is_public && !caller) {
        return Refused{unauthorized()};
    }
    Request request;
    request.method = head.method;
    request.path = std::move(target->path);
    request.segments = std::move(target->segments);
    request.query = std::move(target->query);
    request.fields = std::move(head.fields);
    request.caller = caller.value_or(Caller{});
    if (auto refusal = is_public ? std::nullopt : check_guard(found, request.caller)) {
        Refused refused{std::move(*refusal)};
        if (is_mutation(request.method)) {
            refused.record = audit_row(*found.route, request, refused.response.status, now);
        }
        return refused;
    }
    if (auto refusal = check_body_type(request.fields, head.has_body(), found.route->body)) {
        return Refused{std::move(*refusal)};
    }
    if (auto refusal = check_idempotency_key(request)) {
        return Refused{std::move(*refusal)};
    }
    return Admitted{std::move(found), std::move(request)};
}

}  // namespace kontor::http
