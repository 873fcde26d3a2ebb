// What is read of each country's data and model, and the alarms that follow.
#include "base/limits.hpp"
#include "http/handlers/reply.hpp"

#include <algorithm>

namespace kontor::http::handlers {
namespace {

constexpr std::size_t period_bytes_max = 32;
constexpr std::size_t metric_bytes_max = 64;
constexpr std::size_t cursor_bytes_max = 400;

}  // namespace

Response list_alarms(const Call& call) {
    QueryInput query(call.request);
    const Parameter country = query.country("country");
    const Parameter state = query.one_of("state", {"raised", "calm"});
    return whole_list(call, "alarms_all", query, {country, state});
}

Response list_readings(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters{call.text("country")};
    parameters.push_back(query.text("metric", metric_bytes_max));
    parameters.push_back(query.text("since", period_bytes_max));
    parameters.push_back(query.text("until", period_bytes_max));
    parameters.push_back(query.limit());
    const Parameter cursor = query.text("cursor", cursor_bytes_max);
    if (cursor && std::count(cursor->begin(), cursor->end(), '/') < 2) {
        return problem(
            400, "The query does not fit: cursor must be what an earlier answer gave as 'next'."
        );
    }
    parameters.push_back(cursor);
    return page(call, "readings_page", query, parameters);
}

Response end_alarm(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::AlarmRequest request;
    request.country = call.text("country");
    request.alarm = call.text("alarm");
    request.reason = body.text("reason", Need::Required, limits::reason_bytes_max);
    request.dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    fill(request, call, request.reason);
    request.audit.dry_run = request.dry_run;
    return reply(call.api.end_alarm(std::move(request)));
}

}  // namespace kontor::http::handlers
