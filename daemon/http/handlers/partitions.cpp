// What has become of each country and period of a workflow, across its runs.
#include "http/handlers/reply.hpp"

#include <algorithm>

namespace kontor::http::handlers {
namespace {

constexpr std::size_t period_bytes_max = 32;
constexpr std::size_t cursor_bytes_max = 200;

}  // namespace

Response list_partitions(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters;
    parameters.push_back(query.name("workflow"));
    parameters.push_back(query.country("country"));
    parameters.push_back(query.text("period", period_bytes_max));
    parameters.push_back(query.one_of("state", {"missing", "running", "failed", "succeeded"}));
    parameters.push_back(query.limit());
    const Parameter cursor = query.text("cursor", cursor_bytes_max);
    if (cursor && std::count(cursor->begin(), cursor->end(), '/') != 2) {
        return problem(400, "The query does not fit: cursor must be what an earlier answer gave as 'next'.");
    }
    parameters.push_back(cursor);
    return page(call, "partitions_page", query, parameters);
}

}  // namespace kontor::http::handlers
