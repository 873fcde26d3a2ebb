#include "base/limits.hpp"
#include "http/handlers/reply.hpp"

#include <limits>

namespace kontor::http::handlers {

namespace {

// One answer of about two megabytes: a run of 100,000 instances is read in five.
constexpr std::int64_t timeline_rows_max = 20'000;

}  // namespace

Response submit_run(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::Submission submission;
    submission.workflow = body.name("workflow", Need::Required);
    submission.params = body.object("params");
    submission.correlation = body.text("correlation", Need::Optional, correlation_bytes_max);
    submission.priority = static_cast<int>(body.number("priority", -1000, 1000, 0));
    if (to_text(submission.params).size() > limits::run_params_bytes_max) {
        body.fault(
            "params",
            "must not be larger than " + std::to_string(limits::run_params_bytes_max) + " bytes"
        );
    }
    const std::string reason =
        body.text("reason", Need::Optional, limits::reason_bytes_max);
    const bool dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    // Which countries it reaches only its definition tells: the engine holds them against the
    // caller's.
    fill(submission, call, reason);
    submission.audit.dry_run = dry_run;
    Response response = reply(call.api.submit(std::move(submission)));
    if (response.status == 201) {
        const auto run = json_from_text(response.body);
        const Json* id = run ? member(*run, "id") : nullptr;
        if (id != nullptr && id->is_int64()) {
            response.fields.emplace_back("Location", "/v1/runs/" + std::to_string(id->get_int64()));
        }
    }
    return response;
}

Response list_runs(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters;
    parameters.push_back(query.name("workflow"));
    parameters.push_back(
        query.one_of("state", {"queued", "running", "paused", "succeeded", "failed", "cancelled"})
    );
    parameters.push_back(query.text("correlation", correlation_bytes_max));
    parameters.push_back(query.id("parent"));
    parameters.push_back(query.limit());
    parameters.push_back(query.cursor());
    return page(call, "runs_page", query, parameters);
}

Response show_run(const Call& call) {
    return page(call, "run_one", QueryInput(call.request), {call.text("id")});
}

Response list_run_tasks(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters{call.text("id")};
    parameters.push_back(query.name("task"));
    parameters.push_back(query.country("country"));
    parameters.push_back(query.one_of(
        "state",
        {"waiting",
         "ready",
         "running",
         "retrying",
         "awaiting",
         "succeeded",
         "failed",
         "skipped",
         "cancelled",
         "dead"}
    ));
    parameters.push_back(query.limit());
    parameters.push_back(query.cursor());
    return page(call, "run_tasks_page", query, parameters);
}

Response run_timeline(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters{call.text("id")};
    parameters.push_back(query.number("limit", 1, timeline_rows_max));
    parameters.push_back(query.number("after", 0, std::numeric_limits<std::int64_t>::max()));
    return page(call, "run_timeline", query, parameters);
}

Response cancel_run(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::CancelRequest request;
    request.run = call.id("id");
    request.country = body.country("country");
    request.task = body.name("task", Need::Optional);
    request.reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    request.dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (auto refusal = refuse_run(call, request.country)) {
        return *refusal;
    }
    fill(request, call, request.reason, request.country);
    request.audit.dry_run = request.dry_run;
    return reply(call.api.cancel(std::move(request)));
}

}  // namespace kontor::http::handlers
