// Deployed workflows and their schedules.
#include <algorithm>

#include "engine/conductor.hpp"

namespace kontor::engine {
namespace {

constexpr int ticks_looked_at_max = 100'000;  // an every-second schedule after a day's absence

// The month before YYYY-MM.
std::string month_before(const std::string& period) {
    const int year = std::stoi(period.substr(0, 4));
    const int month = std::stoi(period.substr(5, 2));
    const int before = month == 1 ? 12 : month - 1;
    return std::to_string(month == 1 ? year - 1 : year) + (before < 10 ? "-0" : "-") + std::to_string(before);
}

class TickScope : public core::expr::Scope {
 public:
    // The period is the month in the schedule's own zone: 02:00 in Helsinki on the first is still last month in UTC.
    TickScope(Instant at, const core::schedule::Zone& zone) {
        const Instant local(zone.to_local(at).time_since_epoch());
        const std::string period = to_iso(local).substr(0, 7);
        tick_ = JsonObject{{"time", to_iso(at)}, {"period", period}, {"previous_period", month_before(period)}};
    }
    const Json* find(std::string_view root) const override { return root == "tick" ? &tick_ : nullptr; }

 private:
    Json tick_;
};

Json schedule_json(const ports::ScheduleRow& row) {
    return JsonObject{
        {"workflow", row.workflow},
        {"trigger", row.trigger},
        {"cron", row.text},
        {"timezone", row.zone},
        {"paused", row.paused},
        {"last_tick", row.last_tick ? Json(to_iso(*row.last_tick)) : Json()},
        {"next_tick", row.next_tick ? Json(to_iso(*row.next_tick)) : Json()}
    };
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
            {"event", trigger.event.empty() ? Json() : Json(trigger.event)}
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
    if (before == deployed_.end() || before->second->hash != parsed.workflow->hash) {
        install(parsed.workflow, now, nullptr, true);
    }
    const JsonObject body{{"name", parsed.workflow->name}, {"title", parsed.workflow->title}, {"hash", parsed.workflow->hash}};
    answer(wanted.idempotency, input.reply, Reply{200, to_text(body)}, now);
}

void Conductor::install(
    std::shared_ptr<const core::dag::Workflow> workflow, Instant now, const ports::ScheduleRow* known, bool store
) {
    if (store) {
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
        const bool same = known != nullptr || (state.row.text == trigger.cron->text && state.row.zone == trigger.cron->zone->name());
        state.row.workflow = workflow->name;
        state.row.trigger = trigger.name;
        state.row.text = trigger.cron->text;
        state.row.zone = trigger.cron->zone->name();
        state.schedule = *trigger.cron;
        if (!same || !state.row.next_tick) {
            state.row.next_tick = core::schedule::next_fire(state.schedule, now);
            batch_.schedules.push_back(state.row);
        }
    }
    by_hash_[workflow->hash] = workflow;
    deployed_[workflow->name] = std::move(workflow);
}

void Conductor::pause_schedule(PauseInput input, Instant now) {
    const PauseRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    const auto found = schedules_.find({wanted.workflow, wanted.trigger});
    if (found == schedules_.end()) {
        answer({}, input.reply, not_found("schedule", "workflow '" + wanted.workflow + "' has no schedule '" + wanted.trigger + "'"), now);
        return;
    }
    ScheduleState& state = found->second;
    if (state.row.paused != wanted.paused) {
        state.row.paused = wanted.paused;
        // What fell into the pause was not missed: it was not wanted.
        state.row.next_tick = core::schedule::next_fire(state.schedule, now);
        batch_.schedules.push_back(state.row);
    }
    answer(wanted.idempotency, input.reply, Reply{200, to_text(schedule_json(state.row))}, now);
}

void Conductor::run_schedule_now(RunScheduleInput input, Instant now) {
    const RunScheduleRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    if (draining_) {
        answer({}, input.reply, draining_error(), now);
        return;
    }
    const auto found = schedules_.find({wanted.workflow, wanted.trigger});
    if (found == schedules_.end()) {
        answer({}, input.reply, not_found("schedule", "workflow '" + wanted.workflow + "' has no schedule '" + wanted.trigger + "'"), now);
        return;
    }
    const Result<ports::RunId> run = fire(found->second, now, now, wanted.by);
    if (!run) {
        answer({}, input.reply, run.error(), now);
        return;
    }
    answer(wanted.idempotency, input.reply, run_reply(*run), now);
}

Result<ports::RunId> Conductor::fire(const ScheduleState& state, Instant at, Instant now, std::string_view by) {
    const auto workflow = deployed_.find(state.row.workflow);
    KONTOR_CHECK(workflow != deployed_.end());
    NewRun wanted;
    wanted.workflow = state.row.workflow;
    wanted.params = JsonObject{};
    for (const core::dag::Trigger& trigger : workflow->second->triggers) {
        if (trigger.name == state.row.trigger && !trigger.params.empty()) {
            Result<Json> params = core::expr::render(trigger.params, TickScope(at, *state.schedule.zone));
            if (!params) {
                return params.error();
            }
            wanted.params = std::move(*params);
        }
    }
    wanted.cause = JsonObject{{"kind", "schedule"}, {"trigger", state.row.trigger}, {"tick", to_iso(at)}};
    if (!by.empty()) {
        wanted.cause.get_object()["by"] = by;
    }
    return create_run(std::move(wanted), now);
}

void Conductor::tick(ScheduleState& state, Instant now) {
    if (state.row.paused || !state.row.next_tick || *state.row.next_tick > now) {
        return;
    }
    // A tick is late, not missed, while the daemon was there: one commit's delay, a pause of the machine.
    constexpr Duration late_max = std::chrono::minutes(1);
    std::vector<Instant> due;
    std::optional<Instant> at = state.row.next_tick;
    for (int i = 0; i < ticks_looked_at_max && at && *at <= now; ++i) {
        due.push_back(*at);
        at = core::schedule::next_fire(state.schedule, *at);
    }
    if (at && *at <= now) {
        at = core::schedule::next_fire(state.schedule, now);
    }
    state.row.last_tick = due.back();
    state.row.next_tick = at;
    batch_.schedules.push_back(state.row);
    const auto on_time = std::find_if(due.begin(), due.end(), [&](Instant tick) { return now - tick <= late_max; });
    std::vector<Instant> fired(on_time, due.end());
    std::vector<Instant> missed(due.begin(), on_time);
    const int wanted = state.schedule.catchup == core::schedule::Catchup::None   ? 0
                       : state.schedule.catchup == core::schedule::Catchup::Last ? (fired.empty() ? 1 : 0)
                                                                                  : state.schedule.catchup_max;
    const std::size_t taken = std::min(missed.size(), static_cast<std::size_t>(wanted));
    fired.insert(fired.begin(), missed.end() - static_cast<std::ptrdiff_t>(taken), missed.end());
    for (const Instant each : fired) {
        const Result<ports::RunId> run = fire(state, each, now, "");
        actions_.log.push_back(
            "schedule " + state.row.workflow + "/" + state.row.trigger + " tick " + to_iso(each) +
            (run ? " started run " + std::to_string(*run) : " could not start a run: " + describe(run.error()))
        );
        if (!run) {
            ports::DeadLetterRow letter;
            letter.id = next_id();
            letter.kind = "delivery";
            letter.workflow = state.row.workflow;
            letter.task = state.row.trigger;
            letter.failure_class = sdk::to_string(sdk::FailureClass::Config);
            letter.reason = "tick " + to_iso(each) + ": " + describe(run.error());
            letter.fingerprint = fingerprint_of(letter);
            letter.input = JsonObject{{"tick", to_iso(each)}};
            letter.attempts = 1;
            letter.created_at = now;
            batch_.dead_letters.push_back(std::move(letter));
        }
    }
}

}  // namespace kontor::engine
