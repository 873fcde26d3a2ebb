// Dead letters: back to work, or given up.
#include "engine/conductor.hpp"
#include "engine/stored_rows.hpp"

namespace kontor::engine {

using core::run::Index;
using core::run::Stored;

Index find_instance(const core::run::Run& run, ports::TaskId task) {
    for (Index index = 0; index < run.instance_count(); ++index) {
        if (run.instance(index).id == task) {
            return index;
        }
    }
    return -1;
}

// Whether the run goes by what is deployed now, as it does when the letter before this one was redriven that way.
bool Conductor::is_newest(const ActiveRun& active) const {
    const auto deployed = deployed_.find(active.row.workflow);
    return deployed != deployed_.end() && deployed->second->hash == active.row.hash;
}

void Conductor::redrive(
    RedriveInput input, const ports::Store::DeadLetterState& letter, std::optional<ports::EndedRun> ended,
    std::vector<ports::EventRow> events, Instant now
) {
    if (answered_before(input.request.idempotency, input.reply)) {
        return;
    }
    const auto refuse = [&](Error error) { answer({}, input.reply, std::move(error), now); };
    if (letter.state != "open") {
        refuse(conflict("redrive", "dead letter " + std::to_string(letter.row.id) + " is already " + letter.state));
        return;
    }
    if (letter.row.kind == "delivery") {
        redrive_delivery(input, letter.row, events, now);
        return;
    }
    core::run::Changes changes;
    ActiveRun* active = find(*letter.row.run);
    if (active == nullptr) {
        if (!ended || ended->run.state == "cancelled") {
            refuse(conflict("redrive", "run " + std::to_string(*letter.row.run) + (ended ? " was cancelled: submit a new one" : " is gone")));
            return;
        }
        // The newest definition may have tasks more, in every country of the run.
        const Countries& mine = input.request.by.countries;
        const Json& works_for = ended->run.countries;
        if (input.request.newest_definition && !mine.is_all() &&
            (works_for.is_null() || !mine.contain_all_of(countries_from(works_for).list()))) {
            refuse(Error{
                ErrorKind::Forbidden, "redrive",
                "the newest definition would count for all countries of run " + std::to_string(*letter.row.run) + "; you may work for " +
                    mine.filter().value_or("") + " only: redrive with the pinned one",
                {}
            });
            return;
        }
        Result<ActiveRun*> adopted = adopt(*ended, input.request.newest_definition, now, changes);
        if (!adopted) {
            refuse(adopted.error());
            return;
        }
        active = *adopted;
    } else if (input.request.newest_definition && !is_newest(*active)) {
        refuse(conflict("redrive", "run " + std::to_string(*letter.row.run) + " is still active with its pinned definition: cancel it or let it end first"));
        return;
    }
    const Index index = find_instance(active->run, *letter.row.task_id);
    const Result<void> done = index < 0 ? Result<void>(conflict("redrive", "its task instance was redriven already"))
                                        : active->run.redrive(index, now, world(), changes);
    if (!done) {
        if (ended) {
            runs_.erase(active->row.id);
        }
        refuse(done.error());
        return;
    }
    if (!active->dirty) {
        active->dirty = true;  // a run that had ended is running again
        dirty_runs_.push_back(active->row.id);
    }
    core::run::Instance& instance = active->run.instance(index);
    if (instance.stored == Stored::Done) {
        batch_.done_deleted.push_back(instance.id);
    }
    instance.stored = Stored::Nowhere;
    instance.id = next_id();
    instance.input = Json();
    instance.outputs = Json();
    const std::string reason = "redriven" + (input.request.by.name.empty() ? "" : " by " + input.request.by.name);
    batch_.dead_letters_closed.push_back({letter.row.id, "redriven", reason, now});
    // A cell that never opened is judged anew: its instance, if it gets one, is another.
    const Json task = instance.cell < 0 ? Json() : Json(instance.id);
    absorb(*active, std::move(changes), now);
    carried_out(
        input.request, input.reply, Reply{202, to_text(JsonObject{{"run", active->row.id}, {"task_id", task}})}, now, active->row.correlation
    );
}

void Conductor::redrive_delivery(
    RedriveInput& input, const ports::DeadLetterRow& letter, const std::vector<ports::EventRow>& events, Instant now
) {
    const auto refuse = [&](Error error) { answer({}, input.reply, std::move(error), now); };
    const std::optional<Listener> to = listener(letter.workflow, letter.task);
    if (!to) {
        refuse(conflict("redrive", "no deployed workflow '" + letter.workflow + "' has a trigger '" + letter.task + "' any more"));
        return;
    }
    const std::string reason = "redriven" + (input.request.by.name.empty() ? "" : " by " + input.request.by.name);
    if (events.empty()) {
        Result<ports::RunId> run = conflict("redrive", "its event is gone");
        if (const auto schedule = schedules_.find({letter.workflow, letter.task}); schedule != schedules_.end()) {
            const Result<Instant> tick = instant_from_iso(text_member(letter.input, "tick"));
            run = tick ? fire(schedule->second, *tick, now, "") : Result<ports::RunId>(tick.error());
        }
        if (!run) {
            refuse(run.error());
            return;
        }
        batch_.dead_letters_closed.push_back({letter.id, "redriven", reason, now});
        carried_out(input.request, input.reply, Reply{202, to_text(JsonObject{{"run", *run}, {"task_id", nullptr}})}, now);
        return;
    }
    // Judged by the trigger as it is now; what passes starts at once, alone or with those it had been gathered with.
    core::trigger::Group group{{letter.workflow, letter.task, text_member(letter.input, "key")}, {}, now, now, now};
    std::vector<ports::DeliveryRow> decided;
    for (const ports::EventRow& row : events) {
        core::trigger::Event event = seen_by_triggers(row);
        event.allowed = event.allowed.common_with(input.request.by.countries);
        const core::trigger::Verdict verdict = core::trigger::judge(*to->trigger, event);
        if (verdict.kind == core::trigger::Verdict::Kind::Passed) {
            group.name.key = events.size() == 1 ? verdict.group : group.name.key;
            group.events.push_back(std::move(event));
        } else if (verdict.kind == core::trigger::Verdict::Kind::Deaf) {
            decided.push_back({row.id, letter.workflow, letter.task, "filtered", std::nullopt, verdict.reason, now});
            mark(decided.back());
        } else {
            decided.push_back(deliver(event, verdict, *to, true, now));
        }
    }
    if (!group.events.empty()) {
        const std::vector<ports::DeliveryRow> started = start_group(group, now);
        decided.insert(decided.begin(), started.begin(), started.end());
    }
    batch_.dead_letters_closed.push_back({letter.id, "redriven", reason, now});
    const ports::DeliveryRow& first = decided.front();
    const JsonObject body{{"run", first.run ? Json(*first.run) : Json()}, {"task_id", nullptr}, {"state", first.state}};
    carried_out(input.request, input.reply, Reply{202, to_text(body)}, now, events.front().correlation);
}

void Conductor::discard(
    DiscardInput input, const ports::Store::DeadLetterState& letter, std::optional<ports::EndedRun> ended, Instant now
) {
    const DiscardRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    if (letter.state != "open") {
        answer({}, input.reply, conflict("discard", "dead letter " + std::to_string(letter.row.id) + " is already " + letter.state), now);
        return;
    }
    if (wanted.reason.empty()) {
        answer({}, input.reply, invalid("discard", "a reason must be given: it is kept with the letter"), now);
        return;
    }
    const std::string reason = wanted.reason + (wanted.by.name.empty() ? "" : " (" + wanted.by.name + ")");
    if (letter.row.run && letter.row.task_id) {
        ActiveRun* active = find(*letter.row.run);
        const Index index = active == nullptr ? -1 : find_instance(active->run, *letter.row.task_id);
        if (index >= 0) {
            core::run::Changes changes;
            if (active->run.give_up(index, reason, now, changes)) {
                absorb(*active, std::move(changes), now);
            }
        } else if (ended) {
            for (ports::DoneTaskRow row : ended->done) {
                if (row.id == *letter.row.task_id && row.state == "dead") {
                    row.state = core::run::to_string(core::run::TaskState::Failed);
                    row.reason += " (given up: " + reason + ")";
                    batch_.done_deleted.push_back(row.id);
                    batch_.done_inserted.push_back(std::move(row));
                }
            }
        }
    }
    batch_.dead_letters_closed.push_back({letter.row.id, "discarded", reason, now});
    JsonObject body{{"id", letter.row.id}, {"state", "discarded"}, {"reason", reason}};
    carried_out(wanted, input.reply, Reply{200, to_text(body)}, now);
}

}  // namespace kontor::engine
