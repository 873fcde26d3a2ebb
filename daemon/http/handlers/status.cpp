#include "base/time.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

Response status(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    Json status = call.api.status();
    if (auto* object = status.if_object()) {
        // The engine knows its work; the server adds what only it was told. emplace keeps what is
        // there.
        object->emplace("version", call.facts.version);
        object->emplace("started_at", to_iso(call.facts.started_at));
        object->emplace("database", call.facts.database);
    }
    Response response;
    response.body = to_text(status);
    return response;
}

Response show_system(const Call& call) {
    return page(call, "system_facts", QueryInput(call.request), {}, Reach::Open);
}

}  // namespace kontor::http::handlers
