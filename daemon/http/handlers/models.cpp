#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

Response list_models(const Call& call) {
    QueryInput query(call.request);
    const Parameter country = query.country("country");
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "models_page", query, {country, limit, cursor});
}

Response show_model(const Call& call) {
    return page(call, "model_one", QueryInput(call.request), {call.text("model")});
}

Response list_winners(const Call& call) {
    QueryInput query(call.request);
    const Parameter country = query.country("country");
    const Parameter at = query.time("at");
    return whole_list(call, "winners_at", query, {country, at});
}

Response leaderboard(const Call& call) {
    QueryInput query(call.request);
    // The gate has held the country in the path against the caller's.
    return whole_list(call, "leaderboard", query, {call.text("country")}, Reach::Open);
}

Response list_champions(const Call& call) {
    QueryInput query(call.request);
    return whole_list(call, "champions", query, {call.text("country")}, Reach::Open);
}

Response list_trials(const Call& call) {
    QueryInput query(call.request);
    const Parameter country = query.country("country");
    return whole_list(call, "model_trials", query, {call.text("model"), country});
}

Response confusion(const Call& call) {
    QueryInput query(call.request);
    const Parameter country = query.country("country");
    return page(call, "model_confusion", query, {call.text("model"), country});
}

}  // namespace kontor::http::handlers
