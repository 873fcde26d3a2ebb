// Samples that were sent. How they come in: http/intake.hpp.
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

Response list_samples(const Call& call) {
    QueryInput query(call.request);
    const Parameter country = query.country("country");
    const Parameter item = query.text("item", 512);
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    if (item && !country) {
        return problem(400, "The query does not fit: item goes with country, in which it is a name.");
    }
    return page(call, "samples_page", query, {country, item, limit, cursor});
}

}  // namespace kontor::http::handlers
