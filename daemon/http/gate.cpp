#include "http/gate.hpp"

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
        return found.route != nullptr && found.route->access == Access::Public;
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

std::variant<Response, Admitted> admit(Head head, const TokenCheck& tokens) {
    auto target = split_target(head.target);
    if (!target) {
        Response response = problem(400, target.error().message);
        response.close = true;
        return response;
    }
    Match found = match(head.method, target->segments);
    const auto caller = tokens.caller(head.fields);
    if (caller && caller->by_cookie && !is_from_own_page(head.method, head.fields)) {
        return problem(
            403, "A request with the dashboard's cookie must come from the dashboard itself."
        );
    }
    if (found.route == nullptr) {
        return answer_without_route(head, *target, found.allowed, caller.has_value());
    }
    if (found.route->access != Access::Public && !caller) {
        return unauthorized();
    }
    if (auto refusal = check_body_type(head.fields, head.has_body(), found.route->body)) {
        return *refusal;
    }
    Request request;
    request.method = head.method;
    request.path = std::move(target->path);
    request.segments = std::move(target->segments);
    request.query = std::move(target->query);
    request.fields = std::move(head.fields);
    request.caller = caller ? caller->name : "";
    if (auto refusal = check_idempotency_key(request)) {
        return *refusal;
    }
    return Admitted{std::move(found), std::move(request)};
}

}  // namespace kontor::http
