#include "http/handlers/reply.hpp"

#include <algorithm>

namespace kontor::http::handlers {

Response read(const Call& call, std::string_view query, const std::vector<Parameter>& parameters) {
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
    const std::vector<Parameter>& parameters
) {
    const Parameter limit = input.limit();
    const Parameter cursor = input.cursor();
    if (auto refusal = input.refusal()) {
        return *refusal;
    }
    Response response = read(call, query, parameters);
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

Response reply(const Result<engine::Reply>& result) {
    if (!result) {
        return problem(result.error());
    }
    Response response;
    response.status = result->status;
    response.body = result->body;
    if (response.status >= 400) {
        response.content_type = "application/problem+json";
    }
    return response;
}

}  // namespace kontor::http::handlers
