// What an operator asks of a run beside cancelling it: pause, resume, retry, skip, done, rerun; and why it is where it is.
#include "base/limits.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

namespace {

using engine::ControlRequest;
using engine::ControlVerb;

bool ends_something(ControlVerb verb) {
    return verb == ControlVerb::Skip || verb == ControlVerb::Done;
}

Response control(const Call& call, ControlVerb verb) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    ControlRequest request;
    request.run = call.id("id");
    request.verb = verb;
    request.country = body.country("country");
    const bool task_needed = verb == ControlVerb::Done || verb == ControlVerb::Rerun;
    request.task = body.name("task", task_needed ? Need::Required : Need::Optional);
    if (ends_something(verb) || verb == ControlVerb::Retry) {
        request.item = body.text("item", Need::Optional);
    }
    if (verb == ControlVerb::Pause) {
        request.kill = body.one_of("mode", {"drain", "kill"}, "drain") == "kill";
    }
    if (verb == ControlVerb::Done) {
        request.outputs = body.object("outputs");
        if (to_text(request.outputs).size() > limits::task_outputs_bytes_max) {
            body.fault(
                "outputs",
                "must not be larger than " + std::to_string(limits::task_outputs_bytes_max) + " bytes"
            );
        }
    }
    request.reason = body.text(
        "reason", ends_something(verb) ? Need::Required : Need::Optional, limits::reason_bytes_max / 2
    );
    request.dry_run = body.flag("dry_run");
    if (verb == ControlVerb::Skip && request.task.empty() && request.country.empty()) {
        body.fault("task", "say what is skipped: 'task', 'country' or both; all of a run is cancelled");
    }
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (auto refusal = refuse_run(call, request.country)) {
        return *refusal;
    }
    fill(request, call, request.reason, request.country);
    request.audit.dry_run = request.dry_run;
    return reply(call.api.control(std::move(request)));
}

}  // namespace

Response pause_run(const Call& call) { return control(call, ControlVerb::Pause); }
Response resume_run(const Call& call) { return control(call, ControlVerb::Resume); }
Response retry_run(const Call& call) { return control(call, ControlVerb::Retry); }
Response skip_tasks(const Call& call) { return control(call, ControlVerb::Skip); }
Response mark_done(const Call& call) { return control(call, ControlVerb::Done); }
Response rerun_tasks(const Call& call) { return control(call, ControlVerb::Rerun); }

Response explain_run(const Call& call) {
    QueryInput query(call.request);
    engine::ExplainRunRequest request;
    request.run = call.id("id");
    request.country = query.country("country").value_or("");
    request.task = query.name("task").value_or("");
    request.countries = call.by().countries;
    if (auto refusal = query.refusal()) {
        return *refusal;
    }
    Response seen = read(call, "run_scope", {call.text("id")});
    return seen.status == 200 ? reply(call.api.explain_run(std::move(request))) : seen;
}

}  // namespace kontor::http::handlers
