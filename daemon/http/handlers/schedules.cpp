#include "base/limits.hpp"
#include "http/handlers/reply.hpp"

#include <algorithm>

namespace kontor::http::handlers {

namespace {

// These commands take no query, and of members only why, and whether in earnest.
struct Order {
    std::optional<Response> refusal;
    std::string reason;
    bool dry_run = false;
};

Order read_order(const Call& call) {
    Order order;
    order.refusal = refuse_query(call);
    if (!order.refusal) {
        BodyInput body(call.request);
        order.reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
        order.dry_run = body.flag("dry_run");
        order.refusal = body.refusal();
    }
    return order;
}

Response set_paused(const Call& call, bool paused) {
    Order order = read_order(call);
    if (order.refusal) {
        return *order.refusal;
    }
    engine::PauseRequest request;
    request.workflow = call.text("workflow");
    request.trigger = call.text("trigger");
    request.paused = paused;
    fill(request, call, order.reason);
    request.audit.dry_run = order.dry_run;
    return reply(call.api.pause_schedule(std::move(request)));
}

std::vector<std::string> comma_separated(const Parameter& text) {
    std::vector<std::string> parts;
    std::string_view rest = text ? std::string_view(*text) : std::string_view{};
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        parts.emplace_back(trimmed(rest.substr(0, comma)));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return parts;
}

// What a preview of a deployed schedule and one of a written expression have in common.
void read_view(QueryInput& query, engine::PreviewRequest& wanted) {
    if (const Parameter from = query.time("from")) {
        wanted.from = instant_from_iso(*from).value();
    }
    if (const Parameter count = query.number("count", 1, 100)) {
        wanted.count = std::stoi(*count);
    }
    wanted.zones = comma_separated(query.text("zones", 4000));
}

}  // namespace

Response preview_schedule(const Call& call) {
    QueryInput query(call.request);
    engine::PreviewRequest wanted;
    wanted.workflow = call.text("workflow");
    wanted.trigger = call.text("trigger");
    read_view(query, wanted);
    if (auto refusal = query.refusal()) {
        return *refusal;
    }
    return reply(call.api.preview(wanted));
}

Response preview_expression(const Call& call) {
    QueryInput query(call.request);
    engine::PreviewRequest wanted;
    wanted.cron = query.text("cron", 256).value_or("");
    wanted.every = query.text("every").value_or("");
    wanted.timezone = query.text("timezone").value_or("");
    wanted.gap = query.one_of("gap", {"skip", "before", "after"}).value_or("");
    wanted.fold = query.one_of("fold", {"first", "second", "both"}).value_or("");
    wanted.business_days = query.one_of("business_days", {"skip", "before", "after"}).value_or("");
    wanted.holidays = comma_separated(query.text("holidays", 4000));
    read_view(query, wanted);
    if (auto refusal = query.refusal()) {
        return *refusal;
    }
    return reply(call.api.preview(wanted));
}

Response list_schedules(const Call& call) {
    QueryInput query(call.request);
    return whole_list(call, "schedules_all", query, {}, Reach::Open);
}

Response pause_schedule(const Call& call) { return set_paused(call, true); }

Response resume_schedule(const Call& call) { return set_paused(call, false); }

Response run_schedule(const Call& call) {
    Order order = read_order(call);
    if (order.refusal) {
        return *order.refusal;
    }
    engine::RunScheduleRequest request;
    request.workflow = call.text("workflow");
    request.trigger = call.text("trigger");
    fill(request, call, order.reason);
    request.audit.dry_run = order.dry_run;
    return reply(call.api.run_schedule_now(std::move(request)));
}

}  // namespace kontor::http::handlers
