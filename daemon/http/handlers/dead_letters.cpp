#include "base/limits.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

Response list_dead_letters(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters;
    parameters.push_back(query.one_of("state", {"open", "redriven", "discarded"}));
    parameters.push_back(query.name("workflow"));
    parameters.push_back(query.country("country"));
    parameters.push_back(query.text("fingerprint"));
    parameters.push_back(query.limit());
    parameters.push_back(query.cursor());
    return page(call, "dead_letters_page", query, parameters);
}

Response list_dead_letter_causes(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters;
    parameters.push_back(query.one_of("state", {"open", "redriven", "discarded"}));
    parameters.push_back(query.name("workflow"));
    parameters.push_back(query.country("country"));
    return whole_list(call, "dead_letter_causes", query, parameters);
}

Response show_dead_letter(const Call& call) {
    return page(call, "dead_letter_one", QueryInput(call.request), {call.text("id")});
}

namespace {

// 404 for a letter of another country.
std::optional<Response> refuse_letter(const Call& call) {
    if (call.by().countries.is_all()) {
        return std::nullopt;
    }
    Response seen = read(call, "dead_letter_one", {call.text("id")});
    return seen.status == 200 ? std::nullopt : std::optional(std::move(seen));
}

}  // namespace

Response redrive_dead_letter(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::RedriveRequest request;
    request.dead_letter = call.id("id");
    request.newest_definition =
        body.one_of("definition", {"pinned", "newest"}, "pinned") == "newest";
    const std::string reason =
        body.text("reason", Need::Optional, limits::reason_bytes_max);
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (auto refusal = refuse_letter(call)) {
        return *refusal;
    }
    fill(request, call, reason);
    return reply(call.api.redrive(std::move(request)));
}

Response discard_dead_letter(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::DiscardRequest request;
    request.dead_letter = call.id("id");
    request.reason = body.text("reason", Need::Required, limits::reason_bytes_max);
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (auto refusal = refuse_letter(call)) {
        return *refusal;
    }
    fill(request, call, request.reason);
    return reply(call.api.discard(std::move(request)));
}

}  // namespace kontor::http::handlers
