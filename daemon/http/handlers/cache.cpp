// Results of tasks that are kept for later runs.
#include "base/limits.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {
namespace {

constexpr std::size_t name_bytes_max = 63;

}  // namespace

Response list_cache(const Call& call) {
    QueryInput query(call.request);
    const Parameter workflow = query.text("workflow", name_bytes_max);
    const Parameter country = query.country("country");
    return whole_list(call, "cache_all", query, {workflow, country});
}

Response clear_cache(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::CacheRequest request;
    request.workflow = body.text("workflow", Need::Required, name_bytes_max);
    request.task = body.text("task", Need::Optional, name_bytes_max);
    request.country = body.text("country", Need::Optional, 2);
    request.reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    request.dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    fill(request, call, request.reason);
    request.audit.dry_run = request.dry_run;
    return reply(call.api.clear_cache(std::move(request)));
}

}  // namespace kontor::http::handlers
