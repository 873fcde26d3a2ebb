// Tokens and the record. Their rows are committed by the one writer like everything else, so that a token, its answer under
// an Idempotency-Key and its line on the record are one transaction.
#include <algorithm>

#include "engine/conductor.hpp"
#include "engine/stored_rows.hpp"

namespace kontor::engine {
namespace {

// Every request compares its token with all of them.
constexpr std::size_t tokens_max = 1000;
// Names that the daemon itself goes by on the record.
constexpr std::string_view house_names[] = {"admin", "folder", "schedule", "kontor"};

Json token_json(const ports::TokenRow& row) {
    const auto time = [](const std::optional<Instant>& at) { return at ? Json(to_iso(*at)) : Json(); };
    return JsonObject{
        {"id", row.id},
        {"name", row.name},
        {"role", row.role},
        {"countries", row.countries},
        {"fingerprint", row.hash.substr(0, token_fingerprint_digits)},
        {"created_at", to_iso(row.created_at)},
        {"created_by", row.created_by},
        {"expires_at", time(row.expires_at)},
        {"last_used_at", nullptr},
        {"revoked_at", time(row.revoked_at)}
    };
}

// As it would be; one that was not made has no number.
Reply previewed(const ports::TokenRow& row) {
    Json shown = token_json(row);
    shown.as_object()["dry_run"] = true;
    if (row.id == 0) {
        shown.as_object()["id"] = nullptr;
        shown.as_object().erase("fingerprint");
    }
    return {200, to_text(shown)};
}

}  // namespace

void Conductor::create_token(CreateTokenInput input, Instant now) {
    const CreateTokenRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    const auto refuse = [&](Error error, const char* pointer, const char* message) {
        error.details.push_back({pointer, message});
        answer({}, input.reply, std::move(error), now);
    };
    const bool taken = std::any_of(tokens_.begin(), tokens_.end(), [&](const auto& entry) { return entry.second.name == wanted.name; });
    if (taken || std::find(std::begin(house_names), std::end(house_names), wanted.name) != std::end(house_names)) {
        refuse(conflict("tokens", "the name '" + wanted.name + "' is taken: the record could not tell the two apart"), "/name", "is taken");
        return;
    }
    if (wanted.expires_at && *wanted.expires_at <= now) {
        refuse(invalid("tokens", "the token would have expired already"), "/expires_at", "must be in the future");
        return;
    }
    if (wanted.role == Role::None || tokens_.size() >= tokens_max) {
        answer({}, input.reply, conflict("tokens", "there are " + std::to_string(tokens_.size()) + " tokens: revoke some first"), now);
        return;
    }
    ports::TokenRow row;
    row.id = wanted.audit.dry_run ? 0 : next_id();
    row.name = wanted.name;
    row.hash = wanted.hash;
    row.role = to_string(wanted.role);
    row.countries = to_json(wanted.countries);
    row.created_at = now;
    row.created_by = wanted.by.name;
    row.expires_at = wanted.expires_at;
    if (wanted.audit.dry_run) {
        carried_out(wanted, input.reply, previewed(row), now);
        return;
    }
    batch_.tokens.push_back(row);
    const std::string resource = "/v1/tokens/" + std::to_string(row.id);
    Reply given{201, to_text(token_json(row))};
    tokens_.emplace(row.id, std::move(row));
    carried_out(wanted, input.reply, std::move(given), now, "", resource);
}

void Conductor::revoke_token(RevokeTokenInput input, Instant now) {
    const RevokeTokenRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    const auto found = tokens_.find(wanted.token);
    if (found == tokens_.end()) {
        answer({}, input.reply, not_found("tokens", "there is no token " + std::to_string(wanted.token) + ", or it is revoked already"), now);
        return;
    }
    ports::TokenRow row = found->second;
    row.revoked_at = now;
    if (wanted.audit.dry_run) {
        carried_out(wanted, input.reply, previewed(row), now);
        return;
    }
    tokens_.erase(found);
    batch_.tokens.push_back(row);
    carried_out(wanted, input.reply, Reply{200, to_text(token_json(row))}, now);
}

void Conductor::accept(AcceptInput input, Instant now) {
    if (answered_before(input.request.idempotency, input.reply)) {
        return;
    }
    for (sdk::Effect& effect : input.request.effects) {
        batch_.effects.push_back({next_id(), input.request.run, input.request.task, now, std::move(effect)});
    }
    Reply given{202, std::move(input.request.answer)};
    carried_out(input.request, input.reply, std::move(given), now);
}

void Conductor::record(RecordInput input) {
    batch_.audit.insert(batch_.audit.end(), std::make_move_iterator(input.audit.begin()), std::make_move_iterator(input.audit.end()));
    for (const ports::TokenUse& use : input.uses) {
        if (tokens_.contains(use.token)) {
            batch_.token_uses.push_back(use);
        }
    }
}

}  // namespace kontor::engine
