#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

Response list_campaigns(const Call& call) {
    QueryInput query(call.request);
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "campaigns_page", query, {limit, cursor});
}

Response show_campaign(const Call& call) {
    return page(call, "campaign_grid", QueryInput(call.request), {call.text("correlation")});
}

Response list_predictions(const Call& call) {
    QueryInput query(call.request);
    const Parameter correlation = query.text("correlation", correlation_bytes_max);
    return whole_list(call, "predictions_of", query, {correlation});
}

}  // namespace kontor::http::handlers
