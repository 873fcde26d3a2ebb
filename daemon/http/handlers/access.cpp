// Tokens and the record of mutations.
#include "base/limits.hpp"
#include "base/sha256.hpp"
#include "http/access_keeper.hpp"
#include "http/handlers/reply.hpp"

#include <openssl/rand.h>

#include <array>

namespace kontor::http::handlers {

namespace {

constexpr std::size_t secret_bytes = 32;

// "kontor_" and 64 hex digits: whoever finds one in a file or a log sees what it is. Empty when no
// random numbers can be had.
std::string new_secret() {
    std::array<unsigned char, secret_bytes> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        return "";
    }
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string secret = "kontor_";
    for (const unsigned char byte : random) {
        secret += digits[byte >> 4U];
        secret += digits[byte & 0xFU];
    }
    return secret;
}

// `countries`: "all" or a list of at least one.
Countries read_countries(BodyInput& body) {
    const Json value = body.any("countries");
    if (value.is_string() && value.get_string() == "all") {
        return Countries::all();
    }
    std::vector<std::string> list;
    bool good = value.is_array() && !value.get_array().empty();
    if (good) {
        for (const Json& each : value.get_array()) {
            good = good && each.is_string() && is_country(std::string_view(each.get_string()));
            list.emplace_back(good ? std::string(each.get_string()) : "");
        }
    }
    if (!good) {
        body.fault(
            "countries", "must be \"all\" or a list of countries, two capital letters each"
        );
    }
    return Countries::of(std::move(list));
}

}  // namespace

Response list_tokens(const Call& call) {
    QueryInput query(call.request);
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "tokens_page", query, {limit, cursor}, Reach::Open);
}

Response create_token(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::CreateTokenRequest request;
    request.name = body.name("name", Need::Required);
    const std::string role =
        body.one_of("role", {"viewer", "operator", "reviewer", "admin"}, "viewer");
    request.role = role_from_text(role).value_or(Role::None);
    request.countries = read_countries(body);
    request.expires_at = body.time("expires_at");
    const std::string reason =
        body.text("reason", Need::Optional, limits::reason_bytes_max);
    const bool dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    const std::string secret = new_secret();
    if (secret.empty()) {
        return problem(internal("http.tokens", "no random numbers could be had"));
    }
    request.hash = sha256_hex(secret);
    const std::string fingerprint = request.hash.substr(0, engine::token_fingerprint_digits);
    fill(request, call, reason);
    request.audit.dry_run = dry_run;
    Response response = reply(call.api.create_token(std::move(request)));
    if (response.status != 201) {
        return response;
    }
    call.access.refresh();
    // The answer under the Idempotency-Key is kept without the secret: asked for again, it shows
    // which token was made, and another token's secret must not go out with it.
    auto made = json_from_text(response.body);
    if (made && text_member(*made, "fingerprint") == fingerprint) {
        made->get_object()["secret"] = secret;
        response.body = to_text(*made);
    }
    return response;
}

Response revoke_token(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    const std::string reason =
        body.text("reason", Need::Optional, limits::reason_bytes_max);
    const bool dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    engine::RevokeTokenRequest request;
    request.token = call.id("id");
    fill(request, call, reason);
    request.audit.dry_run = dry_run;
    Response response = reply(call.api.revoke_token(std::move(request)));
    call.access.refresh();
    return response;
}

Response list_audit(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters;
    parameters.push_back(query.text("who"));
    parameters.push_back(query.text("route"));
    parameters.push_back(query.text("correlation", correlation_bytes_max));
    parameters.push_back(query.time("since"));
    parameters.push_back(query.time("until"));
    parameters.push_back(query.limit());
    parameters.push_back(query.cursor());
    return page(call, "audit_page", query, parameters, Reach::Open);
}

}  // namespace kontor::http::handlers
