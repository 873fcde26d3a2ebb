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

Response redrive_dead_letter(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::RedriveRequest request;
    request.dead_letter = call.id("id");
    request.newest_definition =
        body.one_of("definition", {"pinned", "newest"}, "pinned") == "newest";
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    request.by = call.request.caller;
    request.idempotency = idempotency(call.request);
    return reply(call.api.redrive(std::move(request)));
}

Response discard_dead_letter(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    std::string reason = body.text("reason", Need::Required, limits::reason_bytes_max);
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    return reply(call.api.discard(
        {call.id("id"), std::move(reason), call.request.caller, idempotency(call.request)}
    ));
}

}  // namespace kontor::http::handlers
