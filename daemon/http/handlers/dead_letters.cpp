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

// Null when there is none.
Json edited_input(BodyInput& body) {
    Json with = body.any("with");
    if (!with.is_null() && (!with.is_object() || with.get_object().empty())) {
        body.fault("with", "must be an object with the members of the task's input that are to be others");
    }
    if (to_text(with).size() > limits::run_params_bytes_max) {
        body.fault("with", "must not be larger than " + std::to_string(limits::run_params_bytes_max) + " bytes");
    }
    return with;
}

Duration age(BodyInput& body, std::string_view name) {
    const std::string text = body.text(name, Need::Optional);
    if (text.empty()) {
        return Duration(0);
    }
    const Result<Duration> read = duration_from_text(text);
    if (!read || *read <= Duration(0)) {
        body.fault(name, "must be a duration such as 90m, 12h or 30d");
        return Duration(0);
    }
    return *read;
}

engine::LetterSelection selection(BodyInput& body) {
    engine::LetterSelection wanted;
    wanted.workflow = body.name("workflow", Need::Optional);
    wanted.task = body.name("task", Need::Optional);
    wanted.country = body.country("country");
    wanted.failure_class = body.text("failure_class", Need::Optional);
    wanted.fingerprint = body.text("fingerprint", Need::Optional);
    wanted.older_than = age(body, "older_than");
    wanted.newer_than = age(body, "newer_than");
    const bool all = body.flag("all");
    const bool any = !wanted.workflow.empty() || !wanted.task.empty() || !wanted.country.empty() || !wanted.failure_class.empty() ||
                     !wanted.fingerprint.empty() || wanted.older_than > Duration(0) || wanted.newer_than > Duration(0);
    if (any == all) {
        body.fault(
            "fingerprint",
            all ? "'all' goes without any filter"
                : "say which: fingerprint, workflow, task, country, failure_class, older_than or newer_than; or all: true"
        );
    }
    return wanted;
}

// Finishes what both commands share. Who may work for some countries says for which of them.
Response start_job(const Call& call, BodyInput& body, engine::LetterJobRequest request) {
    request.selection = selection(body);
    request.dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    const std::string& country = request.selection.country;
    if (!call.by().countries.contains(country)) {
        return out_of_scope(call, country.empty() ? "This is about all countries: name one of yours as `country`" : "This is about " + country);
    }
    fill(request, call, request.reason, country);
    request.audit.dry_run = request.dry_run;
    return reply(call.api.start_letter_job(std::move(request)));
}

}  // namespace

Response redrive_dead_letters(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::LetterJobRequest request;
    request.canary = body.flag("canary");
    request.per_minute = static_cast<int>(body.number("per_minute", 1, engine::letters_per_minute_max, 0));
    request.newest_definition = body.one_of("definition", {"pinned", "newest"}, "pinned") == "newest";
    request.with = edited_input(body);
    request.reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    return start_job(call, body, std::move(request));
}

Response discard_dead_letters(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::LetterJobRequest request;
    request.discard = true;
    // To ask what would be discarded needs no reason yet.
    request.reason = body.text("reason", body.flag("dry_run") ? Need::Optional : Need::Required, limits::reason_bytes_max);
    return start_job(call, body, std::move(request));
}

Response list_letter_jobs(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters;
    parameters.push_back(query.one_of("state", {"running", "canary", "done", "stopped"}));
    parameters.push_back(query.limit());
    parameters.push_back(query.cursor());
    return page(call, "letter_jobs_page", query, parameters);
}

Response show_letter_job(const Call& call) {
    return page(call, "letter_job_one", QueryInput(call.request), {call.text("id")});
}

Response stop_letter_job(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::StopLetterJobRequest request;
    request.job = call.id("id");
    request.reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    const bool dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (!call.by().countries.is_all()) {
        if (Response seen = read(call, "letter_job_one", {call.text("id")}); seen.status != 200) {
            return seen;
        }
    }
    fill(request, call, request.reason);
    request.audit.dry_run = dry_run;
    return reply(call.api.stop_letter_job(std::move(request)));
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
    const std::string reason =
        body.text("reason", Need::Optional, limits::reason_bytes_max);
    request.with = edited_input(body);
    request.dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (auto refusal = refuse_letter(call)) {
        return *refusal;
    }
    fill(request, call, reason);
    request.audit.dry_run = request.dry_run;
    return reply(call.api.redrive(std::move(request)));
}

Response discard_dead_letter(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::DiscardRequest request;
    request.dead_letter = call.id("id");
    const bool dry_run = body.flag("dry_run");
    request.reason = body.text("reason", dry_run ? Need::Optional : Need::Required, limits::reason_bytes_max);
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (auto refusal = refuse_letter(call)) {
        return *refusal;
    }
    fill(request, call, request.reason);
    request.audit.dry_run = dry_run;
    return reply(call.api.discard(std::move(request)));
}

}  // namespace kontor::http::handlers
