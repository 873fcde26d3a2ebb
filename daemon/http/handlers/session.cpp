#include "http/auth.hpp"
#include "http/handlers/reply.hpp"
#include "http/login_cookie.hpp"

namespace kontor::http::handlers {

namespace {

Response nobody() {
    Response response;
    response.body = to_text(JsonObject{{"caller", nullptr}, {"role", nullptr}, {"countries", nullptr}});
    return response;
}

// For the page: it offers what the role may do.
Response who(const Call& call) {
    const Caller& caller = call.by();
    if (caller.role == Role::None) {
        return nobody();
    }
    JsonArray countries;
    for (const std::string& country : caller.countries.list()) {
        countries.emplace_back(country);
    }
    Response response;
    response.body = to_text(JsonObject{
        {"caller", caller.name},
        {"role", to_string(caller.role)},
        {"countries", caller.countries.is_all() ? Json(nullptr) : Json(std::move(countries))},
    });
    return response;
}

}  // namespace

// Open to everyone, so that a page can ask whether it is signed in without being refused.
Response show_session(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    return who(call);
}

Response begin_session(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    if (auto refusal = BodyInput(call.request).refusal()) {
        return *refusal;
    }
    const std::string_view token = token_in_authorization(call.request.fields);
    if (call.by().role == Role::None || token.empty()) {
        return unauthorized();
    }
    Response response = who(call);
    response.fields.emplace_back("Set-Cookie", cookie_with(token, call.request.fields));
    return response;
}

Response end_session(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    if (auto refusal = BodyInput(call.request).refusal()) {
        return *refusal;
    }
    Response response = nobody();
    response.fields.emplace_back("Set-Cookie", cookie_gone(call.request.fields));
    return response;
}

}  // namespace kontor::http::handlers
