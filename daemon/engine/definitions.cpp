// Deployed workflows and their schedules.
#include <algorithm>
#include <set>

#include "core/expr/written.hpp"
#include "engine/conductor.hpp"
#include "engine/slots.hpp"

namespace kontor::engine {
namespace {

// What a trigger waits for, in words.
std::string waits_for(const core::dag::Trigger& trigger) {
    if (trigger.cron) {
        return trigger.cron->text + " in " + std::string(trigger.cron->zone->name());
    }
    if (trigger.on) {
        std::string states;
        for (const std::string& state : trigger.on->states) {
            states += (states.empty() ? "" : " or ") + state;
        }
        return "a run of " + trigger.on->workflow + " that " + states;
    }
    return trigger.file.empty() ? trigger.event : "a file like " + trigger.file;
}

}  // namespace

Json summary_of(const core::dag::Workflow& workflow) {
    JsonArray tasks;
    for (const core::dag::TaskNode& node : workflow.tasks) {
        JsonArray after;
        for (const int parent : node.after) {
            after.emplace_back(workflow.tasks[static_cast<std::size_t>(parent)].name);
        }
        JsonArray per;
        if (node.per_country) {
            per.emplace_back(workflow.partition_key);
        }
        if (node.fan) {
            per.emplace_back(node.fan->name);
        }
        tasks.push_back(JsonObject{
            {"name", node.name}, {"uses", node.uses}, {"title", node.title}, {"after", std::move(after)}, {"per", std::move(per)}
        });
    }
    JsonArray triggers;
    for (const core::dag::Trigger& trigger : workflow.triggers) {
        triggers.push_back(JsonObject{
            {"name", trigger.name},
            {"kind", trigger.cron ? "cron" : "event"},
            {"cron", trigger.cron ? Json(trigger.cron->text) : Json()},
            {"timezone", trigger.cron ? Json(trigger.cron->zone->name()) : Json()},
            {"event", trigger.event.empty() ? Json() : Json(trigger.event)},
            {"waits_for", waits_for(trigger)}
        });
    }
    return JsonObject{
        {"title", workflow.title},
        {"partition", workflow.partition_key.empty() ? Json() : Json(workflow.partition_key)},
        {"params", workflow.params_schema},
        {"tasks", std::move(tasks)},
        {"triggers", std::move(triggers)}
    };
}

void Conductor::deploy(DeployInput input, Instant now) {
    const DeployRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    if (const auto last = offered_.find(wanted.name); !wanted.offered.empty() && last != offered_.end() && last->second == wanted.offered) {
        const auto used = deployed_.find(wanted.name);
        const Json in_force = used == deployed_.end() ? Json() : Json(used->second->hash);
        answer({}, input.reply, Reply{200, to_text(JsonObject{{"name", wanted.name}, {"in_force", in_force}})}, now);
        return;
    }
    Parsed parsed = settings_.parse(wanted.yaml);
    if (parsed.workflow == nullptr) {
        answer({}, input.reply, parsed.error, now);
        return;
    }
    if (!wanted.name.empty() && parsed.workflow->name != wanted.name) {
        answer({}, input.reply, invalid("deploy", "the text defines workflow '" + parsed.workflow->name + "', not '" + wanted.name + "'"), now);
        return;
    }
    const auto before = deployed_.find(parsed.workflow->name);
    const std::string in_force = before == deployed_.end() ? "" : before->second->hash;
    if (!wanted.if_match.empty() && wanted.if_match != in_force) {
        const std::string now_is = in_force.empty() ? "is not deployed" : "is at " + in_force;
        answer({}, input.reply, conflict(std::string(moved_on), "workflow '" + parsed.workflow->name + "' " + now_is + " by now: read it again"), now);
        return;
    }
    if (wanted.dry_run) {
        carried_out(wanted, input.reply, Reply{200, to_text(plan_of(*parsed.workflow, now))}, now);
        return;
    }
    if (const std::string lost = wanted.force ? "" : lost_by(*parsed.workflow); !lost.empty()) {
        answer({}, input.reply, conflict("deploy", lost + "; deploy it with force, and they are not served any more"), now);
        return;
    }
    if (before == deployed_.end() || before->second->hash != parsed.workflow->hash) {
        install(parsed.workflow, now, nullptr, true);
    }
    JsonObject body{{"name", parsed.workflow->name}, {"title", parsed.workflow->title}, {"hash", parsed.workflow->hash}};
    if (JsonArray missing = missing_pools(*parsed.workflow, slots_.pools); !missing.empty()) {
        body["missing_pools"] = std::move(missing);
    }
    if (!wanted.offered.empty()) {
        body["in_force"] = parsed.workflow->hash;
        offered_[parsed.workflow->name] = parsed.workflow->hash;
        batch_.offers.emplace_back(parsed.workflow->name, parsed.workflow->hash);
    }
    carried_out(wanted, input.reply, Reply{200, to_text(body)}, now);
}

void Conductor::retire(RetireInput input, Instant now) {
    const RetireRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    const auto known = deployed(wanted.name, "retire");
    if (!known) {
        answer({}, input.reply, known.error(), now);
        return;
    }
    core::dag::Workflow nothing;  // as if it were deployed without triggers
    nothing.name = wanted.name;
    const std::string lost = lost_by(nothing);
    JsonArray runs;
    for (const auto& [id, active] : runs_) {
        if (active->row.workflow == wanted.name && !active->finished) {
            runs.push_back(id);
        }
    }
    JsonArray schedules;
    for (const auto& [key, state] : schedules_) {
        if (key.first == wanted.name) {
            schedules.emplace_back(key.second);
        }
    }
    JsonArray backfills;
    for (const auto& [id, open] : backfills_.open) {
        if (open.row.workflow == wanted.name && !open.row.finished_at) {
            backfills.push_back(id);
        }
    }
    std::set<std::string> followers;
    for (const auto& [name, other] : deployed_) {
        const auto follows = [&](const core::dag::Trigger& each) { return each.on && each.on->workflow == wanted.name; };
        if (name != wanted.name && std::any_of(other->triggers.begin(), other->triggers.end(), follows)) {
            followers.insert(name);
        }
    }
    std::set<std::string> callers;
    for (const auto& [name, other] : deployed_) {
        const auto calls = [&](const core::dag::TaskNode& each) {
            return each.uses == "workflow.run" && core::expr::written(each.with, "workflow") == Json(wanted.name);
        };
        if (name != wanted.name && std::any_of(other->tasks.begin(), other->tasks.end(), calls)) {
            callers.insert(name);
        }
    }
    const JsonObject body{
        {"name", wanted.name}, {"hash", (*known)->hash}, {"schedules", schedules}, {"runs", runs}, {"backfills", backfills},
        {"followers", json_list({followers.begin(), followers.end()})}, {"callers", json_list({callers.begin(), callers.end()})}, {"loses", lost}, {"dry_run", wanted.dry_run}
    };
    if (wanted.dry_run) {
        answer({}, input.reply, Reply{200, to_text(body)}, now);
        return;
    }
    if (!lost.empty() && !wanted.force) {
        answer({}, input.reply, conflict("retire", lost + "; retire it with force, and they are not served any more"), now);
        return;
    }
    std::erase_if(schedules_, [&](const auto& entry) {
        if (entry.first.first == wanted.name) {
            batch_.schedules_deleted.push_back(entry.first);
        }
        return entry.first.first == wanted.name;
    });
    deployed_.erase(wanted.name);
    batch_.retired_workflows.push_back(wanted.name);
    regroup(nothing, now);
    carried_out(wanted, input.reply, Reply{200, to_text(body)}, now);
}

void Conductor::install(
    std::shared_ptr<const core::dag::Workflow> workflow, Instant now, const ports::ScheduleRow* known, bool store
) {
    if (store) {
        std::erase(batch_.retired_workflows, workflow->name);  // a batch retires last: this came behind it
        batch_.definitions.push_back({workflow->hash, workflow->name, workflow->title, workflow->source, summary_of(*workflow), now});
    }
    std::erase_if(schedules_, [&](const auto& entry) {
        const auto& [key, state] = entry;
        const bool kept = key.first != workflow->name ||
                          std::any_of(workflow->triggers.begin(), workflow->triggers.end(), [&](const auto& trigger) {
                              return trigger.cron && trigger.name == key.second;
                          });
        if (!kept) {
            batch_.schedules_deleted.push_back(key);
        }
        return !kept;
    });
    for (const core::dag::Trigger& trigger : workflow->triggers) {
        if (!trigger.cron) {
            continue;
        }
        ScheduleState& state = schedules_[{workflow->name, trigger.name}];
        std::erase(batch_.schedules_deleted, std::pair(workflow->name, trigger.name));
        const bool same = known != nullptr || (state.row.text == trigger.cron->text && state.row.zone == trigger.cron->zone->name());
        state.row.workflow = workflow->name;
        state.row.trigger = trigger.name;
        state.row.text = trigger.cron->text;
        state.row.zone = trigger.cron->zone->name();
        state.schedule = *trigger.cron;
        // Another calendar or policy moves ticks that have not come; one that is due is still owed.
        const bool owed = same && state.row.next_tick && *state.row.next_tick <= now;
        if (!same || !state.row.next_tick || (store && !owed)) {
            const std::optional<Instant> next = next_after(state, now);
            if (!same || next != state.row.next_tick) {
                state.row.next_tick = next;
                batch_.schedules.push_back(state.row);
            }
        }
    }
    by_hash_[workflow->hash] = workflow;
    deployed_[workflow->name] = workflow;
    regroup(*workflow, now);
}

}  // namespace kontor::engine
