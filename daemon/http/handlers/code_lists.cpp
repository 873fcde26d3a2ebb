// A country's code lists: the versions that people imported, their codes and crosswalks, and importing one.
#include "base/limits.hpp"
#include "http/context.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

namespace {

constexpr std::size_t day_bytes_max = 40;  // longer than a day, so that a slip is told as one

// A CSV text: any lines. What is within it is read by whom it is for; the body as a whole is bounded already.
std::string csv_text(BodyInput& body, std::string_view name, Need need) {
    const Json value = body.any(name);
    if (value.is_null() && need == Need::Optional) {
        return {};
    }
    if (!value.is_string() || value.get_string().empty()) {
        body.fault(name, value.is_null() ? "is missing" : "must be a text: a CSV with its header in the first line");
        return {};
    }
    return std::string(value.get_string());
}

}  // namespace

Response list_code_lists(const Call& call) {
    QueryInput query(call.request);
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "code_lists_page", query, {call.text("country"), limit, cursor});
}

Response list_all_code_lists(const Call& call) {
    QueryInput query(call.request);
    return whole_list(call, "code_lists_all", query, {});
}

Response show_code_list(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    return read(call, "code_list_one", {call.text("country"), call.text("id")});
}

Response list_codes_of_list(const Call& call) {
    QueryInput query(call.request);
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "code_list_codes", query, {call.text("country"), call.text("id"), limit, cursor});
}

Response list_moves_of_list(const Call& call) {
    QueryInput query(call.request);
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "code_list_moves", query, {call.text("country"), call.text("id"), limit, cursor});
}

Response import_code_list(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    ports::ImportOrder order;
    order.country = call.text("country");
    order.effective_from = body.text("effective_from", Need::Required, day_bytes_max);
    order.list = csv_text(body, "list", Need::Required);
    order.crosswalk = csv_text(body, "crosswalk", Need::Optional);
    order.reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    order.dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (call.code_lists == nullptr) {
        return problem(404, "This server takes no code lists.");
    }
    return desk_reply(call.code_lists->import(order, desk_caller(call, order.reason), now()));
}

}  // namespace kontor::http::handlers
