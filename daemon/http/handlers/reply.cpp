#include "http/handlers/reply.hpp"

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
