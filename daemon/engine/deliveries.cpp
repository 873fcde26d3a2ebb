// What becomes of an event at a trigger: filtered, a duplicate, gathered with others, a run, or a dead letter. The mark, the
// run and the letter are rows of one batch.
#include <algorithm>

#include "engine/conductor.hpp"

namespace kontor::engine {
namespace {

using core::trigger::Event;
using core::trigger::Group;
using core::trigger::GroupName;
using core::trigger::Verdict;

// Whoever may work for some countries neither narrows the run of others' events nor makes theirs a duplicate.
std::string scope_of(const Event& event) {
    const std::optional<std::string> countries = event.allowed.filter();
    return countries ? "of " + *countries : "";  // none at all is not all
}
std::string seen_key(const std::string& key, const std::string& scope) { return scope.empty() ? key : key + "\x1f" + scope; }

std::string waiting_sentence(const Group& group, const core::dag::Collecting& rule) {
    return "waits with " + std::to_string(group.events.size()) + " of " + std::to_string(rule.count) + " for a run at " + to_iso(group.due) +
           " or sooner";
}

}  // namespace

std::vector<Listener> Conductor::listeners() const {
    std::vector<Listener> found;
    for (const auto& [name, workflow] : deployed_) {
        for (const core::dag::Trigger& trigger : workflow->triggers) {
            if (!trigger.event.empty()) {
                found.push_back({workflow, &trigger});
            }
        }
    }
    std::sort(found.begin(), found.end(), [](const Listener& a, const Listener& b) {
        return std::tie(a.workflow->name, a.trigger->name) < std::tie(b.workflow->name, b.trigger->name);
    });
    return found;
}

std::optional<Listener> Conductor::listener(const std::string& workflow, const std::string& trigger) const {
    const auto known = deployed_.find(workflow);
    if (known == deployed_.end()) {
        return std::nullopt;
    }
    for (const core::dag::Trigger& each : known->second->triggers) {
        if (each.name == trigger) {
            return Listener{known->second, &each};
        }
    }
    return std::nullopt;
}

void Conductor::mark(ports::DeliveryRow delivery) {
    const auto key = std::tuple(delivery.event, delivery.workflow, delivery.trigger);
    const auto [at, fresh] = desk_.pending_rows.try_emplace(key, batch_.deliveries.size());
    if (!fresh) {
        batch_.deliveries[at->second] = std::move(delivery);  // decided in the batch in which it came
        return;
    }
    if (delivery.state != "pending") {
        desk_.pending_rows.erase(at);
    }
    batch_.deliveries.push_back(std::move(delivery));
}

ports::DeliveryRow Conductor::deliver(
    const Event& event, const Verdict& verdict, const Listener& listener, bool replayed, Instant now
) {
    const core::dag::Trigger& trigger = *listener.trigger;
    const GroupName group_name{listener.workflow->name, trigger.name, verdict.group, scope_of(event)};
    const GroupName dedupe_name{listener.workflow->name, trigger.name, seen_key(verdict.dedupe_key, group_name.scope)};
    ports::DeliveryRow delivery{event.id, group_name.workflow, group_name.trigger, "filtered", std::nullopt, verdict.reason, now};
    const bool has_key = verdict.kind == Verdict::Kind::Passed && !trigger.dedupe.key.empty();
    const core::trigger::SeenKeys::Seen* seen = has_key && !replayed ? desk_.seen.find(dedupe_name, now) : nullptr;
    if (verdict.kind == Verdict::Kind::Fault) {
        delivery.state = "dead";
        open_delivery_letter({group_name, {event}, now, now, now}, verdict.reason, now);
    } else if (seen != nullptr) {
        delivery.state = "duplicate";
        delivery.reason = "event " + std::to_string(seen->event) + " had the same key '" + verdict.dedupe_key + "' at " + to_iso(seen->at) +
                          "; the next one counts from " + to_iso(seen->until);
    } else if (verdict.kind == Verdict::Kind::Passed && trigger.collect.kind != core::dag::Collect::None) {
        delivery.state = "pending";
        delivery.key = verdict.group;
        const std::optional<Group> full = desk_.waiting.add(group_name, trigger.collect, event, now);
        if (full) {
            delivery = start_group(*full, now).back();
        } else {
            delivery.reason = waiting_sentence(*desk_.waiting.find(group_name), trigger.collect);
        }
    } else if (verdict.kind == Verdict::Kind::Passed) {
        delivery = start_group({group_name, {event}, now, now, now}, now).back();
    }
    if (has_key && (delivery.state == "started" || delivery.state == "pending")) {
        const Instant until = now + trigger.dedupe.window;
        desk_.seen.add(dedupe_name, {event.id, now, until});
        batch_.seen_keys.push_back({dedupe_name.workflow, dedupe_name.trigger, dedupe_name.key, event.id, now, until});
    }
    if (delivery.state == "filtered" || delivery.state == "duplicate" || delivery.state == "pending" ||
        verdict.kind == Verdict::Kind::Fault) {
        mark(delivery);
    }
    if (desk_.waiting.event_count() > waiting_events_max) {
        start_group(*desk_.waiting.take_first(), now);
    }
    return delivery;
}

Result<ports::RunId> Conductor::start(
    const Listener& listener, std::span<const Event> events, const std::string& group, Instant now
) {
    const core::dag::Trigger& trigger = *listener.trigger;
    Result<Json> params = core::trigger::map_params(trigger, events, group);
    if (!params) {
        return params.error();
    }
    NewRun wanted;
    wanted.workflow = listener.workflow->name;
    wanted.params = std::move(*params);
    wanted.correlation = events.front().correlation;
    JsonObject cause{{"kind", "event"}, {"event", events.back().id}, {"type", events.back().type}, {"trigger", trigger.name}};
    JsonArray ids;
    for (const Event& event : events) {
        ids.emplace_back(event.id);
        wanted.depth = std::max(wanted.depth, event.depth);
        // The same for all that are gathered now; a dead letter from before they were gathered apart may hold others.
        wanted.countries = wanted.countries.common_with(event.allowed);
        // Links of several chains begin a chain of their own.
        wanted.correlation = event.correlation == wanted.correlation ? wanted.correlation : "";
    }
    if (trigger.collect.kind != core::dag::Collect::None) {
        cause.emplace("events", std::move(ids));
        cause.emplace("key", group);
    }
    if (const std::string& by = events.back().by; !by.empty()) {
        cause.emplace("by", by);
    }
    wanted.cause = std::move(cause);
    return create_run(std::move(wanted), now);
}

std::vector<ports::DeliveryRow> Conductor::start_group(const Group& group, Instant now) {
    const std::optional<Listener> to = listener(group.name.workflow, group.name.trigger);
    const Result<ports::RunId> run =
        to ? start(*to, group.events, group.name.key, now) : Result<ports::RunId>(conflict("trigger", "the trigger is gone"));
    if (!run) {
        open_delivery_letter(group, run.error().kind == ErrorKind::Invalid && run.error().where == "trigger" ? run.error().message : describe(run.error()), now);
    }
    std::string reason;
    if (group.events.size() > 1) {
        reason = "with " + std::to_string(group.events.size() - 1) + " more, the last of them event " + std::to_string(group.events.back().id);
    }
    std::vector<ports::DeliveryRow> rows;
    for (const Event& event : group.events) {
        rows.push_back({
            event.id, group.name.workflow, group.name.trigger, run ? "started" : "dead",
            run ? std::optional<std::int64_t>(*run) : std::nullopt, run ? reason : describe(run.error()), now
        });
        mark(rows.back());
    }
    return rows;
}

void Conductor::start_due_groups(Instant now) {
    for (const Group& group : desk_.waiting.take_due(now)) {
        start_group(group, now);
    }
}

void Conductor::regroup(const core::dag::Workflow& workflow, Instant now) {
    for (const auto& [name, trigger] : desk_.waiting.triggers()) {
        if (name != workflow.name) {
            continue;
        }
        const std::optional<Listener> to = listener(name, trigger);
        for (Group& group : desk_.waiting.take_of(name, trigger)) {
            if (!to || to->trigger->event.empty()) {
                for (const Event& event : group.events) {
                    mark({event.id, name, trigger, "filtered", std::nullopt, "the trigger was taken out of the workflow while the event waited", now});
                }
                actions_.log.push_back(std::to_string(group.events.size()) + " events waited for " + name + "/" + trigger + ", which is gone");
                continue;
            }
            if (to->trigger->collect.kind == core::dag::Collect::None) {
                start_group(group, now);
                continue;
            }
            for (Event& event : group.events) {
                if (const auto full = desk_.waiting.add(group.name, to->trigger->collect, std::move(event), group.first)) {
                    start_group(*full, now);
                }
            }
        }
    }
}

void Conductor::open_delivery_letter(const Group& group, const std::string& fault, Instant now) {
    ports::DeadLetterRow letter;
    letter.id = next_id();
    letter.kind = "delivery";
    letter.event_id = group.events.back().id;
    letter.workflow = group.name.workflow;
    letter.task = group.name.trigger;
    letter.failure_class = sdk::to_string(sdk::FailureClass::Config);
    letter.reason = fault;
    letter.fingerprint = fingerprint_of(letter);
    if (group.events.size() == 1) {
        const Json* data = member(group.events.back().document, "data");
        letter.input = data == nullptr ? Json() : *data;
    } else {
        JsonArray ids;
        for (const Event& event : group.events) {
            ids.emplace_back(event.id);
        }
        letter.item = gathered_item;
        letter.input = JsonObject{{"events", std::move(ids)}, {"key", group.name.key}};
    }
    letter.attempts = 1;
    letter.created_at = now;
    batch_.dead_letters.push_back(std::move(letter));
}

std::vector<Group> Conductor::recover_waiting(const ports::Snapshot& snapshot) {
    std::vector<Group> ready;
    for (const ports::SeenKeyRow& row : snapshot.seen_keys) {
        desk_.seen.add({row.workflow, row.trigger, row.key}, {row.event, row.at, row.until});
    }
    for (const ports::PendingRow& row : snapshot.pending) {
        const ports::DeliveryRow& delivery = row.delivery;
        const core::trigger::Event event = seen_by_triggers(row.event);
        const GroupName name{delivery.workflow, delivery.trigger, delivery.key, scope_of(event)};
        const std::optional<Listener> to = listener(delivery.workflow, delivery.trigger);
        if (!to || to->trigger->collect.kind == core::dag::Collect::None) {
            ready.push_back({name, {event}, delivery.at, delivery.at, delivery.at});
        } else if (auto full = desk_.waiting.add(name, to->trigger->collect, event, delivery.at)) {
            ready.push_back(std::move(*full));
        }
    }
    return ready;
}

}  // namespace kontor::engine
