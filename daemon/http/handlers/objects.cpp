#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

Response list_objects(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters;
    parameters.push_back(query.text("prefix", 500));
    parameters.push_back(query.country("country"));
    parameters.push_back(query.id("run"));
    parameters.push_back(query.limit());
    parameters.push_back(query.cursor());
    return page(call, "objects_page", query, parameters);
}

}  // namespace kontor::http::handlers
