// The answers of routes that are not plain handlers, and the one place where a handler's exception
// stops.
#pragma once

#include "http/context.hpp"
#include "http/stream/change_merge.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace kontor::http {

// Runs the route on a worker. Ensures: throws nothing; a fault becomes 500 and a line in the log.
Response answer(const Match& match, const Request& request, Context& context);

Response health_answer();
// Says since when the database takes no commit; why is only for those with a token.
Response ready_answer(bool ready, const engine::Api& api);
Response openapi_answer(const Request& request);
Response stream_head_answer();

struct StreamRequest {
    StreamFilter filter;
    std::string last_event_id;
};
std::variant<Response, StreamRequest> read_stream_request(const Request& request);

// proto/openapi.yaml as built into the program.
std::string_view openapi_document();

}  // namespace kontor::http
