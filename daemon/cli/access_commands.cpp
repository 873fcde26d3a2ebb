// Tokens, and the record of what was changed.
#include "cli/cli.hpp"
#include "cli/commands.hpp"

#include <ostream>

namespace kontor::cli {

int list_tokens(Session& session) {
    return print_list(
        session,
        "/v1/tokens?limit=1000",
        {{"ID", "/id", Kind::Number},
         {"NAME", "/name"},
         {"ROLE", "/role"},
         {"COUNTRIES", "/countries", Kind::Scope},
         {"FINGERPRINT", "/fingerprint"},
         {"CREATED", "/created_at", Kind::Time},
         {"BY", "/created_by"},
         {"EXPIRES", "/expires_at", Kind::Time},
         {"LAST USED", "/last_used_at", Kind::Time},
         {"REVOKED", "/revoked_at", Kind::Time}},
        "No tokens but the data folder's own."
    );
}

int create_token(Session& session, const TokenOrder& order) {
    JsonObject body{{"name", order.name}, {"role", order.role}};
    if (order.countries.empty()) {
        body["countries"] = "all";
    } else {
        JsonArray countries;
        for (const std::string& country : order.countries) {
            countries.emplace_back(country);
        }
        body["countries"] = std::move(countries);
    }
    if (!order.expires_at.empty()) {
        body["expires_at"] = order.expires_at;
    }
    if (!order.reason.empty()) {
        body["reason"] = order.reason;
    }
    if (order.dry_run) {
        body["dry_run"] = true;
    }
    const Result<Json> made = session.client.post("/v1/tokens", body);
    if (!made) {
        return report(session.around, made.error());
    }
    if (order.dry_run) {
        if (!printed_as_json(session, *made)) {
            session.around.out << "Nothing was made. " << text_member(*made, "name") << " would be " << text_member(*made, "role") << " of "
                               << (order.countries.empty() ? "all countries" : "the countries " + to_text(*at_pointer(*made, "/countries"))) << ".\n";
        }
        return ExitOk;
    }
    if (!printed_as_json(session, *made)) {
        // The secret alone on standard output: kontor tokens create ci > file
        session.around.err << "Token " << text_member(*made, "name") << " is made (number "
                           << to_text(*at_pointer(*made, "/id"))
                           << "). Its secret is shown this once:\n";
        session.around.out << text_member(*made, "secret") << '\n';
    }
    return ExitOk;
}

int revoke_token(Session& session, std::int64_t id, const std::string& reason, bool dry_run) {
    JsonObject body;
    if (dry_run) {
        body["dry_run"] = true;
    }
    if (!reason.empty()) {
        body["reason"] = reason;
    }
    const Result<Json> revoked =
        session.client.post("/v1/tokens/" + std::to_string(id) + "/revoke", body);
    if (!revoked) {
        return report(session.around, revoked.error());
    }
    if (!printed_as_json(session, *revoked)) {
        session.around.out << (dry_run ? "Nothing was changed. " : "") << "Token " << text_member(*revoked, "name")
                           << (dry_run ? " would be revoked.\n" : " is revoked.\n");
    }
    return ExitOk;
}

int list_audit(Session& session, const AuditFilter& filter) {
    const std::string path = with_query(
        "/v1/audit",
        {{"who", filter.who},
         {"route", filter.route},
         {"correlation", filter.correlation},
         {"since", filter.since},
         {"until", filter.until},
         {"limit", std::to_string(filter.limit)}}
    );
    return print_list(
        session,
        path,
        {{"AT", "/at", Kind::Time},
         {"WHO", "/who"},
         {"ROLE", "/role"},
         {"ROUTE", "/route"},
         {"RESOURCE", "/resource"},
         {"COUNTRY", "/country"},
         {"STATUS", "/status", Kind::Number},
         {"REASON", "/reason"}},
        "Nothing on the record matches."
    );
}

int list_keys(Session& session) {
    const Result<Json> list = session.client.get("/v1/keys");
    if (!list) {
        return report(session.around, list.error());
    }
    const Json* rotation = member(*list, "rotation");
    if (rotation != nullptr && rotation->is_object() && session.output == Output::Table) {
        const Json* running = member(*rotation, "running");
        const bool under_way = running != nullptr && running->is_bool() && running->get_bool();
        session.around.err << (under_way ? "A rotation is under way: " : "The last rotation: ")
                           << to_text(*at_pointer(*list, "/rotation/keys")) << " keys, "
                           << to_text(*at_pointer(*list, "/rotation/rewrapped"))
                           << " objects rewrapped, "
                           << to_text(*at_pointer(*list, "/rotation/failed")) << " failed.\n";
    }
    return print_list(
        session,
        "/v1/keys",
        {{"KEY", "/id"},
         {"SCOPE", "/scope"},
         {"COUNTRY", "/country"},
         {"CURRENT", "/current", Kind::Yes}},
        "No keys yet: nothing was encrypted."
    );
}

int rotate_keys(
    Session& session, const std::string& scope, const std::string& country, const std::string& reason, bool dry_run
) {
    JsonObject body;
    if (dry_run) {
        body["dry_run"] = true;
    }
    for (const auto& [name, value] :
         {std::pair{"scope", &scope}, {"country", &country}, {"reason", &reason}}) {
        if (!value->empty()) {
            body[name] = *value;
        }
    }
    const Result<Json> reply = session.client.post("/v1/keys/rotate", body);
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (!printed_as_json(session, *reply)) {
        const Json* keys = member(*reply, "keys");
        session.around.out
            << (dry_run ? "Nothing was changed. " + (keys == nullptr ? "?" : to_text(*keys)) + " keys would be replaced, and their objects rewrapped.\n"
                        : "New keys are in force; objects are being rewrapped ('kontor keys list').\n");
    }
    return ExitOk;
}

}  // namespace kontor::cli
