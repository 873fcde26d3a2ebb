// How runs are made, end, and touch one another: concurrency groups, child runs, dead letters.
#include <algorithm>

#include "base/limits.hpp"
#include "base/nearest.hpp"
#include "base/sha256.hpp"
#include "core/schema/schema.hpp"
#include "engine/backfills.hpp"
#include "engine/partitions.hpp"
#include "engine/run_start.hpp"
#include "engine/slots.hpp"

namespace kontor::engine {

using core::run::RunState;
using core::run::TaskState;

ActiveRun* Conductor::find(ports::RunId run) {
    const auto found = runs_.find(run);
    return found == runs_.end() ? nullptr : found->second.get();
}

Result<std::shared_ptr<const core::dag::Workflow>> Conductor::deployed(const std::string& workflow, const std::string& command) const {
    const auto known = deployed_.find(workflow);
    if (known != deployed_.end()) {
        return known->second;
    }
    std::vector<std::string> names;
    for (const auto& [name, each] : deployed_) {
        names.push_back(name);
    }
    const std::string hint = suggestion(workflow, names);
    const std::string missing = "there is no workflow '" + workflow + "'";
    Error error = not_found(command, missing + (hint.empty() ? "" : "; " + hint));
    error.details.push_back({"/workflow", missing});
    return error;
}

Result<Json> fitting_params(const core::dag::Workflow& workflow, Json given) {
    if (!given.is_object()) {
        Error error = invalid("submit", "params must be an object");
        error.details.push_back({"/params", "must be an object"});
        return error;
    }
    Json params = core::schema::with_defaults(workflow.params_schema, std::move(given));
    if (to_text(params).size() > limits::run_params_bytes_max) {
        return invalid("submit", "params are larger than " + std::to_string(limits::run_params_bytes_max) + " bytes");
    }
    if (Result<void> valid = core::schema::validate(workflow.params_schema, params); !valid) {
        Error error = valid.error();
        error.where = "submit";
        for (ErrorDetail& detail : error.details) {
            detail.pointer = "/params" + detail.pointer;
        }
        error.message = "the parameters do not fit: " + error.details.at(0).pointer + ": " + error.details.at(0).message;
        return error;
    }
    return params;
}

Result<ports::RunId> Conductor::create_run(NewRun wanted, Instant now) {
    start_queued(now);  // what has waited longer goes first
    Result<Beginning> begins = RunStart(*this).check(wanted, now);
    if (!begins) {
        return begins.error();
    }
    if (!wanted.countries.is_all()) {
        wanted.cause.as_object()["countries"] = json_list(wanted.countries.list());
    }
    const ports::RunId id = next_id();
    ports::RunRow row;
    row.id = id;
    row.workflow = begins->workflow->name;
    row.hash = begins->workflow->hash;
    row.state = to_string(RunState::Queued);
    row.params = begins->params;
    row.correlation = wanted.correlation.empty() ? "c" + std::to_string(id) : wanted.correlation;
    row.cause = std::move(wanted.cause);
    row.parent_task = wanted.parent_task;
    row.depth = wanted.depth;
    row.priority = wanted.priority;
    row.created_at = now;
    core::run::Run run(begins->workflow, {id, std::move(begins->params), row.correlation, now, std::move(wanted.countries)});
    ActiveRun& made = keep(std::move(run), std::move(row), false);
    made.dirty = true;
    dirty_runs_.push_back(id);
    for (const ports::RunId other : begins->replaced) {
        cancel_run(other, "replaced by run " + std::to_string(id), now);
    }
    if (RunStart(*this).group_has_room(begins->workflow->concurrency) && made.run.state() == RunState::Queued) {
        start_run(made, now);
    }
    return id;
}

ActiveRun& Conductor::keep(core::run::Run run, ports::RunRow row, bool inserted) {
    const ports::RunId id = row.id;
    auto active = std::make_unique<ActiveRun>(ActiveRun{std::move(run), std::move(row), inserted, false, false, ++lives_});
    return *runs_.insert_or_assign(id, std::move(active)).first->second;
}

int Conductor::running_in(const std::string& group) const {
    int running = 0;
    for (const auto& [id, active] : runs_) {
        // A paused one keeps its place: what it has begun goes on, and so will the rest.
        const bool counts = !active->finished && is_open(active->run.state());
        running += counts && active->run.workflow().concurrency.group == group ? 1 : 0;
    }
    return running;
}

void Conductor::start_run(ActiveRun& active, Instant now) {
    ++counters_.runs_started;
    core::run::Changes changes;
    active.run.start(now, world(), changes);
    absorb(active, std::move(changes), now);
}

void Conductor::start_queued(Instant now) {
    // A run may end as soon as it starts, and free its group again.
    while (!freed_groups_.empty()) {
        const std::string group = std::move(freed_groups_.back());
        freed_groups_.pop_back();
        for (auto& [id, active] : runs_) {
            const core::dag::Concurrency& concurrency = active->run.workflow().concurrency;
            const bool waits = active->run.state() == RunState::Queued && !is_held(active->run);
            if (waits && concurrency.group == group && running_in(group) < concurrency.limit) {
                start_run(*active, now);
                freed_groups_.push_back(group);  // perhaps there is room for another
                break;
            }
        }
    }
}

void Conductor::cancel_run(ports::RunId run, const std::string& reason, Instant now) {
    ActiveRun* active = find(run);
    if (active == nullptr || active->finished) {
        return;
    }
    core::run::Changes changes;
    if (active->run.state() == RunState::Queued) {
        active->run.cancel_queued(reason, now, changes);
    } else {
        active->run.cancel({}, reason, now, world(), changes);
    }
    absorb(*active, std::move(changes), now);
}

std::int64_t Conductor::id_of(ActiveRun& active, core::run::Index index) {
    core::run::Instance& instance = active.run.instance(index);
    if (instance.id == 0) {
        instance.id = next_id();
    }
    return instance.id;
}

void Conductor::absorb(ActiveRun& active, core::run::Changes changes, Instant now) {
    const ports::RunId run = active.row.id;
    for (const core::run::AttemptEnd& end : changes.attempts) {
        batch_.attempts.push_back(
            {id_of(active, end.instance), run, end.attempt, end.started_at, end.finished_at, end.outcome, end.failure_class, end.reason}
        );
    }
    for (const core::run::Index index : changes.touched) {
        touched_.push_back({run, index});
    }
    for (const core::run::DeadLetter& dead : changes.dead) {
        open_dead_letter(active, dead, now);
    }
    for (const core::run::Index index : changes.stop_running) {
        const core::run::Instance& instance = active.run.instance(index);
        actions_.cancels.push_back({instance.id, instance.attempt});
        if (const auto flight = running_.find(instance.id); flight != running_.end()) {
            flight->second.over = instance.state != TaskState::Running;
        }
    }
    for (const core::run::Index index : changes.dropped) {
        core::run::Instance& instance = active.run.instance(index);
        (instance.stored == core::run::Stored::Live ? batch_.live_deleted : batch_.done_deleted).push_back(instance.id);
        instance.stored = core::run::Stored::Nowhere;
        awaiting_children_.erase(instance.id);
        withdraw_approval(instance.id, "its task is run again", now);
    }
    for (const Instant timer : changes.timers) {
        timers_.emplace(timer, run);
    }
    for (const core::run::Index index : changes.ready) {
        Slots(*this).push(active, index, now);
    }
    PartitionTelling(*this).tell(active);
    const bool countries_found = active.row.countries.is_null() && !active.run.countries().empty();
    if ((changes.run_changed || countries_found) && !active.dirty) {
        active.dirty = true;
        dirty_runs_.push_back(run);
    }
    for (const std::int64_t child : changes.cancel_children) {
        cancel_run(child, "cancelled with the run that waited for it", now);
    }
    if (core::run::is_final(active.run.state()) && !active.finished) {
        run_finished(active, now);
    }
}

void Conductor::run_finished(ActiveRun& active, Instant now) {
    active.finished = true;
    if (!active.dirty) {
        active.dirty = true;
        dirty_runs_.push_back(active.row.id);
    }
    finished_runs_.push_back(active.row.id);
    const RunState state = active.run.state();
    ++counters_.runs_finished[state == RunState::Succeeded ? 0 : state == RunState::Failed ? 1 : 2];
    actions_.log.push_back(
        "run " + std::to_string(active.row.id) + " (" + active.row.workflow + ", " + active.row.correlation + ") " +
        std::string(to_string(state)) + (active.run.reason().empty() ? "" : ": " + active.run.reason())
    );
    if (active.row.parent_task) {
        refresh_row(active);
        settle_parent(active.row, active.run.outputs(), now);
    }
    if (!backfills_.open.empty()) {
        refresh_row(active);
        Backfills(*this).settle_period(active.row, now);
        backfills_.due = true;  // also of any other run: a group that refused has room again
    }
    if (const std::string& group = active.run.workflow().concurrency.group; !group.empty()) {
        freed_groups_.push_back(group);
    }
    emit_finished(active, now);
}

void Conductor::settle_parent(const ports::RunRow& child, Json outputs, Instant now) {
    const auto waiting = awaiting_children_.find(*child.parent_task);
    if (waiting == awaiting_children_.end()) {
        return;  // it did not wait, or was cancelled meanwhile
    }
    const Place place = waiting->second;
    awaiting_children_.erase(waiting);
    ActiveRun* parent = find(place.run);
    if (parent == nullptr || parent->run.instance(place.index).state != TaskState::Awaiting) {
        return;
    }
    sdk::Outcome outcome;
    if (child.state == to_string(RunState::Succeeded)) {
        JsonObject passed{{"run", child.id}, {"state", child.state}, {"outputs", std::move(outputs)}};
        if (to_text(passed).size() > limits::task_outputs_bytes_max) {
            passed["outputs"] = nullptr;
            passed["omitted"] = "the child's outputs are too large to pass on; read them from the run";
        }
        outcome = sdk::Succeeded{std::move(passed), {}};
    } else {
        outcome = sdk::Failed{
            sdk::FailureClass::Data, "child run " + std::to_string(child.id) + " " + child.state + ": " + child.reason
        };
    }
    core::run::Changes changes;
    parent->run.settle_without_attempt(place.index, std::move(outcome), now, world(), changes);
    absorb(*parent, std::move(changes), now);
}

void Conductor::open_dead_letter(ActiveRun& active, const core::run::DeadLetter& dead, Instant now) {
    const core::run::Instance& instance = active.run.instance(dead.instance);
    ports::DeadLetterRow row;
    row.id = next_id();
    row.kind = "task";
    row.run = active.row.id;
    row.task_id = id_of(active, dead.instance);
    row.workflow = active.row.workflow;
    row.task = active.run.node(instance).name;
    row.country = active.run.country(instance);
    row.item = instance.item;
    row.failure_class = sdk::to_string(dead.kind);
    row.reason = dead.reason;
    row.fingerprint = fingerprint_of(row);
    row.input = instance.input;
    row.attempts = instance.attempt;
    row.created_at = now;
    actions_.log.push_back(
        "dead letter " + std::to_string(row.id) + ": run " + std::to_string(active.row.id) + " " + row.task +
        (row.country.empty() ? "" : "/" + row.country) + (row.item.empty() ? "" : "/" + row.item) + ": " + row.failure_class +
        ": " + row.reason
    );
    batch_.dead_letters.push_back(std::move(row));
}

std::string fingerprint_of(const ports::DeadLetterRow& row) {
    // Numbers and quoted values differ from country to country; the cause does not.
    std::string normal;
    char quote = 0;
    for (const char c : row.reason) {
        if (quote != 0) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
            normal += '\'';
        } else if (c >= '0' && c <= '9') {
            normal += normal.empty() || normal.back() != '#' ? "#" : "";
        } else {
            normal += c;
        }
    }
    return sha256_hex(row.failure_class + "\n" + row.workflow + "\n" + row.task + "\n" + normal).substr(0, 16);
}

}  // namespace kontor::engine
