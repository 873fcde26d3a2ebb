#include "base/limits.hpp"
#include "http/handlers/reply.hpp"
#include "http/model_card.hpp"

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
    const Parameter by = query.one_of("by", {"quality", "cost", "speed", "size"});
    // The gate has held the country in the path against the caller's.
    return whole_list(call, "leaderboard", query, {call.text("country"), by}, Reach::Open);
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

Response show_card(const Call& call) {
    QueryInput query(call.request);
    const Parameter country = query.country("country");
    const Parameter format = query.one_of("format", {"json", "html"});
    Response answer = page(call, "model_card", query, {call.text("model"), country});
    if (answer.status != 200) {
        return answer;
    }
    const Result<Json> facts = json_from_text(answer.body);
    if (!facts) {
        return problem(facts.error());
    }
    const JsonObject card = model_card(*facts);
    if (format != "html") {
        answer.body = to_text(card);
        return answer;
    }
    answer.content_type = "text/html; charset=utf-8";
    // A file to keep and to hand on: here no page is shown with a style of its own.
    answer.fields.emplace_back("Content-Disposition", "attachment; filename=\"model-card.html\"");
    answer.body = card_page(card);
    return answer;
}

}  // namespace kontor::http::handlers
