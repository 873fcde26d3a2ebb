#include "base/limits.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

Response list_workflows(const Call& call) {
    QueryInput query(call.request);
    return whole_list(call, "workflows_all", query, {}, Reach::Open);
}

Response list_versions(const Call& call) {
    QueryInput query(call.request);
    return whole_list(call, "workflow_versions", query, {call.text("name")}, Reach::Open);
}

Response show_version(const Call& call) {
    return page(
        call, "workflow_version", QueryInput(call.request), {call.text("name"), call.text("id")}, Reach::Open
    );
}

namespace {

// A hash in quotes, as HTTP has it; whatever else stands there matches nothing.
std::string hash_of_tag(std::string_view tag) {
    const bool quoted = tag.size() > 2 && tag.front() == '"' && tag.back() == '"';
    return std::string(quoted ? tag.substr(1, tag.size() - 2) : tag);
}

Response with_tag(Response response) {
    const auto workflow = json_from_text(response.body);
    if (response.status == 200 && workflow) {
        response.fields.emplace_back("ETag", '"' + text_member(*workflow, "hash") + '"');
    }
    return response;
}

}  // namespace

Response show_workflow(const Call& call) {
    return with_tag(page(call, "workflow_one", QueryInput(call.request), {call.text("name")}, Reach::Open));
}

Response compare_versions(const Call& call) {
    QueryInput query(call.request);
    const Parameter from = query.number("from", 1, 1'000'000'000);
    const Parameter to = query.number("to", 1, 1'000'000'000);
    if (auto refusal = query.refusal()) {
        return *refusal;
    }
    return reply(call.api.compare(call.text("name"), std::stoi(from.value_or("0")), std::stoi(to.value_or("0"))));
}

Response put_workflow(const Call& call) {
    QueryInput query(call.request);
    const bool dry_run = query.one_of("dry_run", {"true", "false"}).value_or("") == "true";
    const bool force = query.one_of("force", {"true", "false"}).value_or("") == "true";
    if (auto refusal = query.refusal()) {
        return *refusal;
    }
    const std::string& yaml = call.request.body;
    if (yaml.empty()) {
        return problem(400, "The body must be the workflow's YAML text.");
    }
    if (yaml.size() > limits::workflow_bytes_max) {
        return problem(
            413,
            "A workflow's text has at most " + std::to_string(limits::workflow_bytes_max) +
                " bytes."
        );
    }
    engine::DeployRequest request;
    request.name = call.text("name");
    request.yaml = yaml;
    request.dry_run = dry_run;
    request.force = force;
    request.if_match = hash_of_tag(field(call.request.fields, "If-Match"));
    fill(request, call, "");
    request.audit.dry_run = dry_run;
    const auto answer = call.api.deploy(std::move(request));
    if (!answer && answer.error().where == engine::moved_on) {
        return problem(412, answer.error().message);
    }
    return dry_run ? reply(answer) : with_tag(reply(answer));
}

Response show_folder(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    const Json nothing = JsonObject{{"folder", Json()}, {"fault", Json()}, {"files", JsonArray{}}};
    return reply(Result<engine::Reply>(engine::Reply{200, to_text(call.folder == nullptr ? nothing : call.folder->told())}));
}

Response retire_workflow(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::RetireRequest request;
    request.name = call.text("name");
    request.reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    request.dry_run = body.flag("dry_run");
    request.force = body.flag("force");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    fill(request, call, request.reason);
    request.audit.dry_run = request.dry_run;
    return reply(call.api.retire(std::move(request)));
}

}  // namespace kontor::http::handlers
