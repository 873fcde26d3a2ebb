#include "engine/conductor.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "engine/alarms.hpp"
#include "engine/cache.hpp"
#include "engine/backfills.hpp"
#include "engine/run_start.hpp"
#include "engine/slots.hpp"

namespace kontor::engine {

namespace {

template <class T>
int index_of(const T& texts, std::string_view text) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts[i] == text) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

constexpr std::array<std::string_view, 5> attempt_outcomes{"succeeded", "failed", "interrupted", "lost", "cancelled"};

}  // namespace

Error draining_error() {
    return unavailable("engine", "the daemon is stopping; send it again once it is back");
}

bool Actions::empty() const {
    return dispatches.empty() && cancels.empty() && replies.empty() && change == nullptr && log.empty();
}

Conductor::Conductor(ConductorSettings settings) : settings_(std::move(settings)) {}

core::run::World Conductor::world() const {
    core::run::World world;
    world.winner = [this](std::string_view country) -> const Json* {
        const auto found = winners_.find(std::string(country));
        return found == winners_.end() ? nullptr : &found->second;
    };
    return world;
}

void Conductor::handle(Input input, Instant now) {
    struct Visitor {
        Conductor& self;
        Instant now;
        void operator()(SubmitInput& in) { self.submit(std::move(in), now); }
        void operator()(CancelInput& in) { self.cancel(std::move(in), now); }
        void operator()(ControlInput& /*in*/) { KONTOR_UNREACHABLE(); }
        void operator()(ExplainRunInput& /*in*/) { KONTOR_UNREACHABLE(); }
        void operator()(DecideInput& in) { self.decide(std::move(in), now); }
        void operator()(LetterJobInput& in) { self.start_letter_job(std::move(in), now); }
        void operator()(StopLetterJobInput& in) { self.stop_letter_job(std::move(in), now); }
        void operator()(BackfillInput& in) { Backfills(self).start(std::move(in), now); }
        void operator()(PoolInput& in) { Slots(self).set(std::move(in), now); }
        void operator()(RetireInput& in) { self.retire(std::move(in), now); }
        void operator()(WinnerInput& in) { self.set_winner(std::move(in), now); }
        void operator()(AlarmInput& in) { Alarms(self).end(std::move(in), now); }
        void operator()(CacheInput& in) { ResultCache(self).clear(std::move(in), now); }
        void operator()(PoolsInput& in) { Slots(self).list(std::move(in), now); }
        void operator()(BackfillOrderInput& in) { Backfills(self).turn(std::move(in), now); }
        void operator()(EventInput& in) { self.post_event(std::move(in), now); }
        void operator()(ReplayInput& in) { self.replay(std::move(in), now); }
        void operator()(ExplainInput& in) { self.explain(std::move(in), now); }
        void operator()(DeployInput& in) { self.deploy(std::move(in), now); }
        void operator()(PauseInput& in) { self.pause_schedule(std::move(in), now); }
        void operator()(RunScheduleInput& in) { self.run_schedule_now(std::move(in), now); }
        void operator()(CreateTokenInput& in) { self.create_token(std::move(in), now); }
        void operator()(RevokeTokenInput& in) { self.revoke_token(std::move(in), now); }
        void operator()(AcceptInput& in) { self.accept(std::move(in), now); }
        void operator()(RecordInput& in) { self.record(std::move(in)); }
        void operator()(FinishedInput& in) { self.finished(std::move(in), now); }
        void operator()(ProgressInput& in) { self.progressed(std::move(in)); }
        void operator()(DrainInput& in) {
            self.draining_ = true;
            self.answer({}, in.reply, Reply{}, now);
        }
        // These need the store first: the Cycle calls redrive() and discard().
        void operator()(RedriveInput& /*in*/) { KONTOR_UNREACHABLE(); }
        void operator()(DiscardInput& /*in*/) { KONTOR_UNREACHABLE(); }
    };
    std::visit(Visitor{*this, now}, input);
}

