// What the handlers share: an answer from a named read query or from a mutation.
#pragma once

#include "http/input.hpp"
#include "ports/desk.hpp"
#include "http/problem.hpp"
#include "http/routes.hpp"

#include <string_view>
#include <vector>

namespace kontor::http::handlers {

// The query's JSON as 200; 404 when it found nothing.
// The caller's countries go in as the last parameter, so that a query without that parameter is
// refused: `read_open` is for what belongs to no country.
Response read(const Call& call, std::string_view query, const std::vector<Parameter>& parameters);

Response read_open(
    const Call& call, std::string_view query, const std::vector<Parameter>& parameters
);

// What every command carries besides its own words. `reason`: from the body, else from the field.
void fill(
    engine::Command& command, const Call& call, const std::string& reason, const std::string& country = ""
);

// Whether the caller may change what a whole run does, or one country of it (`country` not empty).
// 404 for a run out of sight, 403 with a sentence for one that reaches further than the caller.
std::optional<Response> refuse_run(const Call& call, const std::string& country);
// 403 with a sentence.
Response out_of_scope(const Call& call, const std::string& what);

// The same for a desk of its own, and its reply.
ports::DeskCaller desk_caller(const Call& call, const std::string& reason);
Response desk_reply(Result<ports::DeskReply> done);

// The engine's reply as it stands.
Response reply(const Result<engine::Reply>& result);

// Whether a query takes the caller's countries, or tells of what belongs to none.
enum class Reach { Scoped, Open };

// A list that one read query answers: parameters are those of `query` in its order.
inline Response page(
    const Call& call,
    std::string_view query,
    const QueryInput& input,
    const std::vector<Parameter>& parameters,
    Reach reach = Reach::Scoped
) {
    if (auto refusal = input.refusal()) {
        return *refusal;
    }
    return reach == Reach::Open ? read_open(call, query, parameters) : read(call, query, parameters);
}

// A list whose query gives all of it at once (it is short): `limit` and `cursor` cut a page out of
// it, without them all of it is answered.
Response whole_list(
    const Call& call,
    std::string_view query,
    QueryInput& input,
    const std::vector<Parameter>& parameters,
    Reach reach = Reach::Scoped
);

// A route that knows no query parameter at all.
inline std::optional<Response> refuse_query(const Call& call) {
    return QueryInput(call.request).refusal();
}

}  // namespace kontor::http::handlers
