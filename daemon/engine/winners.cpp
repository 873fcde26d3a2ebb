// Which model is in force: what runs choose, and what people choose over them.
#include "engine/conductor.hpp"
#include "engine/stored_rows.hpp"

namespace kontor::engine {

namespace {

std::string model_of(const Json& details) {
    const Json* model = member(details, "model");
    return model == nullptr ? "" : text_member(*model, "id");
}

}  // namespace

void Conductor::tell_of_winner(std::string_view type, const std::string& country, JsonObject data, const ports::EventRow& like, Instant now) {
    ports::EventRow event = like;
    event.type = type;
    event.subject = country;
    data["country"] = country;
    event.data = std::move(data);
    event.time = now;
    emit(std::move(event), now);
}

bool Conductor::take_winner(const ActiveRun& active, const sdk::WinnerChosen& chosen, Instant now) {
    Json& kept = winners_[chosen.country];
    const Json* pinned = member(kept, "pinned");
    if (pinned == nullptr) {
        kept = chosen.details;
        return true;
    }
    ports::EventRow like = event_of(active);
    tell_of_winner(
        "kontor.winner.kept", chosen.country,
        {{"model", model_of(kept)}, {"refused", chosen.model}, {"pinned", *pinned}}, like, now
    );
    actions_.log.push_back(
        "run " + std::to_string(active.row.id) + " chose model " + chosen.model + " for " + chosen.country + ", where another one is pinned by " +
        text_member(*pinned, "by")
    );
    return false;
}

void Conductor::set_winner(WinnerInput input, Instant now) {
    const WinnerRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    const auto known = winners_.find(wanted.country);
    const Json* in_force = known == winners_.end() ? nullptr : &known->second;
    if (wanted.model.empty()) {
        input.details = in_force == nullptr ? Json() : *in_force;
    }
    if (!input.details.is_object()) {
        const std::string missing =
            wanted.model.empty() ? "no model is in force in " + wanted.country
                                 : "no model '" + wanted.model + "' was scored in " + wanted.country + ": `kontor leaderboard " + wanted.country + "` lists those that were";
        answer({}, input.reply, not_found("winners", missing), now);
        return;
    }
    JsonObject details = std::move(input.details).as_object();
    details.erase("pinned");
    if (wanted.pin) {
        details["pinned"] = JsonObject{{"by", wanted.by.name}, {"at", to_iso(now)}, {"reason", wanted.reason}};
    }
    const std::string model = model_of(Json(details));
    const std::string former = in_force == nullptr ? "" : model_of(*in_force);
    const std::string sentence = std::string(former == model ? "kept" : "chosen") + (wanted.pin ? " and pinned" : "") + " by " + wanted.by.name +
                                 (wanted.reason.empty() ? "" : ": " + wanted.reason);
    JsonObject shown{
        {"country", wanted.country}, {"model", model}, {"former", former.empty() ? Json() : Json(former)}, {"pinned", wanted.pin},
        {"reason", sentence}, {"dry_run", wanted.dry_run}
    };
    if (wanted.dry_run) {
        answer({}, input.reply, Reply{200, to_text(shown)}, now);
        return;
    }
    winners_[wanted.country] = details;
    batch_.effects.push_back(
        {next_id(), 0, 0, now, sdk::WinnerChosen{wanted.country, model, JsonObject{{"reason", sentence}, {"by", wanted.by.name}}, Json(details)}}
    );
    ports::EventRow like;
    like.source = "kontor/winners";
    like.correlation = "c" + std::to_string(next_id());
    like.by = wanted.by.name;
    like.countries = to_json(wanted.by.countries);
    tell_of_winner(
        "kontor.winner.set", wanted.country,
        {{"model", model}, {"former", shown["former"]}, {"pinned", wanted.pin}, {"by", wanted.by.name}, {"reason", wanted.reason}}, like, now
    );
    carried_out(wanted, input.reply, Reply{200, to_text(shown)}, now);
}

}  // namespace kontor::engine
