// Events become rows in the transaction that causes them, and their triggers' runs are made in the same one.
#include <algorithm>

#include "base/limits.hpp"
#include "engine/alarms.hpp"
#include "engine/conductor.hpp"
#include "engine/stored_rows.hpp"

namespace kontor::engine {
namespace {

// For the API: what became of an event.
Json shown(const std::vector<ports::DeliveryRow>& deliveries) {
    JsonArray list;
    for (const ports::DeliveryRow& delivery : deliveries) {
        if (!delivery.workflow.empty()) {
            list.push_back(JsonObject{
                {"workflow", delivery.workflow},
                {"trigger", delivery.trigger},
                {"state", delivery.state},
                {"run", delivery.run ? Json(*delivery.run) : Json()},
                {"reason", delivery.reason}
            });
        }
    }
    return list;
}

// Takes the data and the extensions out of what was posted.
ports::EventRow event_from(PostedEvent& posted, std::int64_t id, Instant now) {
    ports::EventRow event;
    event.id = id;
    event.ce_id = posted.ce_id;
    event.source = posted.source;
    event.type = posted.type;
    event.subject = posted.subject;
    event.time = posted.time.value_or(now);
    event.data = std::move(posted.data);
    event.correlation = posted.correlation.empty() ? "c" + std::to_string(id) : posted.correlation;
    event.extensions = std::move(posted.extensions);
    event.by = posted.by.name;
    event.countries = to_json(posted.by.countries);
    return event;
}

}  // namespace

core::trigger::Event seen_by_triggers(const ports::EventRow& event) {
    return {
        event.id, event.type, event.correlation, event.depth,
        JsonObject{
            {"id", event.ce_id},
            {"source", event.source},
            {"type", event.type},
            {"subject", event.subject},
            {"time", to_iso(event.time)},
            {"data", event.data},
            {"correlation", event.correlation},
            {"extensions", event.extensions.is_null() ? Json(JsonObject{}) : event.extensions}
        },
        event.by, countries_from(event.countries)
    };
}

Json arrival_data(const std::string& name, const sdk::ObjectRef& object, const std::string& country) {
    return JsonObject{{"name", name}, {"object", sdk::to_json(object)}, {"bytes", object.bytes}, {"country", country}};
}

ports::EventRow event_of(const ActiveRun& active) {
    ports::EventRow event;
    event.source = "kontor/" + active.row.workflow;
    event.correlation = active.row.correlation;
    event.depth = active.row.depth + 1;
    event.run = active.row.id;
    event.by = submitter_of(active.row);
    event.countries = to_json(active.run.identity().allowed);
    return event;
}

void Conductor::record_effects(
    ActiveRun& active, core::run::Index index, std::vector<sdk::Effect> effects, Instant now
) {
    const std::int64_t task = id_of(active, index);
    for (sdk::Effect& effect : effects) {
        if (auto* emitted = std::get_if<sdk::EventEmitted>(&effect)) {
            ports::EventRow event = event_of(active);
            event.type = std::move(emitted->type);
            event.subject = std::move(emitted->subject);
            event.data = std::move(emitted->data);
            event.time = now;
            emit(std::move(event), now);
            continue;
        }
        if (const auto* written = std::get_if<sdk::ObjectWritten>(&effect); written != nullptr && written->scope == "inbox") {
            ports::EventRow event = event_of(active);
            event.type = core::trigger::file_arrived;
            event.subject = written->object.key.substr(written->object.key.rfind('/') + 1);
            event.data = arrival_data(event.subject, written->object, written->country);
            event.time = now;
            emit(std::move(event), now);
        }
        if (const auto* chosen = std::get_if<sdk::WinnerChosen>(&effect); chosen != nullptr && !take_winner(active, *chosen, now)) {
            continue;
        }
        if (const auto* taken = std::get_if<sdk::ReadingsTaken>(&effect)) {
            Alarms(*this).take(active, *taken, now);
            continue;
        }
        batch_.effects.push_back({next_id(), active.row.id, task, now, std::move(effect)});
    }
}

void Conductor::emit_event(ActiveRun& active, core::run::Index index, const Json& input, Instant now) {
    core::run::Changes changes;
    const std::string type = text_member(input, "type");
    if (type.empty()) {
        active.run.settle_without_attempt(
            index, sdk::Failed{sdk::FailureClass::Config, "with.type must be a text such as kontor.model.trained"}, now, world(), changes
        );
        absorb(active, std::move(changes), now);
        return;
    }
    const Json* data = member(input, "data");
    std::vector<sdk::Effect> effects;
    effects.emplace_back(sdk::EventEmitted{type, text_member(input, "subject"), data == nullptr ? Json() : *data});
    record_effects(active, index, std::move(effects), now);
    active.run.settle_without_attempt(index, sdk::Succeeded{JsonObject{{"type", type}}, {}}, now, world(), changes);
    absorb(active, std::move(changes), now);
}

void Conductor::emit(ports::EventRow event, Instant now) {
    event.id = next_id();
    if (event.ce_id.empty()) {
        event.ce_id = "e" + std::to_string(event.id);
    }
    route(event, {}, now);
    batch_.events.push_back(std::move(event));
}

void Conductor::emit_finished(ActiveRun& active, Instant now) {
    const std::string& workflow = active.row.workflow;
    const auto waits = [&](const Listener& each) {
        const core::dag::Trigger& trigger = *each.trigger;
        return trigger.on ? trigger.on->workflow == workflow : core::trigger::hears_type(trigger.event, core::trigger::run_finished);
    };
    const std::vector<Listener> all = listeners();
    if (std::none_of(all.begin(), all.end(), waits)) {
        return;  // an event that nobody waits for is a row for nothing, once per run
    }
    refresh_row(active);
    Json outputs = active.run.outputs();
    if (to_text(outputs).size() > limits::task_outputs_bytes_max) {
        outputs = nullptr;  // too large to pass on; they can be read from the run
    }
    ports::EventRow event = event_of(active);
    event.type = core::trigger::run_finished;
    event.subject = std::to_string(active.row.id);
    event.time = now;
    event.data = JsonObject{
        {"run", active.row.id},         {"workflow", workflow},         {"state", active.row.state},
        {"reason", active.row.reason}, {"params", active.row.params}, {"outputs", std::move(outputs)}
    };
    emit(std::move(event), now);
}

std::vector<ports::DeliveryRow> Conductor::route(const ports::EventRow& row, const Routing& routing, Instant now) {
    const core::trigger::Event event = seen_by_triggers(row);
    std::vector<ports::DeliveryRow> deliveries;
    for (const Listener& each : listeners()) {
        if ((!routing.workflow.empty() && routing.workflow != each.workflow->name) ||
            (!routing.trigger.empty() && routing.trigger != each.trigger->name)) {
            continue;
        }
        const core::trigger::Verdict verdict = core::trigger::judge(*each.trigger, event);
        if (verdict.kind != core::trigger::Verdict::Kind::Deaf) {
            deliveries.push_back(deliver(event, verdict, each, routing.replayed, now));
        }
    }
    if (deliveries.empty()) {
        // Marks the event as routed, with nobody listening.
        mark({row.id, "", "", "filtered", std::nullopt, "no trigger listens to " + row.type, now});
    }
    return deliveries;
}

void Conductor::post_event(EventInput input, Instant now) {
    PostedEvent& posted = input.event;
    if (answered_before(posted.idempotency, input.reply)) {
        return;
    }
    if (input.known) {
        carried_out(posted, input.reply, std::move(*input.known), now);
        return;
    }
    const std::string identity = posted.source + "\n" + posted.ce_id;
    if (recent_events_.contains(identity) || older_events_.contains(identity)) {
        carried_out(posted, input.reply, Reply{202, to_text(JsonObject{{"duplicate", true}})}, now);
        return;
    }
    if (posted.audit.dry_run) {
        const JsonObject body{{"id", nullptr}, {"duplicate", false}, {"dry_run", true}, {"deliveries", foreseen(event_from(posted, 0, now), {})}};
        carried_out(posted, input.reply, Reply{200, to_text(body)}, now);
        return;
    }
    if (recent_events_.size() >= recent_events_max) {
        older_events_ = std::move(recent_events_);
        recent_events_ = {};
    }
    recent_events_.insert(identity);
    ports::EventRow event = event_from(posted, next_id(), now);
    const std::string correlation = event.correlation;
    for (sdk::Effect& effect : input.effects) {
        batch_.effects.push_back({next_id(), 0, 0, now, std::move(effect)});
    }
    const std::vector<ports::DeliveryRow> deliveries = route(event, {}, now);
    const JsonObject body{{"id", event.id}, {"duplicate", false}, {"deliveries", shown(deliveries)}};
    batch_.events.push_back(std::move(event));
    carried_out(posted, input.reply, Reply{202, to_text(body)}, now, correlation);
}

void Conductor::replay(ReplayInput input, Instant now) {
    const ReplayRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    if (draining_) {
        answer({}, input.reply, draining_error(), now);
        return;
    }
    const Routing routing{true, wanted.workflow, wanted.trigger};
    const std::vector<Listener> all = listeners();
    const bool known = std::any_of(all.begin(), all.end(), [&](const Listener& each) {
        return (routing.workflow.empty() || each.workflow->name == routing.workflow) &&
               (routing.trigger.empty() || each.trigger->name == routing.trigger);
    });
    if (!known && !(routing.workflow.empty() && routing.trigger.empty())) {
        answer(
            {}, input.reply,
            not_found("replay", "no deployed workflow '" + routing.workflow + "' has a trigger '" + routing.trigger + "' on events"), now
        );
        return;
    }
    JsonArray replayed;
    for (ports::EventRow& event : input.events) {
        const std::int64_t original = event.id;
        if (wanted.dry_run) {
            replayed.push_back(JsonObject{{"event", nullptr}, {"replay_of", original}, {"deliveries", foreseen(event, routing)}});
            continue;
        }
        event.id = next_id();
        event.ce_id = "replay-" + std::to_string(event.id);
        event.replay_of = original;
        event.run = std::nullopt;
        event.by = wanted.by.name;
        event.countries = to_json(wanted.by.countries);
        const std::vector<ports::DeliveryRow> deliveries = route(event, routing, now);
        replayed.push_back(JsonObject{{"event", event.id}, {"replay_of", original}, {"deliveries", shown(deliveries)}});
        batch_.events.push_back(std::move(event));
    }
    const int status = wanted.dry_run ? 200 : 202;
    const JsonObject body{{"dry_run", wanted.dry_run}, {"items", std::move(replayed)}};
    if (wanted.dry_run) {
        answer({}, input.reply, Reply{status, to_text(body)}, now);
    } else {
        carried_out(wanted, input.reply, Reply{status, to_text(body)}, now);
    }
}

}  // namespace kontor::engine
