// Which ready instances start now: native ones at once, others as slots allow.
#include "base/prng.hpp"
#include "engine/cache.hpp"
#include "engine/slots.hpp"

namespace kontor::engine {

using core::run::Index;

bool Conductor::is_native(const std::string& uses) {
    return uses == "workflow.run" || uses == "sleep" || uses == "event.emit" || uses == core::approval::task_type;
}

std::uint64_t seed_of(const ActiveRun& active, Index index) {
    const core::run::Instance& instance = active.run.instance(index);
    const Json* seed = member(active.row.params, "seed");
    return stable_hash(instance.item, stable_hash(active.run.country(instance), stable_hash(active.run.node(instance).name))) ^
           static_cast<std::uint64_t>(seed != nullptr && seed->is_int64() ? seed->get_int64() : 0);
}

int Conductor::type_number(const std::string& uses) {
    const auto [found, inserted] = type_numbers_.try_emplace(uses, static_cast<int>(speeds_.size()));
    if (inserted) {
        speeds_.emplace_back();
    }
    return found->second;
}

void Conductor::fill_slots(Instant now) {
    while (const core::fair::ReadyItem* front = slots_.native.front(now)) {
        const core::fair::ReadyItem item = *front;
        slots_.native.pop(now);
        ActiveRun* active = find(item.run);
        if (active != nullptr && active->life == item.life && active->run.may_begin(item.instance)) {
            if (is_native(active->run.node(active->run.instance(item.instance)).uses)) {
                start_native(*active, item.instance, now);
            } else if (!ResultCache(*this).take(*active, item.instance, now)) {
                Slots(*this).push_lane(*active, item.instance, item);
            }
        }
    }
    Slots(*this).fill(sdk::Pool::Compute, now);
    Slots(*this).fill(sdk::Pool::Io, now);
    if (!slots_.native.empty()) {
        fill_slots(now);  // an input that could not be built ended its task, and that made others ready
    }
}

void Conductor::start_attempt(ActiveRun& active, Index index, InFlight flight, Instant now) {
    core::run::Changes changes;
    const Result<const core::run::Instance*> begun = active.run.begin_attempt(index, now, world(), changes);
    if (begun) {
        const std::int64_t id = id_of(active, index);
        const core::run::Instance& instance = active.run.instance(index);
        const core::dag::TaskNode& node = active.run.node(instance);
        const sdk::TaskType* type = settings_.tasks->find(node.uses);
        flight.place = {active.row.id, index};
        flight.attempt = instance.attempt;
        flight.workflow = active.run.workflow_ptr();
        flight.task = instance.task;
        flight.country = active.run.country(instance);
        ports::Dispatch dispatch;
        dispatch.key = {id, instance.attempt};
        dispatch.uses = node.uses;
        dispatch.identity = {
            active.row.id, active.row.workflow, node.name, active.run.country(instance), instance.item, instance.attempt,
            active.row.correlation
        };
        if (const auto* input = instance.input.if_object()) {
            dispatch.input = *input;
        }
        dispatch.role = !node.role.empty() || type == nullptr ? node.role : type->role;
        dispatch.pool = flight.pool;
        dispatch.cores = flight.cores;
        dispatch.seed = seed_of(active, index);
        dispatch.timeout = node.timeout;
        if (node.total_timeout) {
            dispatch.timeout = std::min(dispatch.timeout, instance.began_at.value_or(now) + *node.total_timeout - now);
        }
        actions_.dispatches.push_back(std::move(dispatch));
        running_[id] = std::move(flight);
    }
    absorb(active, std::move(changes), now);
}

bool Conductor::start_native(ActiveRun& active, Index index, Instant now) {
    const std::string uses = active.run.node(active.run.instance(index)).uses;
    if (uses == "sleep") {
        start_sleep(active, index, now);
        return true;
    }
    core::run::Changes changes;
    const Duration timeout = active.run.node(active.run.instance(index)).timeout;
    const std::optional<Instant> until = uses == "workflow.run" ? std::optional(now + timeout) : std::nullopt;
    const Result<const core::run::Instance*> begun = active.run.begin_awaiting(index, until, now, world(), changes);
    if (!begun) {
        absorb(active, std::move(changes), now);
        return false;
    }
    id_of(active, index);
    absorb(active, std::move(changes), now);
    const Json input = active.run.instance(index).input;
    if (uses == "event.emit") {
        emit_event(active, index, input, now);
    } else if (uses == core::approval::task_type) {
        ask_approval(active, index, input, now);
    } else {
        start_child(active, index, input, now);
    }
    return true;
}

void Conductor::start_sleep(ActiveRun& active, Index index, Instant now) {
    core::run::Changes changes;
    Instant until = now;
    std::string fault;
    if (const Result<Json> input = active.run.render_input(index, world()); input) {
        if (const Json* length = member(*input, "for"); length != nullptr && length->is_string()) {
            const Result<Duration> parsed = duration_from_text(length->get_string());
            fault = parsed ? "" : parsed.error().message;
            until = parsed ? now + *parsed : now;
        } else if (const Json* time = member(*input, "until"); time != nullptr && time->is_string()) {
            const Result<Instant> parsed = instant_from_iso(time->get_string());
            fault = parsed ? "" : parsed.error().message;
            until = parsed ? *parsed : now;
        } else {
            fault = "with.for (a duration) or with.until (a time) must be given";
        }
    }
    const bool wrong = !fault.empty();
    const Result<const core::run::Instance*> begun =
        active.run.begin_awaiting(index, wrong ? std::nullopt : std::optional(until), now, world(), changes);
    if (begun && wrong) {
        active.run.settle_without_attempt(index, sdk::Failed{sdk::FailureClass::Config, fault}, now, world(), changes);
    }
    absorb(active, std::move(changes), now);
}

void Conductor::start_child(ActiveRun& active, Index index, const Json& input, Instant now) {
    NewRun wanted;
    wanted.workflow = text_member(input, "workflow");
    const Json* params = member(input, "params");
    wanted.params = params == nullptr || params->is_null() ? Json(JsonObject{}) : *params;
    wanted.correlation = active.row.correlation;
    wanted.depth = active.row.depth + 1;
    wanted.priority = active.row.priority;
    wanted.countries = active.run.identity().allowed;
    const core::run::Instance& instance = active.run.instance(index);
    const Json* wait = member(input, "wait");
    const bool waits = wait == nullptr || !wait->is_bool() || wait->get_bool();
    wanted.cause = JsonObject{
        {"kind", "child"}, {"run", active.row.id}, {"task", active.run.node(instance).name}, {"task_id", instance.id},
        {"country", active.run.country(instance)}
    };
    if (const std::string by = submitter_of(active.row); !by.empty()) {
        wanted.cause.get_object().emplace("by", by);  // who started the first of them also submitted this one
    }
    if (waits) {
        wanted.parent_task = instance.id;
        awaiting_children_[instance.id] = {active.row.id, index};
    }
    const std::int64_t parent_id = instance.id;
    const Result<ports::RunId> child = create_run(std::move(wanted), now);
    core::run::Changes changes;
    if (!child) {
        awaiting_children_.erase(parent_id);
        std::string reason = describe(child.error());
        active.run.settle_without_attempt(index, sdk::Failed{sdk::FailureClass::Config, std::move(reason)}, now, world(), changes);
    } else if (!waits) {
        active.run.settle_without_attempt(
            index, sdk::Succeeded{JsonObject{{"run", *child}, {"state", "running"}}, {}}, now, world(), changes
        );
    } else {
        active.run.set_child(index, *child);
    }
    absorb(active, std::move(changes), now);
}

}  // namespace kontor::engine
