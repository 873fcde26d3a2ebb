// What the handlers share: an answer from a named read query or from a mutation.
#pragma once

#include "http/input.hpp"
#include "http/problem.hpp"
#include "http/routes.hpp"

#include <string_view>
#include <vector>

namespace kontor::http::handlers {

// The query's JSON as 200; 404 when it found nothing.
Response read(const Call& call, std::string_view query, const std::vector<Parameter>& parameters);

// The engine's reply as it stands.
Response reply(const Result<engine::Reply>& result);

// A list that one read query answers: parameters are those of `query` in its order.
inline Response page(
    const Call& call,
    std::string_view query,
    const QueryInput& input,
    const std::vector<Parameter>& parameters
) {
    if (auto refusal = input.refusal()) {
        return *refusal;
    }
    return read(call, query, parameters);
}

// A list whose query gives all of it at once (it is short): `limit` and `cursor` cut a page out of
// it, without them all of it is answered.
Response whole_list(
    const Call& call,
    std::string_view query,
    QueryInput& input,
    const std::vector<Parameter>& parameters
);

// A route that knows no query parameter at all.
inline std::optional<Response> refuse_query(const Call& call) {
    return QueryInput(call.request).refusal();
}

}  // namespace kontor::http::handlers
