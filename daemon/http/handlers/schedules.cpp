#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

namespace {

// These commands take neither a query nor members: {} or nothing.
std::optional<Response> refuse_input(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return refusal;
    }
    return BodyInput(call.request).refusal();
}

}  // namespace

Response list_schedules(const Call& call) {
    QueryInput query(call.request);
    return whole_list(call, "schedules_all", query, {});
}

Response pause_schedule(const Call& call) {
    if (auto refusal = refuse_input(call)) {
        return *refusal;
    }
    return reply(call.api.pause_schedule(
        {call.text("workflow"), call.text("trigger"), true, idempotency(call.request)}
    ));
}

Response resume_schedule(const Call& call) {
    if (auto refusal = refuse_input(call)) {
        return *refusal;
    }
    return reply(call.api.pause_schedule(
        {call.text("workflow"), call.text("trigger"), false, idempotency(call.request)}
    ));
}

Response run_schedule(const Call& call) {
    if (auto refusal = refuse_input(call)) {
        return *refusal;
    }
    return reply(call.api.run_schedule_now(
        {call.text("workflow"),
         call.text("trigger"),
         call.request.caller,
         idempotency(call.request)}
    ));
}

}  // namespace kontor::http::handlers
