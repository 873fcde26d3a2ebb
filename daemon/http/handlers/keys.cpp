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

// How many scopes and countries have a key that would be replaced.
std::int64_t keys_of(const Json& list, const std::string& scope, const std::string& country) {
    const Json* items = member(list, "items");
    return items == nullptr || !items->is_array() ? 0 :
           std::count_if(
               items->get_array().begin(),
               items->get_array().end(),
               [&](const Json& key) {
                   const Json* current = member(key, "current");
                   return current != nullptr && *current == Json(true) && (scope.empty() || scope == text_member(key, "scope")) &&
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
    const bool dry_run = body.flag("dry_run");
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
    const std::int64_t keys = keys_of(*before, scope, country);
    if (keys == 0) {
        return problem(404, "There is no key of that scope and country: nothing was encrypted.");
    }
    engine::AcceptRequest request;
    fill(request, call, reason, country);
    request.audit.dry_run = dry_run;
    request.answer = to_text(
        dry_run ? JsonObject{{"scope", scope}, {"country", country}, {"dry_run", true}, {"keys", keys}}
                : JsonObject{{"scope", scope}, {"country", country}, {"accepted", true}}
    );
    const auto accepted = call.api.accept(std::move(request));
    if (accepted && !accepted->replayed && !dry_run) {
        if (const auto started = call.keys->rotate(scope, country); !started) {
            return problem(started.error());
        }
    }
    Response response = reply(accepted);
    if (dry_run && response.status == 202) {
        response.status = 200;
    }
    return response;
}

}  // namespace kontor::http::handlers
