#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

namespace {

// Attributes of CloudEvents 1.0 that say how `data` is spelled. They are checked and not kept.
void check_data_attributes(BodyInput& body) {
    const std::string version = body.text("specversion", Need::Required);
    if (!version.empty() && version != "1.0") {
        body.fault("specversion", "must be \"1.0\"");
    }
    const std::string type = body.text("datacontenttype", Need::Optional);
    if (!type.empty() && type.substr(0, type.find(';')) != "application/json") {
        body.fault(
            "datacontenttype", "must be application/json: only JSON data can be filtered and mapped"
        );
    }
    body.text("dataschema", Need::Optional, 2048);
}

}  // namespace

Response list_events(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters;
    parameters.push_back(query.text("type"));
    parameters.push_back(query.text("correlation", correlation_bytes_max));
    parameters.push_back(query.limit());
    parameters.push_back(query.cursor());
    return page(call, "events_page", query, parameters);
}

Response show_event(const Call& call) {
    return page(call, "event_one", QueryInput(call.request), {call.text("id")});
}

Response post_event(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    check_data_attributes(body);
    engine::PostedEvent event;
    event.ce_id = body.text("id", Need::Required);
    event.source = body.text("source", Need::Required, 500);
    event.type = body.text("type", Need::Required);
    event.subject = body.text("subject", Need::Optional, 500);
    event.time = body.time("time");
    event.data = body.any("data");
    event.correlation = body.text("correlation", Need::Optional, correlation_bytes_max);
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    event.idempotency = idempotency(call.request);
    return reply(call.api.post_event(std::move(event)));
}

}  // namespace kontor::http::handlers
