// The keys that wrap objects, without their secrets.
#include "base/limits.hpp"
#include "http/handlers/reply.hpp"

#include <algorithm>

namespace kontor::http::handlers {

namespace {

constexpr std::size_t scope_bytes_max = 32;

Response no_keys() { return problem(404, "This daemon keeps no keys."); }

bool is_running(const Json& list) {
    const Json* rotation = member(list, "rotation");
    const Json* running = rotation == nullptr ? nullptr : member(*rotation, "running");
    return running != nullptr && running->is_bool() && running->get_bool();
}

bool has_key(const Json& list, const std::string& scope, const std::string& country) {
    const Json* items = member(list, "items");
    return items != nullptr && items->is_array() &&
           std::any_of(
               items->get_array().begin(),
               items->get_array().end(),
               [&](const Json& key) {
                   return (scope.empty() || scope == text_member(key, "scope")) &&
                          (country.empty() || country == text_member(key, "country"));
               }
           );
}

}  // namespace

Response list_keys(const Call& call) {
    QueryInput query(call.request);
    if (auto refusal = query.refusal()) {
        return *refusal;
    }
    if (call.keys == nullptr) {
        return no_keys();
    }
    const auto list = call.keys->list();
    if (!list) {
        return problem(list.error());
    }
    Response response;
    response.body = to_text(*list);
    return response;
}

Response rotate_keys(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    const std::string scope = body.text("scope", Need::Optional, scope_bytes_max);
    const std::string country = body.country("country");
    const std::string reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (call.keys == nullptr) {
        return no_keys();
    }
    const auto before = call.keys->list();
    if (!before) {
        return problem(before.error());
    }
    if (is_running(*before)) {
        return problem(409, "A rotation is under way; look at it with GET /v1/keys.");
    }
    if (!has_key(*before, scope, country)) {
        return problem(404, "There is no key of that scope and country: nothing was encrypted.");
    }
    engine::AcceptRequest request;
    fill(request, call, reason, country);
    request.answer = to_text(JsonObject{{"scope", scope}, {"country", country}, {"accepted", true}});
    const auto accepted = call.api.accept(std::move(request));
    if (accepted && !accepted->replayed) {
        if (const auto started = call.keys->rotate(scope, country); !started) {
            return problem(started.error());
        }
    }
    return reply(accepted);
}

}  // namespace kontor::http::handlers
