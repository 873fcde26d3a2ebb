// What tasks ask people, and what these answer.
#include "base/limits.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

Response list_approvals(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters;
    parameters.push_back(
        query.one_of("state", {"open", "approved", "rejected", "expired", "withdrawn"})
    );
    parameters.push_back(query.country("country"));
    parameters.push_back(query.id("run"));
    parameters.push_back(query.limit());
    parameters.push_back(query.cursor());
    return page(call, "approvals_page", query, parameters);
}

Response show_approval(const Call& call) {
    return page(call, "approval_one", QueryInput(call.request), {call.text("id")});
}

Response decide_approval(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::DecideRequest request;
    request.approval = call.id("id");
    const std::string decision = body.one_of("decision", {"approve", "reject"}, "");
    request.approve = decision == "approve";
    request.comment = body.text(
        "comment", decision == "reject" ? Need::Required : Need::Optional, limits::reason_bytes_max / 2
    );
    request.dry_run = body.flag("dry_run");
    if (decision.empty()) {
        body.fault("decision", "must be approve or reject");
    }
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    // 404 for what is out of sight.
    if (!call.by().countries.is_all()) {
        Response seen = read(call, "approval_one", {call.text("id")});
        if (seen.status != 200) {
            return seen;
        }
    }
    fill(request, call, request.comment);
    request.audit.dry_run = request.dry_run;
    return reply(call.api.decide(std::move(request)));
}

}  // namespace kontor::http::handlers
