#include <boost/json/parse.hpp>

#include "tasks/control/register.hpp"

namespace kontor::tasks::control {
namespace {

class Noop final : public sdk::Task {
 public:
    sdk::Outcome run(sdk::TaskContext& /*context*/) override { return sdk::Succeeded{}; }
};

class EmitEvent final : public sdk::Task {
 public:
    sdk::Outcome run(sdk::TaskContext& context) override {
        const std::string type = sdk::text_input(context.input(), "type");
        const std::string subject = sdk::text_input_or(context.input(), "subject", context.identity().country);
        const sdk::Json* data = sdk::optional_input(context.input(), "data");
        sdk::EventEmitted event{type, subject, data == nullptr ? sdk::Json(sdk::JsonObject()) : *data};
        return sdk::Succeeded{sdk::JsonObject{{"type", type}}, {std::move(event)}};
    }
};

sdk::TaskType describe(const char* name, const char* summary, const char* schema) {
    sdk::TaskType type;
    type.name = name;
    type.summary = summary;
    type.input_schema = boost::json::parse(schema);
    // None of them computes: they must not wait for a core.
    type.pool = sdk::Pool::Io;
    return type;
}

}  // namespace

void register_tasks(sdk::TaskRegistry& registry) {
    sdk::TaskType noop = describe("noop", "Does nothing and succeeds.", R"({"type": "object"})");
    noop.make = [] { return std::make_unique<Noop>(); };
    registry.add(std::move(noop));

    sdk::TaskType emit = describe("event.emit", "Emits a CloudEvent, recorded together with the task's success.", R"({
        "type": "object",
        "required": ["type"],
        "additionalProperties": false,
        "properties": {
            "type": {"type": "string", "minLength": 1, "maxLength": 200, "description": "CloudEvents type, for example kontor.model.trained"},
            "subject": {"type": "string", "maxLength": 200, "description": "What it is about; the task's country unless given"},
            "data": {"description": "Any JSON; an empty object unless given"}
        }
    })");
    emit.make = [] { return std::make_unique<EmitEvent>(); };
    registry.add(std::move(emit));

    // These wait without holding a worker: the engine carries them out, and they have no `make`.
    registry.add(describe("sleep", "Waits for a time, or until one.", R"({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "for": {"type": "string", "pattern": "^([0-9.]+(ms|s|m|h|d))+$", "description": "A duration: 30s, 5m, 1h30m"},
            "until": {"type": "string", "format": "date-time", "description": "A time: 2026-12-01T06:00:00Z"}
        }
    })"));
    registry.add(describe("approval", "Asks people, and waits for their decision.", R"({
        "type": "object",
        "required": ["title"],
        "additionalProperties": false,
        "properties": {
            "title": {"type": "string", "minLength": 1, "maxLength": 200, "description": "What is asked, in a sentence"},
            "text": {"type": "string", "maxLength": 4096, "description": "What there is to know"},
            "evidence": {"description": "Any JSON; kept as it is at this moment and shown to whoever decides"},
            "role": {"enum": ["operator", "reviewer", "admin"], "default": "reviewer", "description": "The least role that may decide"},
            "approvals": {"enum": [1, 2], "default": 1, "description": "2: two different people"},
            "deadline": {"type": "string", "pattern": "^([0-9.]+(ms|s|m|h|d))+$", "description": "After this the default counts: 8h, 3d"},
            "default": {"enum": ["approve", "reject", "fail"], "default": "fail", "description": "What is so when nobody has decided by the deadline"},
            "escalate_after": {"type": "string", "pattern": "^([0-9.]+(ms|s|m|h|d))+$", "description": "Then the event kontor.approval.escalated tells that it still waits"},
            "on_reject": {"enum": ["fail", "continue"], "default": "fail", "description": "fail: a dead letter of class data; continue: outputs.decision is rejected"}
        }
    })"));
    registry.add(describe("workflow.run", "Starts another workflow, and waits for its end unless told otherwise.", R"({
        "type": "object",
        "required": ["workflow"],
        "additionalProperties": false,
        "properties": {
            "workflow": {"type": "string", "minLength": 1, "maxLength": 200},
            "params": {"type": "object", "description": "Checked against the parameters of that workflow"},
            "wait": {"type": "boolean", "default": true}
        }
    })"));
}

}  // namespace kontor::tasks::control