bool Conductor::answered_before(const IdempotencyKey& key, ReplyTo& reply) {
    if (key.key.empty()) {
        return false;
    }
    const auto found = idempotency_.find(key.key);
    if (found == idempotency_.end()) {
        return false;
    }
    if (found->second.fingerprint != key.fingerprint) {
        actions_.replies.emplace_back(
            std::move(reply), invalid("idempotency", "this Idempotency-Key was used for another request; use a new key")
        );
    } else {
        actions_.replies.emplace_back(std::move(reply), Reply{found->second.status, found->second.reply, true, true});
    }
    return true;
}

void Conductor::answer(const IdempotencyKey& key, ReplyTo& reply, Result<Reply> result, Instant now) {
    if (!key.key.empty() && result) {
        ports::IdempotencyRow row{key.key, key.fingerprint, result->status, result->body, now};
        batch_.idempotency.push_back(row);
        idempotency_[key.key] = std::move(row);
    }
    if (reply) {
        actions_.replies.emplace_back(std::move(reply), std::move(result));
    }
}

void Conductor::carried_out(
    const Command& command, ReplyTo& reply, Reply given, Instant now, const std::string& correlation, const std::string& resource
) {
    if (const AuditNote& note = command.audit; !note.route.empty()) {
        batch_.audit.push_back(
            {now, command.by.name, std::string(to_string(command.by.role)), note.route, resource.empty() ? note.resource : resource,
             note.country, note.dry_run, note.reason, given.status, correlation}
        );
        given.on_record = true;
    }
    answer(command.idempotency, reply, std::move(given), now);
}

void Conductor::submit(SubmitInput input, Instant now) {
    Submission& wanted = input.submission;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    if (draining_) {
        actions_.replies.emplace_back(std::move(input.reply), draining_error());
        return;
    }
    NewRun run;
    run.workflow = wanted.workflow;
    run.params = std::move(wanted.params);
    run.correlation = wanted.correlation;
    run.cause = JsonObject{{"kind", "api"}, {"by", wanted.by.name}};
    run.priority = wanted.priority;
    run.countries = wanted.by.countries;
    if (wanted.audit.dry_run) {
        const Result<Json> foreseen = RunStart(*this).foresee(run, now);
        foreseen ? carried_out(wanted, input.reply, Reply{200, to_text(*foreseen)}, now) : answer({}, input.reply, foreseen.error(), now);
        return;
    }
    const Result<ports::RunId> id = create_run(std::move(run), now);
    if (!id) {
        answer({}, input.reply, id.error(), now);
        return;
    }
    carried_out(wanted, input.reply, run_reply(*id), now, find(*id)->row.correlation, "/v1/runs/" + std::to_string(*id));
}

Reply Conductor::run_reply(ports::RunId run) {
    ActiveRun& active = *find(run);
    refresh_row(active);
    return {201, to_text(to_json(active.row))};
}

void Conductor::cancel(CancelInput input, Instant now) {
    const CancelRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    ActiveRun* active = find(wanted.run);
    if (active == nullptr || active->finished) {
        answer({}, input.reply, conflict("cancel", "run " + std::to_string(wanted.run) + " is not active: it has ended, or never was"), now);
        return;
    }
    if (!wanted.task.empty() && active->run.workflow().task_index(wanted.task) < 0) {
        answer({}, input.reply, not_found("cancel", "workflow " + active->row.workflow + " has no task '" + wanted.task + "'"), now);
        return;
    }
    const bool queued = active->run.state() == core::run::RunState::Queued;
    if (queued && !(wanted.country.empty() && wanted.task.empty())) {
        answer({}, input.reply, conflict("cancel", "run " + std::to_string(wanted.run) + " is queued and has no tasks yet: cancel all of it, or wait until it runs"), now);
        return;
    }
    std::string reason = "cancelled by " + (wanted.by.name.empty() ? std::string("a request") : wanted.by.name);
    reason += wanted.reason.empty() ? "" : ": " + wanted.reason;
    int ended = 0;
    core::run::Changes changes;
    if (wanted.dry_run) {
        core::run::Run trial = active->run;
        ended = queued ? 1 : trial.cancel({wanted.country, wanted.task}, reason, now, world(), changes);
        carried_out(wanted, input.reply, Reply{200, to_text(JsonObject{{"cancelled", ended}, {"dry_run", true}})}, now, active->row.correlation);
        return;
    }
    if (queued) {
        active->run.cancel_queued(reason, now, changes);
        ended = 1;
    } else {
        ended = active->run.cancel({wanted.country, wanted.task}, reason, now, world(), changes);
    }
    absorb(*active, std::move(changes), now);
    if (ended == 0) {
        answer({}, input.reply, conflict("cancel", "nothing of it is left to cancel"), now);
        return;
    }
    carried_out(wanted, input.reply, Reply{202, to_text(JsonObject{{"cancelled", ended}})}, now, active->row.correlation);
}

