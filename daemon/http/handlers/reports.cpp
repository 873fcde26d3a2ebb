// Reports to authorities: where each country's month stands, its versions and their figures, drafting, approving, filing.
#include "base/limits.hpp"
#include "http/context.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

namespace {

constexpr std::size_t receipt_bytes_max = 500;
constexpr std::size_t day_size = 10;  // YYYY-MM-DD

Response no_filing() { return problem(404, "This server files no reports."); }

// 404 for a report out of the caller's sight.
std::optional<Response> refuse_report(const Call& call) {
    Response seen = read(call, "report_one", {call.text("id")});
    return seen.status == 200 ? std::nullopt : std::optional(std::move(seen));
}

Result<ports::ReportPlace> place_from(std::string_view told) {
    const Result<Json> value = json_from_text(told);
    if (!value) {
        return value.error();
    }
    const Json* report = member(*value, "id");
    const Json* run = member(*value, "run");
    const Json* version = member(*value, "version");
    const Json* object = member(*value, "object");
    if (report == nullptr || !report->is_int64() || run == nullptr || !run->is_int64() || version == nullptr ||
        !version->is_int64() || object == nullptr) {
        return internal("http.reports", "the query does not say where the report's text lies");
    }
    ports::ReportPlace place;
    place.month = {text_member(*value, "country"), text_member(*value, "period")};
    place.report = report->get_int64();
    place.run = run->get_int64();
    place.version = static_cast<int>(version->get_int64());
    try {
        place.object = sdk::object_ref_from(*object, "report");
    } catch (const sdk::TaskFailure& failure) {
        return not_found("reports", failure.reason());
    }
    return place;
}

// The bytes of a version, once its opening is on record.
Response csv_of(const Call& call, std::string_view told) {
    if (call.filing == nullptr) {
        return no_filing();
    }
    const Result<ports::ReportPlace> place = place_from(told);
    if (!place) {
        return problem(place.error());
    }
    Result<ports::OpenedReport> opened = call.filing->open(*place);
    if (!opened) {
        return problem(opened.error());
    }
    engine::AcceptRequest note;
    note.by = call.by();
    note.run = place->run;
    note.audit = {name_of(call.route), call.request.path, place->month.country, false, "opened " + storable(place->object.key)};
    note.effects = std::move(opened->effects);
    if (const Result<engine::Reply> recorded = call.api.accept(std::move(note)); !recorded) {
        return problem(recorded.error());
    }
    Response response;
    response.content_type = "text/csv; charset=utf-8";
    response.fields.emplace_back(
        "Content-Disposition",
        "attachment; filename=\"" + place->month.country + "-" + place->month.period + "-v" + std::to_string(place->version) + ".csv\""
    );
    response.body = std::move(opened->text);
    return response;
}

// An order about a report: `take` reads what is its own, `refuse` says why the caller may not give it; null: nobody but the guard does.
template <class Order, class Take>
Response carry_out(
    const Call& call, Take take, std::optional<Response> (*refuse)(const Call&),
    Result<ports::DeskReply> (ports::Filing::*order_to)(const Order&, const ports::DeskCaller&, Instant)
) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    Order order;
    take(order, body);
    order.dry_run = body.flag("dry_run");
    order.reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (auto refusal = refuse != nullptr ? refuse(call) : std::nullopt) {
        return *refusal;
    }
    if (call.filing == nullptr) {
        return no_filing();
    }
    return desk_reply((call.filing->*order_to)(order, desk_caller(call, order.reason), now()));
}

}  // namespace

Response list_reports(const Call& call) {
    QueryInput query(call.request);
    const Parameter country = query.country("country");
    const Parameter period = query.period("period");
    const Parameter state = query.one_of("state", {"draft", "approved", "filed", "amended", "superseded"});
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "reports_page", query, {country, period, state, limit, cursor});
}

// A country's month is late when its day has passed and nothing is filed.
Response report_status(const Call& call) {
    QueryInput query(call.request);
    const Parameter period = query.period("period");
    Response response = whole_list(call, "report_status", query, {period});
    if (response.status != 200 || call.filing == nullptr) {
        return response;
    }
    Result<Json> list = json_from_text(response.body);
    if (!list || !list->is_object() || member(*list, "items") == nullptr || !member(*list, "items")->is_array()) {
        return response;
    }
    const std::string today = to_iso(now()).substr(0, day_size);
    for (Json& each : list->as_object()["items"].as_array()) {
        const ports::MonthKey month{text_member(each, "country"), text_member(each, "period")};
        if (!core::filing::is_period(month.period)) {
            continue;
        }
        const std::string due = call.filing->due_on(month);
        const Json* filed = member(each, "filed");
        each.as_object()["due_on"] = due;
        each.as_object()["overdue"] = today > due && (filed == nullptr || filed->is_null());
    }
    response.body = to_text(*list);
    return response;
}

Response show_report(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    return read(call, "report_one", {call.text("id")});
}

Response list_report_lines(const Call& call) {
    QueryInput query(call.request);
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "report_lines", query, {call.text("id"), limit, cursor});
}

Response list_report_changes(const Call& call) {
    QueryInput query(call.request);
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "report_changes", query, {call.text("id"), limit, cursor});
}

Response report_csv(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    const Response found = read(call, "report_one", {call.text("id")});
    return found.status == 200 ? csv_of(call, found.body) : found;
}

Response show_month(const Call& call) {
    QueryInput query(call.request);
    const Parameter at = query.time_or_day("as_of");
    return page(call, "report_as_of", query, {call.text("country"), call.text("period"), at});
}

Response month_csv(const Call& call) {
    QueryInput query(call.request);
    const Parameter at = query.time_or_day("as_of");
    const Response known = page(call, "report_as_of", query, {call.text("country"), call.text("period"), at});
    return known.status == 200 ? csv_of(call, known.body) : known;
}

Response draft_report(const Call& call) {
    const auto take = [&](ports::DraftOrder& order, BodyInput&) {
        order.country = call.text("country");
        order.period = call.text("period");
    };
    return carry_out<ports::DraftOrder>(call, take, nullptr, &ports::Filing::draft);
}

Response approve_report(const Call& call) {
    const auto take = [&](ports::ApproveOrder& order, BodyInput& body) {
        order.report = call.id("id");
        order.despite_waiting = body.flag("despite_waiting");
    };
    return carry_out<ports::ApproveOrder>(call, take, refuse_report, &ports::Filing::approve);
}

Response file_report(const Call& call) {
    const auto take = [&](ports::FileOrder& order, BodyInput& body) {
        order.report = call.id("id");
        order.receipt = body.text("receipt", Need::Required, receipt_bytes_max);
    };
    return carry_out<ports::FileOrder>(call, take, refuse_report, &ports::Filing::file);
}

}  // namespace kontor::http::handlers
