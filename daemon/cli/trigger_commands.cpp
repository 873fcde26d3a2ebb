// What starts runs besides a person: schedules and events.
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/foreseen.hpp"

#include <algorithm>
#include <ostream>

namespace kontor::cli {
namespace {

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : ",") + part;
    }
    return text;
}

// The list under `name`; empty when there is none.
const JsonArray& list_of(const Json& value, std::string_view name) {
    static const JsonArray none;
    const Json* list = member(value, name);
    return list == nullptr || !list->is_array() ? none : list->get_array();
}

void print_deliveries(std::ostream& out, const Json& event) {
    for (const Json& delivery : list_of(event, "deliveries")) {
        const Json* run = member(delivery, "run");
        const std::string reason = text_member(delivery, "reason");
        out << "  " << text_member(delivery, "workflow") << "/" << text_member(delivery, "trigger") << ": "
            << text_member(delivery, "state")
            << (run != nullptr && run->is_int64() ? " run " + to_text(*run) : std::string())
            << (reason.empty() ? "" : ": " + reason) << "\n";
    }
}

}  // namespace

int list_schedules(Session& session) {
    return print_list(
        session,
        "/v1/schedules?limit=1000",
        {{"WORKFLOW", "/workflow"},
         {"TRIGGER", "/trigger"},
         {"CRON", "/cron"},
         {"ZONE", "/timezone"},
         {"PAUSED", "/paused", Kind::Yes},
         {"LAST", "/last_tick", Kind::Time},
         {"NEXT", "/next_tick", Kind::Time},
         {"LAST RESULT", "/last_result"}},
        "No workflow has a schedule."
    );
}