void Conductor::finished(FinishedInput input, Instant now) {
    for (ports::Finished& each : input.finished) {
        const auto found = running_.find(each.key.task);
        if (found != running_.end() && found->second.over) {
            if (found->second.attempt == each.key.attempt) {
                running_.erase(found);
            }
            ++counters_.stale_outcomes;
            continue;
        }
        ActiveRun* active = found == running_.end() ? nullptr : find(found->second.place.run);
        if (active == nullptr) {
            ++counters_.stale_outcomes;
            continue;
        }
        const InFlight flight = found->second;
        const core::run::Index index = flight.place.index;
        const core::run::Instance& instance = active->run.instance(index);
        if (instance.attempt != each.key.attempt || instance.state != core::run::TaskState::Running) {
            ++counters_.stale_outcomes;
            continue;
        }
        running_.erase(found);
        if (each.ran) {
            double& mean = speeds_[static_cast<std::size_t>(flight.type)].mean_us;
            const auto took = static_cast<double>(each.ran->count());
            mean = mean < 0 ? took : 0.8 * mean + 0.2 * took;
        }
        std::vector<sdk::Effect> effects;
        if (auto* done = std::get_if<sdk::Succeeded>(&each.outcome)) {
            effects = std::move(done->effects);
        }
        core::run::Changes changes;
        active->run.attempt_ended(index, each.key.attempt, std::move(each.outcome), now, world(), changes);
        const bool succeeded = active->run.instance(index).state == core::run::TaskState::Succeeded;
        if (succeeded) {
            ResultCache(*this).keep(*active, index, effects, now);
        }
        if (succeeded && !effects.empty()) {
            record_effects(*active, index, std::move(effects), now);
        }
        absorb(*active, std::move(changes), now);
    }
}

void Conductor::progressed(ProgressInput input) {
    const auto found = running_.find(input.key.task);
    const ActiveRun* active = found == running_.end() ? nullptr : find(found->second.place.run);
    if (active == nullptr || found->second.over || active->run.instance(found->second.place.index).attempt != input.key.attempt) {
        return;
    }
    const double fraction = input.fraction >= 0 ? std::min(input.fraction, 1.0) : 0;  // also when it is no number
    const std::string what = storable(input.what);
    batch_.progress.push_back({input.key.task, fraction, what});
    if (listening_) {
        progress_changes_.push_back(JsonObject{{"id", input.key.task}, {"fraction", fraction}, {"text", what}});
    }
}

void Conductor::on_time(Instant now) {
    if (now < time_told_) {
        // The clock was set back: what was due once, and could not be done yet, is due again.
        for (auto& [id, active] : runs_) {
            core::run::Changes changes;
            active->run.set_timers(changes);
            absorb(*active, std::move(changes), now);
        }
    }
    time_told_ = now;
    while (!timers_.empty() && timers_.top().first <= now) {
        const ports::RunId run = timers_.top().second;
        timers_.pop();
        ActiveRun* active = find(run);
        if (active != nullptr && !active->finished) {
            core::run::Changes changes;
            active->run.on_time(now, world(), changes);
            absorb(*active, std::move(changes), now);
        }
    }
    if (draining_) {
        return;
    }
    for (auto& [key, state] : schedules_) {
        tick(state, now);
    }
    start_due_groups(now);
    look_after_approvals(now);
    if (now - idempotency_swept_ > std::chrono::hours(1)) {
        idempotency_swept_ = now;
        desk_.seen.forget_ended(now);
        std::erase_if(idempotency_, [&](const auto& entry) { return entry.second.created_at < now - limits::idempotency_kept; });
    }
}

