#include "http/handlers/reply.hpp"

#include <limits>

namespace kontor::http::handlers {
namespace {

Parameter log_level(QueryInput& query) { return query.one_of("level", {"debug", "info", "warn", "error"}); }

}  // namespace

Response show_task(const Call& call) {
    return page(call, "task_one", QueryInput(call.request), {call.text("id")});
}

Response list_attempts(const Call& call) {
    QueryInput query(call.request);
    return whole_list(call, "task_attempts", query, {call.text("id")});
}

Response list_logs(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters{call.text("id")};
    parameters.push_back(query.number("attempt", 1, std::numeric_limits<int>::max()));
    parameters.push_back(query.number("after", 0, std::numeric_limits<std::int64_t>::max()));
    parameters.push_back(query.limit());
    parameters.push_back(log_level(query));
    parameters.push_back(query.text("contains"));
    return page(call, "task_logs", query, parameters);
}

Response list_run_logs(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters{call.text("id")};
    parameters.push_back(query.name("task"));
    parameters.push_back(query.country("country"));
    parameters.push_back(log_level(query));
    parameters.push_back(query.text("contains"));
    parameters.push_back(query.limit());
    parameters.push_back(query.text("after", 40));
    return page(call, "run_logs", query, parameters);
}

Response search_logs(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters{query.name("workflow")};
    parameters.push_back(query.country("country"));
    parameters.push_back(query.name("task"));
    parameters.push_back(query.time("since"));
    parameters.push_back(query.time("until"));
    parameters.push_back(log_level(query));
    parameters.push_back(query.text("grep"));
    parameters.push_back(query.limit());
    parameters.push_back(query.cursor_of(3));
    return page(call, "log_search", query, parameters);
}

}  // namespace kontor::http::handlers
