// Events become rows in the transaction that causes them, and their triggers' runs are made in the same one.
#include "base/limits.hpp"
#include "engine/conductor.hpp"

namespace kontor::engine {
namespace {

// The names a trigger's expressions see.
class EventScope : public core::expr::Scope {
 public:
    explicit EventScope(const ports::EventRow& event)
        : event_(JsonObject{
              {"id", event.ce_id},
              {"source", event.source},
              {"type", event.type},
              {"subject", event.subject},
              {"time", to_iso(event.time)},
              {"data", event.data},
              {"correlation", event.correlation}
          }) {}
    const Json* find(std::string_view root) const override { return root == "event" ? &event_ : nullptr; }

 private:
    Json event_;
};

}  // namespace

void Conductor::record_effects(
    ActiveRun& active, core::run::Index index, std::vector<sdk::Effect> effects, Instant now
) {
    const std::int64_t task = id_of(active, index);
    for (sdk::Effect& effect : effects) {
        if (auto* emitted = std::get_if<sdk::EventEmitted>(&effect)) {
            ports::EventRow event;
            event.type = std::move(emitted->type);
            event.subject = std::move(emitted->subject);
            event.data = std::move(emitted->data);
            event.source = "kontor/" + active.row.workflow;
            event.correlation = active.row.correlation;
            event.depth = active.row.depth + 1;
            event.run = active.row.id;
            event.time = now;
            emit(std::move(event), now);
            continue;
        }
        if (const auto* chosen = std::get_if<sdk::WinnerChosen>(&effect)) {
            winners_[chosen->country] = chosen->details;
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
    std::vector<ports::DeliveryRow> deliveries = route(event, now);
    batch_.events.push_back(std::move(event));
    batch_.deliveries.insert(batch_.deliveries.end(), deliveries.begin(), deliveries.end());
}

std::vector<ports::DeliveryRow> Conductor::route(const ports::EventRow& event, Instant now) {
    // Runs are made while we walk: walk a copy of the listeners.
    std::vector<std::pair<std::shared_ptr<const core::dag::Workflow>, const core::dag::Trigger*>> listeners;
    for (const auto& [name, workflow] : deployed_) {
        for (const core::dag::Trigger& trigger : workflow->triggers) {
            if (!trigger.event.empty() && trigger.event == event.type) {
                listeners.emplace_back(workflow, &trigger);
            }
        }
    }
    std::vector<ports::DeliveryRow> deliveries;
    for (const auto& [workflow, trigger] : listeners) {
        deliveries.push_back(deliver(event, *workflow, *trigger, now));
    }
    if (deliveries.empty()) {
        // Marks the event as routed, with nobody listening.
        deliveries.push_back({event.id, "", "", "filtered", std::nullopt, "no trigger listens to " + event.type, now});
    }
    return deliveries;
}

ports::DeliveryRow Conductor::deliver(
    const ports::EventRow& event, const core::dag::Workflow& workflow, const core::dag::Trigger& trigger, Instant now
) {
    ports::DeliveryRow delivery{event.id, workflow.name, trigger.name, "started", std::nullopt, "", now};
    const EventScope scope(event);
    std::string fault;
    if (!trigger.when.empty()) {
        const Result<Json> passes = core::expr::evaluate(trigger.when, scope);
        if (passes && passes->is_bool() && !passes->get_bool()) {
            delivery.state = "filtered";
            delivery.reason = "filtered out: " + trigger.when.text();
            return delivery;
        }
        if (!passes || !passes->is_bool()) {
            fault = "when: " + (passes ? "must be true or false" : passes.error().message);
        }
    }
    Json params = JsonObject{};
    if (fault.empty() && !trigger.params.empty()) {
        Result<Json> rendered = core::expr::render(trigger.params, scope);
        if (rendered) {
            params = std::move(*rendered);
        } else {
            fault = "params: " + rendered.error().message;
        }
    }
    if (fault.empty()) {
        NewRun wanted;
        wanted.workflow = workflow.name;
        wanted.params = std::move(params);
        wanted.correlation = event.correlation;
        wanted.depth = event.depth;
        wanted.cause = JsonObject{{"kind", "event"}, {"event", event.id}, {"type", event.type}, {"trigger", trigger.name}};
        const Result<ports::RunId> run = create_run(std::move(wanted), now);
        if (run) {
            delivery.run = *run;
            return delivery;
        }
        fault = describe(run.error());
    }
    delivery.state = "dead";
    delivery.reason = fault;
    ports::DeadLetterRow letter;
    letter.id = next_id();
    letter.kind = "delivery";
    letter.event_id = event.id;
    letter.workflow = workflow.name;
    letter.task = trigger.name;
    letter.failure_class = sdk::to_string(sdk::FailureClass::Config);
    letter.reason = fault;
    letter.fingerprint = fingerprint_of(letter);
    letter.input = event.data;
    letter.attempts = 1;
    letter.created_at = now;
    batch_.dead_letters.push_back(std::move(letter));
    return delivery;
}

void Conductor::post_event(EventInput input, Instant now) {
    PostedEvent& posted = input.event;
    if (answered_before(posted.idempotency, input.reply)) {
        return;
    }
    if (input.known) {
        answer(posted.idempotency, input.reply, std::move(*input.known), now);
        return;
    }
    const std::string identity = posted.source + "\n" + posted.ce_id;
    if (recent_events_.contains(identity) || older_events_.contains(identity)) {
        answer(posted.idempotency, input.reply, Reply{202, to_text(JsonObject{{"duplicate", true}})}, now);
        return;
    }
    if (recent_events_.size() >= recent_events_max) {
        older_events_ = std::move(recent_events_);
        recent_events_ = {};
    }
    recent_events_.insert(identity);
    ports::EventRow event;
    event.id = next_id();
    event.ce_id = posted.ce_id;
    event.source = posted.source;
    event.type = posted.type;
    event.subject = posted.subject;
    event.time = posted.time.value_or(now);
    event.data = std::move(posted.data);
    event.correlation = posted.correlation.empty() ? "c" + std::to_string(event.id) : posted.correlation;
    std::vector<ports::DeliveryRow> deliveries = route(event, now);
    JsonArray shown;
    for (const ports::DeliveryRow& delivery : deliveries) {
        if (!delivery.workflow.empty()) {
            shown.push_back(JsonObject{
                {"workflow", delivery.workflow},
                {"trigger", delivery.trigger},
                {"state", delivery.state},
                {"run", delivery.run ? Json(*delivery.run) : Json()},
                {"reason", delivery.reason}
            });
        }
    }
    const JsonObject body{{"id", event.id}, {"duplicate", false}, {"deliveries", std::move(shown)}};
    batch_.events.push_back(std::move(event));
    batch_.deliveries.insert(batch_.deliveries.end(), deliveries.begin(), deliveries.end());
    answer(posted.idempotency, input.reply, Reply{202, to_text(body)}, now);
}

}  // namespace kontor::engine
