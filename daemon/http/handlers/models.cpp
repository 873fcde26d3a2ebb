#include "base/limits.hpp"
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
    const Parameter known = query.time("known");
    return whole_list(call, "winners_at", query, {country, at, known});
}

Response set_winner(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::WinnerRequest request;
    request.country = call.text("country");
    request.model = body.name("model", Need::Optional);
    request.pin = body.flag("pin");
    request.reason = body.text("reason", Need::Required, limits::reason_bytes_max);
    request.dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    fill(request, call, request.reason);
    request.audit.dry_run = request.dry_run;
    return reply(call.api.set_winner(std::move(request)));
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
