// The queue of reviews: what waits, claiming with the items' texts, deciding, taking back.
#include "base/limits.hpp"
#include "http/context.hpp"
#include "http/handlers/reply.hpp"

#include <map>
#include <utility>

namespace kontor::http::handlers {

namespace {

using core::review::Verdict;
using core::review::Word;

constexpr std::size_t code_bytes_max = 200;
constexpr std::size_t period_bytes_max = 7;

Response no_reviews() { return problem(404, "This server keeps no reviews."); }

// "2026-11"; anything else is in no month.
Parameter period_of(QueryInput& query) { return query.text("period", period_bytes_max); }

// Opens the places' objects, each once, and puts that on record, the first with the line that says who asked. The columns
// by entry.
Result<std::map<std::int64_t, JsonObject>> texts_of(
    const Call& call, const std::vector<ports::ReviewPlace>& places, engine::AcceptRequest first
) {
    std::map<std::string, std::vector<ports::ReviewPlace>> by_object;
    for (const ports::ReviewPlace& place : places) {
        by_object[place.object.key].push_back(place);
    }
    std::map<std::int64_t, JsonObject> texts;
    for (const auto& [key, part] : by_object) {
        Result<ports::OpenedEvidence> opened = call.evidence->open(part);
        if (!opened) {
            return opened.error();
        }
        engine::AcceptRequest request = std::exchange(first, {});
        request.by = call.by();
        request.run = part.front().run;
        request.task = part.front().task;
        request.effects = std::move(opened->effects);
        if (const Result<engine::Reply> recorded = call.api.accept(std::move(request)); !recorded) {
            return recorded.error();
        }
        for (std::size_t i = 0; i < part.size(); ++i) {
            texts[part[i].review] = std::move(opened->items[i]);
        }
    }
    return texts;
}

// 404 for an entry out of the caller's sight.
std::optional<Response> refuse_entry(const Call& call) {
    Response seen = read(call, "review_one", {call.text("id")});
    return seen.status == 200 ? std::nullopt : std::optional(std::move(seen));
}

}  // namespace

Response list_reviews(const Call& call) {
    QueryInput query(call.request);
    const Parameter country = query.country("country");
    const Parameter period = period_of(query);
    const Parameter state = query.one_of("state", {"open", "second", "disputed", "decided", "superseded", "all"});
    const Parameter order = query.one_of("order", {"cost", "id"});
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "reviews_page", query, {country, period, state, order, limit, cursor});
}

Response count_reviews(const Call& call) {
    QueryInput query(call.request);
    const Parameter period = period_of(query);
    return whole_list(call, "review_counts", query, {period});
}

Response list_review_codes(const Call& call) {
    QueryInput query(call.request);
    const Parameter country = query.country("country");
    const Parameter period = period_of(query);
    const Parameter text = query.text("text");
    const Parameter limit = query.limit();
    return page(call, "review_codes", query, {country, period, text, limit});
}

Response show_review(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    return read(call, "review_one", {call.text("id")});
}

Response show_review_item(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    if (auto refusal = refuse_entry(call)) {
        return *refusal;
    }
    if (call.reviews == nullptr || call.evidence == nullptr) {
        return no_reviews();
    }
    const auto place = call.reviews->place(call.id("id"));
    if (!place) {
        return problem(place.error());
    }
    if (!*place) {
        return problem(404, "There is nothing under " + call.request.path + ".");
    }
    engine::AcceptRequest note;
    note.audit = {name_of(call.route), call.request.path, (*place)->country, false, "opened " + storable((*place)->object.key)};
    const auto texts = texts_of(call, {**place}, std::move(note));
    if (!texts) {
        return problem(texts.error());
    }
    Response response;
    response.body = to_text(JsonObject{{"id", call.id("id")}, {"item", texts->begin()->second}});
    return response;
}

Response claim_reviews(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    const std::string country = body.country("country");
    ports::ReviewClaim claim;
    claim.period = body.text("period", Need::Optional, period_bytes_max);
    claim.take = static_cast<int>(body.number("limit", 1, ports::review_claims_max, 1));
    const std::string reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (!country.empty() && !call.by().countries.contains(country)) {
        return out_of_scope(call, "These reviews are of " + country);
    }
    if (call.reviews == nullptr || call.evidence == nullptr) {
        return no_reviews();
    }
    claim.who = call.by().name;
    claim.countries = country.empty() ? call.scope() : std::optional(country);
    claim.at = now();
    const auto places = call.reviews->claim(claim);
    if (!places) {
        return problem(places.error());
    }
    engine::AcceptRequest note;
    fill(note, call, reason, country);
    note.idempotency = {};  // who claims again gets what is claimed already
    const auto texts = texts_of(call, *places, std::move(note));
    if (!texts) {
        return problem(texts.error());
    }
    JsonArray items;
    for (const ports::ReviewPlace& place : *places) {
        const auto entry = call.api.read("review_one", {std::to_string(place.review), call.scope()});
        const Result<Json> told = entry ? json_from_text(*entry) : Result<Json>(entry.error());
        if (!told) {
            return problem(told.error());
        }
        JsonObject item = told->is_object() ? told->get_object() : JsonObject();
        item["columns"] = texts->at(place.review);
        items.push_back(std::move(item));
    }
    Response response;
    response.body = to_text(JsonObject{{"items", std::move(items)}});
    response.on_record = !places->empty();
    return response;
}

Response decide_review(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    const std::string verdict = body.one_of("verdict", {"code", "excluded", "cannot_say", "skip"}, "code");
    const std::string code = body.text("code", Need::Optional, code_bytes_max);
    const std::string reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    const bool dry_run = body.flag("dry_run");
    if (verdict == "code" && code.empty()) {
        body.fault("code", "say which code it is, or give another verdict: excluded, cannot_say or skip");
    } else if (verdict != "code" && !code.empty()) {
        body.fault("code", "goes with the verdict 'code' alone");
    }
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (auto refusal = refuse_entry(call)) {
        return *refusal;
    }
    if (call.reviews == nullptr) {
        return no_reviews();
    }
    ports::DeskCaller by = desk_caller(call, reason);
    by.audit.dry_run = dry_run;
    if (verdict == "skip") {
        return desk_reply(call.reviews->skip(call.id("id"), by, now()));
    }
    return desk_reply(call.reviews->decide(
        call.id("id"), Word{core::review::verdict_from(verdict).value_or(Verdict::CannotSay), code}, by, now()
    ));
}

Response undo_review(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    const std::string reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    const bool dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (auto refusal = refuse_entry(call)) {
        return *refusal;
    }
    if (call.reviews == nullptr) {
        return no_reviews();
    }
    ports::DeskCaller by = desk_caller(call, reason);
    by.audit.dry_run = dry_run;
    return desk_reply(call.reviews->undo(call.id("id"), by, now()));
}

}  // namespace kontor::http::handlers
