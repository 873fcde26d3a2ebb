// A workflow's runs for many periods: start, look, pause, resume, cancel.
#include <algorithm>

#include "base/limits.hpp"
#include "core/backfill/backfill.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {
namespace {

using engine::BackfillVerb;

constexpr std::size_t countries_max = 300;

// A list of texts, or one text with commas.
std::string joined_periods(BodyInput& body) {
    const Json value = body.any("periods");
    if (value.is_string()) {
        return std::string(value.get_string());
    }
    std::string text;
    for (const Json& each : value.is_array() ? value.get_array() : JsonArray{}) {
        text += (text.empty() ? "" : ",") + (each.is_string() ? std::string(each.get_string()) : to_text(each));
    }
    return text;
}

std::vector<std::string> countries_of(BodyInput& body) {
    std::vector<std::string> countries;
    const Json value = body.any("countries");
    if (value.is_null()) {
        return countries;
    }
    bool fits = value.is_array() && !value.get_array().empty() && value.get_array().size() <= countries_max;
    for (const Json& each : fits ? value.get_array() : JsonArray{}) {
        const std::string text = each.is_string() ? std::string(each.get_string()) : "";
        fits = fits && text.size() == 2 && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos &&
               std::find(countries.begin(), countries.end(), text) == countries.end();
        countries.push_back(text);
    }
    if (!fits) {
        body.fault("countries", "must be a list of different countries, two capital letters each; leave it out for all");
    }
    return countries;
}

Response turn(const Call& call, BackfillVerb verb) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::BackfillOrder order;
    order.backfill = call.id("id");
    order.verb = verb;
    order.runs = verb == BackfillVerb::Cancel && body.flag("runs");
    order.reason = body.text("reason", Need::Optional, limits::reason_bytes_max / 2);
    order.dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    // 404 for what is out of sight.
    if (!call.by().countries.is_all()) {
        Response seen = read(call, "backfill_one", {call.text("id")});
        if (seen.status != 200) {
            return seen;
        }
    }
    fill(order, call, order.reason);
    order.audit.dry_run = order.dry_run;
    return reply(call.api.turn_backfill(std::move(order)));
}

// Why each period waits, as a sentence.
void explain(Json& backfill) {
    Json* list = backfill.is_object() ? backfill.get_object().if_contains("periods") : nullptr;
    const auto state = core::backfill::state_from(text_member(backfill, "state"));
    const Json* places = member(backfill, "max_parallel");
    if (list == nullptr || !list->is_array() || !state || places == nullptr || !places->is_int64()) {
        return;
    }
    std::vector<core::backfill::Period> periods;
    for (const Json& each : list->get_array()) {
        const auto known = core::backfill::period_state_from(text_member(each, "state"));
        const Json* run = member(each, "run");
        periods.push_back(
            {text_member(each, "period"), known ? *known : core::backfill::PeriodState::Skipped,
             run != nullptr && run->is_int64() ? run->get_int64() : 0}
        );
    }
    for (std::size_t at = 0; at < periods.size(); ++at) {
        Json& each = list->get_array()[at];
        each.as_object()["sentence"] = core::backfill::waiting_sentence(
            *state, static_cast<int>(places->get_int64()), periods, at, text_member(backfill, "note"), text_member(each, "reason")
        );
    }
}

}  // namespace

Response start_backfill(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::BackfillRequest request;
    request.workflow = body.name("workflow", Need::Required);
    auto periods = core::backfill::periods_from(joined_periods(body));
    if (periods) {
        request.periods = std::move(*periods);
    } else {
        body.fault("periods", periods.error().message);
    }
    request.countries = countries_of(body);
    request.params = body.object("params");
    if (to_text(request.params).size() > limits::run_params_bytes_max) {
        body.fault("params", "must not be larger than " + std::to_string(limits::run_params_bytes_max) + " bytes");
    }
    request.missing_only = body.flag("missing_only");
    request.max_parallel = static_cast<int>(body.number("max_parallel", 1, core::backfill::parallel_max, 1));
    request.priority = static_cast<int>(body.number("priority", -1000, 1000, engine::backfill_priority));
    request.reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    request.dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    const Countries& mine = call.by().countries;
    if (!mine.is_all() && (request.countries.empty() || !mine.contain_all_of(request.countries))) {
        return out_of_scope(call, "Name the countries of the backfill, and only yours");
    }
    fill(request, call, request.reason);
    request.audit.dry_run = request.dry_run;
    Response response = reply(call.api.backfill(std::move(request)));
    if (response.status == 201) {
        const auto made = json_from_text(response.body);
        const Json* id = made ? member(*made, "id") : nullptr;
        if (id != nullptr && id->is_int64()) {
            response.fields.emplace_back("Location", "/v1/backfills/" + std::to_string(id->get_int64()));
        }
    }
    return response;
}

Response list_backfills(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters;
    parameters.push_back(query.name("workflow"));
    parameters.push_back(query.one_of("state", {"running", "paused", "cancelling", "succeeded", "failed", "cancelled"}));
    parameters.push_back(query.limit());
    parameters.push_back(query.cursor());
    return page(call, "backfills_page", query, parameters);
}

Response show_backfill(const Call& call) {
    Response response = page(call, "backfill_one", QueryInput(call.request), {call.text("id")});
    if (response.status != 200) {
        return response;
    }
    auto backfill = json_from_text(response.body);
    if (!backfill) {
        return problem(backfill.error());
    }
    explain(*backfill);
    response.body = to_text(*backfill);
    return response;
}

Response pause_backfill(const Call& call) { return turn(call, BackfillVerb::Pause); }
Response resume_backfill(const Call& call) { return turn(call, BackfillVerb::Resume); }
Response cancel_backfill(const Call& call) { return turn(call, BackfillVerb::Cancel); }

}  // namespace kontor::http::handlers