std::optional<Instant> Conductor::next_wakeup() const {
    std::optional<Instant> next;
    if (!timers_.empty()) {
        next = timers_.top().first;
    }
    if (draining_) {
        return next;  // schedules do not tick any more
    }
    if (const std::optional<Instant> due = desk_.waiting.next_due(); due && (!next || *due < *next)) {
        next = due;
    }
    if (const std::optional<Instant> due = approvals_.next_due(); due && (!next || *due < *next)) {
        next = due;
    }
    for (const auto& [id, each] : letter_jobs_) {
        if (const std::optional<Instant> due = core::letters::next_due(each.job, time_told_); due && (!next || *due < *next)) {
            next = due;
        }
    }
    for (const auto& [key, state] : schedules_) {
        if (!state.row.paused && state.row.next_tick && (!next || *state.row.next_tick < *next)) {
            next = state.row.next_tick;
        }
    }
    return next;
}

ports::Batch Conductor::take_batch(Instant now) {
    do {
        start_queued(now);
        start_waiting_ticks(now);
        Backfills(*this).advance(now);
        if (!draining_) {
            fill_slots(now);  // may end runs whose inputs cannot be built
        }
    } while (!freed_groups_.empty() || start_waiting_ticks(now) || Backfills(*this).advance(now));
    watch_canaries(now);
    write_rows(now);
    ports::Batch batch = std::move(batch_);
    batch_ = {};
    desk_.pending_rows.clear();
    if (batch.empty()) {
        actions_.change.reset();
        return batch;
    }
    batch.epoch = epoch_;
    batch.seq = ++seq_;
    batch.last_id = last_id_;
    batch.at = now;
    for (const ports::AttemptRow& attempt : batch.attempts) {
        const int outcome = index_of(attempt_outcomes, attempt.outcome);
        ++counters_.attempts_finished[outcome < 0 ? 1 : outcome];
    }
    counters_.dead_letters += static_cast<std::int64_t>(batch.dead_letters.size());
    counters_.events += static_cast<std::int64_t>(batch.events.size());
    if (actions_.change != nullptr) {
        actions_.change->epoch = epoch_;
        actions_.change->seq = batch.seq;
        actions_.change->data.get_object()["seq"] = batch.seq;
    }
    return batch;
}

Actions Conductor::take_actions() {
    Actions actions = std::move(actions_);
    actions_ = {};
    return actions;
}

Gauges Conductor::gauges() const {
    Gauges gauges;
    for (const auto& [id, active] : runs_) {
        (active->run.state() == core::run::RunState::Queued ? gauges.runs_queued : gauges.runs_active) += 1;
    }
    for (const auto& [id, flight] : running_) {
        if (flight.pool == sdk::Pool::Compute) {
            gauges.cores_used += flight.ahead ? 0 : flight.cores;
        } else {
            gauges.io_used += flight.ahead ? 0 : 1;
        }
    }
    gauges.ready = static_cast<int>(slots_.compute.size() + slots_.io.size());
    return gauges;
}

std::string Conductor::check_invariants() const {
    for (const auto& [id, active] : runs_) {
        if (std::string broken = active->run.check_invariants(); !broken.empty()) {
            return "run " + std::to_string(id) + ": " + broken;
        }
    }
    const Gauges now = gauges();
    if (now.cores_used > settings_.budget.cores) {
        return "more cores are in use than the budget has";
    }
    if (now.io_used > settings_.budget.io_slots) {
        return "more io slots are in use than there are";
    }
    for (const auto& [id, flight] : running_) {
        if (flight.over) {
            continue;
        }
        const auto run = runs_.find(flight.place.run);
        if (run == runs_.end() || run->second->run.instance(flight.place.index).state != core::run::TaskState::Running) {
            return "an attempt is in flight whose instance is not running";
        }
    }
    return "";
}

}  // namespace kontor::engine