int change_schedule(
    Session& session,
    const std::string& action,
    const std::string& workflow,
    const std::string& trigger,
    bool dry_run
) {
    const std::string path = "/v1/schedules/" + percent_encoded(workflow) + "/" +
                             percent_encoded(trigger) + "/" + action;
    const Result<Json> reply = session.client.post(path, dry_run ? JsonObject{{"dry_run", true}} : JsonObject{});
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (dry_run && action == "run") {
        return tell_foreseen(session, *reply);
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    if (dry_run) {
        session.around.out << "Nothing was changed. Schedule " << workflow << "/" << trigger << " would be "
                           << (action == "pause" ? "paused" : "active, its next tick at " + text_member(*reply, "next_tick")) << ".\n";
        return ExitOk;
    }
    if (const Json* run = member(*reply, "id"); action == "run" && run != nullptr) {
        session.around.out << "Run " << to_text(*run) << " of " << workflow << " accepted.\n";
    } else {
        session.around.out << "Schedule " << workflow << "/" << trigger
                           << (action == "pause" ? " is paused.\n" : " is active.\n");
    }
    return ExitOk;
}

int list_events(
    Session& session, const std::string& type, const std::string& correlation, int limit
) {
    return print_list(
        session,
        with_query(
            "/v1/events",
            {{"type", type}, {"correlation", correlation}, {"limit", std::to_string(limit)}}
        ),
        {{"ID", "/id", Kind::Number},
         {"TIME", "/time", Kind::Time},
         {"TYPE", "/type"},
         {"SUBJECT", "/subject"},
         {"RUN", "/run", Kind::Number},
         {"CORRELATION", "/correlation"}},
        "No events match."
    );
}

int preview_schedule(Session& session, const PreviewOrder& order) {
    const bool deployed = !order.workflow.empty();
    const std::string path = deployed ? "/v1/schedules/" + percent_encoded(order.workflow) + "/" +
                                            percent_encoded(order.trigger) + "/preview"
                                      : "/v1/schedules/preview";
    const Result<Json> reply = session.client.get(with_query(
        path,
        {{"cron", order.cron},
         {"every", order.every},
         {"timezone", order.timezone},
         {"gap", order.gap},
         {"fold", order.fold},
         {"business_days", order.business_days},
         {"holidays", joined(order.holidays)},
         {"zones", joined(order.zones)},
         {"from", order.from},
         {"count", std::to_string(order.count)}}
    ));
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    std::vector<Column> columns{{"UTC"}, {text_member(*reply, "timezone")}};
    const bool all = std::find(order.zones.begin(), order.zones.end(), "all") != order.zones.end();
    std::vector<std::string> zones = order.zones;
    if (all) {
        zones.clear();
        if (const JsonArray& items = list_of(*reply, "items"); !items.empty()) {
            for (const auto& zone : member(items[0], "zones")->get_object()) {
                zones.emplace_back(zone.key());
            }
        }
    }
    for (const std::string& zone : zones) {
        columns.push_back({zone});
    }
    columns.push_back({"NOTE"});
    std::vector<std::vector<Cell>> rows;
    for (const Json& item : list_of(*reply, "items")) {
        std::vector<Cell> row{{short_time(text_member(item, "at"))}, {text_member(item, "local")}};
        for (const std::string& zone : zones) {
            row.push_back({text_member(*member(item, "zones"), zone)});
        }
        row.push_back({text_member(item, "note")});
        rows.push_back(std::move(row));
    }
    if (rows.empty()) {
        session.around.out << "It never fires again.\n";
        return ExitOk;
    }
    session.around.out << lay_out(columns, rows, session.around.terminal);
    return ExitOk;
}

int show_event(Session& session, std::int64_t id) {
    const Result<Json> event = session.client.get("/v1/events/" + std::to_string(id));
    if (!event) {
        return report(session.around, event.error());
    }
    if (printed_as_json(session, *event)) {
        return ExitOk;
    }
    print_item(
        session,
        *event,
        {{"id", "/id"},
         {"type", "/type"},
         {"source", "/source"},
         {"its id", "/ce_id"},
         {"subject", "/subject"},
         {"time", "/time", Kind::Time},
         {"correlation", "/correlation"},
         {"from run", "/run"},
         {"replay of", "/replay_of"}}
    );
    const Json* data = member(*event, "data");
    session.around.out << "data  " << (data == nullptr ? "null" : to_text(*data)) << "\n";
    print_deliveries(session.around.out, *event);
    return ExitOk;
}

int explain_event(Session& session, std::int64_t id) {
    const Result<Json> reply = session.client.get("/v1/events/" + std::to_string(id) + "/explain");
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    const JsonArray& triggers = list_of(*reply, "triggers");
    if (triggers.empty()) {
        session.around.out << "Event " << id << " started nothing: " << text_member(*reply, "reason") << ".\n";
    }
    for (const Json& each : triggers) {
        session.around.out << text_member(each, "workflow") << "/" << text_member(each, "trigger") << " "
                           << text_member(each, "sentence") << "\n";
    }
    return ExitOk;
}

int replay_events(Session& session, const ReplayOrder& order) {
    JsonObject body{{"dry_run", order.dry_run}};
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) {
            body.emplace(name, value);
        }
    };
    if (!order.ids.empty()) {
        body.emplace("events", JsonArray(order.ids.begin(), order.ids.end()));
    }
    add("type", order.type);
    add("since", order.since);
    add("until", order.until);
    add("workflow", order.workflow);
    add("trigger", order.trigger);
    const Result<Json> reply = session.client.post("/v1/events/replay", body);
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    const JsonArray& items = list_of(*reply, "items");
    if (items.empty()) {
        session.around.out << "No stored event fits.\n";
    }
    for (const Json& item : items) {
        const std::string original = to_text(*member(item, "replay_of"));
        session.around.out << (order.dry_run ? "Event " + original + " would be replayed:\n"
                                             : "Event " + original + " replayed as " + to_text(*member(item, "event")) + ":\n");
        if (list_of(item, "deliveries").empty()) {
            session.around.out << "  no trigger listens to it\n";
        }
        print_deliveries(session.around.out, item);
    }
    return ExitOk;
}

int send_event(Session& session, const EventOrder& order) {
    JsonObject event{{"specversion", "1.0"}, {"type", order.type}, {"source", order.source}};
    event["id"] = order.id.empty() ? fresh_key() : order.id;
    if (!order.subject.empty()) {
        event["subject"] = order.subject;
    }
    if (!order.correlation.empty()) {
        event["correlation"] = order.correlation;
    }
    if (!order.data.empty()) {
        Result<Json> data = json_from_text(order.data);
        if (!data) {
            return report(session.around, invalid("", "--data is not JSON: " + data.error().message));
        }
        event["data"] = std::move(*data);
    }
    const Result<Json> reply = session.client.post(order.dry_run ? "/v1/events?dry_run=true" : "/v1/events", event);
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    const Json* duplicate = member(*reply, "duplicate");
    const Json* id = member(*reply, "id");
    session.around.out << (order.dry_run ? "Nothing was sent. It" : "Event " + (id == nullptr ? "?" : to_text(*id)))
                       << (duplicate != nullptr && *duplicate == Json(true) ? " was known already.\n" : order.dry_run ? " would be accepted:\n" : " accepted.\n");
    print_deliveries(session.around.out, *reply);
    return ExitOk;
}

}  // namespace kontor::cli
