#include "http/event_input.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

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
    QueryInput query(call.request);
    // Beside the event, which is somebody else's format.
    const bool dry_run = query.one_of("dry_run", {"true", "false"}).value_or("") == "true";
    if (auto refusal = query.refusal()) {
        return *refusal;
    }
    PostedEvents posted = read_events(call.request);
    if (posted.refusal) {
        return *posted.refusal;
    }
    for (engine::PostedEvent& event : posted.events) {
        const std::string country = text_member(event.data, "country");
        if (!call.by().countries.contains(country)) {
            return out_of_scope(
                call, country.empty() ? "An event without data.country concerns all countries"
                                      : "This event is about " + country
            );
        }
        engine::IdempotencyKey own = std::move(event.idempotency);  // of its place in the batch
        fill(event, call, "", country);
        event.idempotency = std::move(own);
        event.audit.dry_run = dry_run;
    }
    if (posted.batch) {
        return reply(call.api.post_events(std::move(posted.events)));
    }
    return reply(call.api.post_event(std::move(posted.events.front())));
}

Response explain_event(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    Response seen = read(call, "event_one", {call.text("id")});
    return seen.status == 200 ? reply(call.api.explain_event(call.id("id"))) : seen;
}

namespace {

// Whom the events are offered to, and whether in earnest.
engine::ReplayRequest read_replay(const Call& call, BodyInput& body) {
    engine::ReplayRequest request;
    request.workflow = body.name("workflow", Need::Optional);
    request.trigger = body.name("trigger", Need::Optional);
    request.dry_run = body.flag("dry_run");
    fill(request, call, "");
    return request;
}

}  // namespace

Response replay_event(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::ReplayRequest request = read_replay(call, body);
    request.events = {call.id("id")};
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    return reply(call.api.replay(std::move(request)));
}

Response replay_events(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::ReplayRequest request = read_replay(call, body);
    request.events = body.ids("events", engine::replayed_events_max);
    request.type = body.text("type", Need::Optional);
    request.since = body.time("since");
    request.until = body.time("until");
    if (request.events.empty() && request.type.empty() && !request.since) {
        body.fault("events", "say which: 'events', a list of ids, or 'type' or 'since'");
    }
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    return reply(call.api.replay(std::move(request)));
}

}  // namespace kontor::http::handlers
