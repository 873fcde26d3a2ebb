#include "base/limits.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

Response list_workflows(const Call& call) {
    QueryInput query(call.request);
    return whole_list(call, "workflows_all", query, {}, Reach::Open);
}

Response show_workflow(const Call& call) {
    return page(call, "workflow_one", QueryInput(call.request), {call.text("name")}, Reach::Open);
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

Response put_workflow(const Call& call) {
    if (auto refusal = refuse_query(call)) {
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
    fill(request, call, "");
    return reply(call.api.deploy(std::move(request)));
}

}  // namespace kontor::http::handlers
