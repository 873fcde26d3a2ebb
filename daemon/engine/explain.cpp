// Why an event did or did not start a trigger, as a sentence each. Changes nothing.
#include <algorithm>

#include "engine/conductor.hpp"

namespace kontor::engine {
namespace {

using core::trigger::Verdict;

// The sentence about a delivery that was decided when the event came.
std::string past(const Json& delivery) {
    const std::string state = text_member(delivery, "state");
    const std::string reason = text_member(delivery, "reason");
    const Json* run = member(delivery, "run");
    if (state == "started") {
        return "started run " + (run == nullptr ? std::string("?") : to_text(*run)) + (reason.empty() ? "" : ", " + reason);
    }
    if (state == "duplicate") {
        return "did not fire: " + reason;
    }
    if (state == "dead") {
        return "could not start a run and is a dead letter: " + reason;
    }
    return reason.empty() ? state : reason;
}

}  // namespace

Json Conductor::foreseen(const ports::EventRow& row, const Routing& routing) const {
    const core::trigger::Event event = seen_by_triggers(row);
    JsonArray list;
    for (const Listener& each : listeners()) {
        if ((!routing.workflow.empty() && routing.workflow != each.workflow->name) ||
            (!routing.trigger.empty() && routing.trigger != each.trigger->name)) {
            continue;
        }
        const Verdict verdict = core::trigger::judge(*each.trigger, event);
        std::string state;
        std::string reason = verdict.reason;
        switch (verdict.kind) {
            case Verdict::Kind::Deaf: continue;
            case Verdict::Kind::Filtered: state = "filtered"; break;
            case Verdict::Kind::Fault: state = "dead"; break;
            case Verdict::Kind::Passed: {
                const bool gathers = each.trigger->collect.kind != core::dag::Collect::None;
                state = gathers ? "pending" : "started";
                const std::vector<core::trigger::Event> one{event};
                if (const Result<Json> params = core::trigger::map_params(*each.trigger, one, verdict.group); !params) {
                    state = "dead";
                    reason = params.error().message;
                } else if (!gathers) {
                    reason = "with params " + to_text(*params);
                }
                break;
            }
        }
        list.push_back(JsonObject{
            {"workflow", each.workflow->name}, {"trigger", each.trigger->name}, {"state", state}, {"run", nullptr}, {"reason", reason}
        });
    }
    return list;
}

void Conductor::explain(ExplainInput input, Instant now) {
    const core::trigger::Event event = seen_by_triggers(input.event);
    JsonArray triggers;
    std::set<std::pair<std::string, std::string>> told;
    const auto tell = [&](const std::string& workflow, const std::string& trigger, const std::string& state, const Json& run, std::string sentence) {
        triggers.push_back(JsonObject{
            {"workflow", workflow}, {"trigger", trigger}, {"state", state}, {"run", run}, {"sentence", std::move(sentence)}
        });
    };
    if (input.deliveries.is_array()) {
        for (const Json& delivery : input.deliveries.get_array()) {
            const std::string workflow = text_member(delivery, "workflow");
            const std::string trigger = text_member(delivery, "trigger");
            const std::string state = text_member(delivery, "state");
            const Json* run = member(delivery, "run");
            told.emplace(workflow, trigger);
            std::string sentence = past(delivery);
            const std::optional<Listener> to = listener(workflow, trigger);
            const Verdict verdict = to ? core::trigger::judge(*to->trigger, event) : Verdict{};
            const core::trigger::Group* group = state == "pending" ? desk_.waiting.find({workflow, trigger, verdict.group}) : nullptr;
            if (group != nullptr && to) {
                sentence = "waits: " + std::to_string(group->events.size()) + " of " + std::to_string(to->trigger->collect.count) +
                           " events are gathered" + (verdict.group.empty() ? "" : " under the key '" + verdict.group + "'") +
                           "; the run starts at " + to_iso(group->due) + " unless more events change that";
            }
            tell(workflow, trigger, state, run == nullptr ? Json() : *run, std::move(sentence));
        }
    }
    for (const Listener& each : listeners()) {
        if (told.contains({each.workflow->name, each.trigger->name})) {
            continue;
        }
        const Verdict verdict = core::trigger::judge(*each.trigger, event);
        if (verdict.kind == Verdict::Kind::Deaf) {
            tell(each.workflow->name, each.trigger->name, "deaf", nullptr, "did not fire: " + verdict.reason);
        } else {
            tell(
                each.workflow->name, each.trigger->name, "not_asked", nullptr,
                "was not asked: the trigger did not listen to it when the event came; today " +
                    (verdict.kind == Verdict::Kind::Passed ? std::string("it would pass, and a replay would start it") : verdict.reason)
            );
        }
    }
    const std::string summary = triggers.empty() ? "no deployed workflow has a trigger on events" : "";
    const JsonObject body{{"event", input.event.id}, {"type", input.event.type}, {"triggers", std::move(triggers)}, {"reason", summary}};
    answer({}, input.reply, Reply{200, to_text(body)}, now);
}

}  // namespace kontor::engine
