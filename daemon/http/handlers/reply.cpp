#include "http/handlers/reply.hpp"

#include <algorithm>

namespace kontor::http::handlers {

Response read(const Call& call, std::string_view query, const std::vector<Parameter>& parameters) {
    std::vector<Parameter> scoped = parameters;
    scoped.push_back(call.scope());
    return read_open(call, query, scoped);
}

Response read_open(
    const Call& call, std::string_view query, const std::vector<Parameter>& parameters
) {
    auto text = call.api.read(query, parameters);
    if (!text) {
        return problem(text.error());
    }
    if (*text == "null") {
        return problem(404, "There is nothing under " + call.request.path + ".");
    }
    Response response;
    response.body = std::move(*text);
    return response;
}

Response whole_list(
    const Call& call,
    std::string_view query,
    QueryInput& input,
    const std::vector<Parameter>& parameters,
    Reach reach
) {
    const Parameter limit = input.limit();
    const Parameter cursor = input.cursor();
    if (auto refusal = input.refusal()) {
        return *refusal;
    }
    Response response = reach == Reach::Open ? read_open(call, query, parameters)
                                             : read(call, query, parameters);
    if (response.status != 200 || (!limit && !cursor)) {
        return response;
    }
    const auto list = json_from_text(response.body);
    const Json* all = list ? member(*list, "items") : nullptr;
    if (all == nullptr || !all->is_array()) {
        return problem(internal("http.list", "the query gave no list"));
    }
    const auto& items = all->get_array();
    const std::size_t first =
        std::min(items.size(), static_cast<std::size_t>(std::stoull(cursor.value_or("0"))));
    const std::size_t last =
        std::min(items.size(), first + static_cast<std::size_t>(std::stoull(limit.value_or("50"))));
    JsonArray page(
        items.begin() + static_cast<std::ptrdiff_t>(first),
        items.begin() + static_cast<std::ptrdiff_t>(last)
    );
    const Json next = last < items.size() ? Json(std::to_string(last)) : Json(nullptr);
    response.body = to_text(JsonObject{{"items", std::move(page)}, {"next", next}});
    return response;
}

void fill(
    engine::Command& command, const Call& call, const std::string& reason, const std::string& country
) {
    command.by = call.by();
    command.idempotency = idempotency(call.request);
    command.audit.route = name_of(call.route);
    command.audit.resource = call.request.path;
    command.audit.country = country;
    command.audit.reason =
        reason.empty() ? storable(field(call.request.fields, reason_field)) : reason;
}

Response out_of_scope(const Call& call, const std::string& what) {
    return problem(
        403,
        what + "; the token '" + call.by().name + "' may work for " +
            call.scope().value_or("all countries") + " only."
    );
}

std::optional<Response> refuse_run(const Call& call, const std::string& country) {
    if (call.by().countries.is_all()) {
        return std::nullopt;
    }
    const std::string& id = call.text("id");
    Response seen = read(call, "run_scope", {id});
    if (seen.status != 200) {
        return seen;
    }
    if (!country.empty()) {
        return call.by().countries.contains(country)
                   ? std::nullopt
                   : std::optional(out_of_scope(call, "This would touch " + country));
    }
    std::vector<std::string> countries;
    const auto list = json_from_text(seen.body);
    if (list && list->is_array()) {
        for (const Json& each : list->get_array()) {
            countries.emplace_back(each.is_string() ? std::string(each.get_string()) : "");
        }
    }
    if (!countries.empty() && call.by().countries.contain_all_of(countries)) {
        return std::nullopt;
    }
    return out_of_scope(
        call, "Run " + id + " works for other countries, too: name one of yours as `country`"
    );
}

ports::DeskCaller desk_caller(const Call& call, const std::string& reason) {
    engine::Command command;
    fill(command, call, reason);
    ports::DeskCaller by;
    by.who = call.by().name;
    by.admin = call.by().role == Role::Admin;
    by.audit.who = call.by().name;
    by.audit.role = to_string(call.by().role);
    by.audit.route = command.audit.route;
    by.audit.resource = storable(command.audit.resource);
    by.audit.reason = command.audit.reason;
    by.reply_key = command.idempotency.key;
    by.fingerprint = command.idempotency.fingerprint;
    return by;
}

Response desk_reply(Result<ports::DeskReply> done) {
    if (!done) {
        return problem(done.error());
    }
    Response response;
    response.body = std::move(done->body);
    response.on_record = true;
    return response;
}

Response reply(const Result<engine::Reply>& result) {
    if (!result) {
        return problem(result.error());
    }
    Response response;
    response.status = result->status;
    response.body = result->body;
    response.on_record = result->on_record;
    if (response.status >= 400) {
        response.content_type = "application/problem+json";
    }
    return response;
}

}  // namespace kontor::http::handlers
