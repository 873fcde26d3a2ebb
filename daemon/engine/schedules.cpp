// Schedules at work: ticks, what becomes of them while a run still goes, pause, resume, run now.
#include <algorithm>

#include "engine/run_start.hpp"

namespace kontor::engine {
namespace {

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
        {"next_tick", row.next_tick ? Json(to_iso(*row.next_tick)) : Json()},
        {"waiting_tick", row.waiting_tick ? Json(to_iso(*row.waiting_tick)) : Json()},
        {"last_result", row.last_result}
    };
}

}  // namespace

std::optional<Instant> next_after(const ScheduleState& state, Instant now) {
    return core::schedule::next_fire(state.schedule, std::max(now, state.row.last_tick.value_or(now)));
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
    if (wanted.audit.dry_run) {
        ports::ScheduleRow would = found->second.row;
        if (would.paused != wanted.paused) {
            would.paused = wanted.paused;
            would.next_tick = next_after(found->second, now);
            would.waiting_tick = std::nullopt;
        }
        Json shown = schedule_json(would);
        shown.as_object()["dry_run"] = true;
        carried_out(wanted, input.reply, Reply{200, to_text(shown)}, now);
        return;
    }
    ScheduleState& state = found->second;
    if (state.row.paused != wanted.paused) {
        if (wanted.paused) {
            tick(state, now);  // what was due before the pause was wanted
        }
        state.row.paused = wanted.paused;
        // What fell into the pause was not missed: it was not wanted.
        state.row.next_tick = next_after(state, now);
        state.row.waiting_tick = std::nullopt;
        state.row.last_result = wanted.paused ? "paused" : "resumed: ticks of the pause are let go";
        batch_.schedules.push_back(state.row);
    }
    carried_out(wanted, input.reply, Reply{200, to_text(schedule_json(state.row))}, now);
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
    if (wanted.audit.dry_run) {
        const Result<NewRun> due = RunStart(*this).of_schedule(found->second, now, wanted.by.name);
        const Result<Json> foreseen = due ? RunStart(*this).foresee(*due, now) : due.error();
        foreseen ? carried_out(wanted, input.reply, Reply{200, to_text(*foreseen)}, now) : answer({}, input.reply, foreseen.error(), now);
        return;
    }
    const Result<ports::RunId> run = fire(found->second, now, now, wanted.by.name);
    if (!run) {
        answer({}, input.reply, run.error(), now);
        return;
    }
    carried_out(wanted, input.reply, run_reply(*run), now, find(*run)->row.correlation, "/v1/runs/" + std::to_string(*run));
}

Result<NewRun> RunStart::of_schedule(const ScheduleState& state, Instant at, std::string_view by) const {
    const auto workflow = conductor_.deployed_.find(state.row.workflow);
    KONTOR_CHECK(workflow != conductor_.deployed_.end());
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
    return wanted;
}

Result<ports::RunId> Conductor::fire(const ScheduleState& state, Instant at, Instant now, std::string_view by) {
    Result<NewRun> wanted = RunStart(*this).of_schedule(state, at, by);
    return wanted ? create_run(std::move(*wanted), now) : wanted.error();
}

std::vector<ports::RunId> Conductor::runs_of(const ScheduleState& state) const {
    std::vector<ports::RunId> found;
    for (const auto& [id, active] : runs_) {
        if (!active->finished && active->row.workflow == state.row.workflow && text_member(active->row.cause, "kind") == "schedule" &&
            text_member(active->row.cause, "trigger") == state.row.trigger) {
            found.push_back(id);
        }
    }
    return found;
}

void Conductor::tick(ScheduleState& state, Instant now) {
    if (state.row.paused || !state.row.next_tick || *state.row.next_tick > now) {
        return;
    }
    const core::schedule::Due due = core::schedule::due_ticks(state.schedule, *state.row.next_tick, now);
    state.row.last_tick = due.last;
    state.row.next_tick = due.next;
    if (due.let_go > 0) {
        state.row.last_result = std::to_string(due.let_go) + " ticks until " + to_iso(due.last) + " were missed and are let go";
        actions_.log.push_back("schedule " + state.row.workflow + "/" + state.row.trigger + ": " + state.row.last_result);
    }
    for (const Instant at : due.fire) {
        tick_one(state, at, now);
    }
    batch_.schedules.push_back(state.row);
}

void Conductor::tick_one(ScheduleState& state, Instant at, Instant now) {
    using core::schedule::Overlap;
    const std::string name = "tick " + to_iso(at);
    const Overlap overlap = state.schedule.overlap;
    const std::vector<ports::RunId> going = overlap == Overlap::Start ? std::vector<ports::RunId>() : runs_of(state);
    std::string result;
    if (!going.empty() && overlap == Overlap::Skip) {
        result = name + " was let go: run " + std::to_string(going.back()) + " of this schedule is still going (overlap: skip)";
    } else if (!going.empty() && overlap == Overlap::Wait) {
        result = name + " waits until run " + std::to_string(going.back()) + " has ended (overlap: wait)";
        result += state.row.waiting_tick ? "; tick " + to_iso(*state.row.waiting_tick) + " gives way to it" : "";
        state.row.waiting_tick = at;
    } else {
        for (const ports::RunId other : going) {
            cancel_run(other, "replaced by " + name + " of its schedule", now);
        }
        const Result<ports::RunId> run = fire(state, at, now, "");
        result = name + (run ? " started run " + std::to_string(*run) : " could not start a run: " + describe(run.error()));
        if (!run) {
            ports::DeadLetterRow letter;
            letter.id = next_id();
            letter.kind = "delivery";
            letter.workflow = state.row.workflow;
            letter.task = state.row.trigger;
            letter.failure_class = sdk::to_string(sdk::FailureClass::Config);
            letter.reason = name + ": " + describe(run.error());
            letter.fingerprint = fingerprint_of(letter);
            letter.input = JsonObject{{"tick", to_iso(at)}};
            letter.attempts = 1;
            letter.created_at = now;
            batch_.dead_letters.push_back(std::move(letter));
        }
    }
    actions_.log.push_back("schedule " + state.row.workflow + "/" + state.row.trigger + " " + result);
    state.row.last_result = std::move(result);
}

bool Conductor::start_waiting_ticks(Instant now) {
    bool started = false;
    for (auto& [key, state] : schedules_) {
        if (state.row.waiting_tick && !draining_ && runs_of(state).empty()) {
            const Instant at = *state.row.waiting_tick;
            state.row.waiting_tick = std::nullopt;
            tick_one(state, at, now);
            batch_.schedules.push_back(state.row);
            started = true;
        }
    }
    return started;
}

}  // namespace kontor::engine
