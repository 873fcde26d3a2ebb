// Dead letters: back to work, or given up.
#include "core/schema/schema.hpp"
#include "engine/conductor.hpp"
#include "engine/stored_rows.hpp"

namespace kontor::engine {

using core::run::Index;
using core::run::Stored;

namespace {

std::string closing_reason(const RedriveRequest& wanted) {
    return "redriven" + (wanted.by.name.empty() ? "" : " by " + wanted.by.name) +
           (wanted.job == 0 ? "" : " (job " + std::to_string(wanted.job) + ")") +
           (wanted.audit.reason.empty() ? "" : ": " + wanted.audit.reason) + (wanted.with.is_null() ? "" : ", with edited input");
}

}  // namespace

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
    const RedriveRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    std::string correlation;
    Result<Reply> done = conflict("redrive", "dead letter " + std::to_string(letter.row.id) + " is already " + letter.state);
    if (letter.state == "open") {
        done = letter.row.kind == "delivery" ? redrive_delivery(wanted, letter.row, events, now, correlation)
                                             : redrive_task(wanted, letter.row, ended, now, correlation);
    }
    if (wanted.job != 0) {
        letter_handled(wanted.job, letter.row, done, now);
    } else if (done) {
        carried_out(wanted, input.reply, std::move(*done), now, correlation);
    } else {
        answer({}, input.reply, done.error(), now);
    }
}

Result<ActiveRun*> Conductor::run_of_letter(
    const RedriveRequest& wanted, const ports::DeadLetterRow& letter, const std::optional<ports::EndedRun>& ended, Instant now,
    core::run::Changes& changes
) {
    const std::string run = "run " + std::to_string(*letter.run);
    if (ActiveRun* active = find(*letter.run)) {
        if (wanted.newest_definition && !is_newest(*active)) {
            return conflict("redrive", run + " is still active with its pinned definition: cancel it or let it end first");
        }
        return active;
    }
    if (!ended || ended->run.state == "cancelled") {
        return conflict("redrive", run + (ended ? " was cancelled: submit a new one" : " is gone"));
    }
    // The newest definition may have tasks more, in every country of the run.
    const Countries& mine = wanted.by.countries;
    const Json& works_for = ended->run.countries;
    if (wanted.newest_definition && !mine.is_all() && (works_for.is_null() || !mine.contain_all_of(countries_from(works_for).list()))) {
        return Error{
            ErrorKind::Forbidden, "redrive",
            "the newest definition would count for all countries of " + run + "; you may work for " + mine.filter().value_or("") +
                " only: redrive with the pinned one",
            {}
        };
    }
    return adopt(*ended, wanted.newest_definition, now, changes);
}

Result<Reply> Conductor::preview_redrive(const RedriveRequest& wanted, const ActiveRun& active, Index index, Instant now) const {
    core::run::Run trial = active.run;
    core::run::Changes thrown_away;
    const core::run::Instance dead = trial.instance(index);
    const core::dag::TaskNode& node = trial.node(dead);
    const std::string country = trial.country(dead);
    if (!wanted.with.is_null()) {
        trial.edit({{country, node.name, dead.item}, wanted.with, wanted.by.name, now});
    }
    if (Result<void> done = trial.redrive(index, now, world(), thrown_away); !done) {
        return done.error();
    }
    Json input;
    if (trial.instance(index).cell >= 0) {  // otherwise it died before it was an instance, and its cell is judged anew
        Result<Json> rendered = trial.render_input(index, world());
        if (!rendered) {
            return invalid("redrive", "its input cannot be built: " + rendered.error().message);
        }
        const sdk::TaskType* type = settings_.tasks == nullptr ? nullptr : settings_.tasks->find(node.uses);
        if (!wanted.with.is_null() && type != nullptr && !type->input_schema.is_null()) {
            if (Result<void> valid = core::schema::validate(type->input_schema, *rendered); !valid) {
                const std::vector<ErrorDetail> details = valid.error().details;
                const std::string where = details.empty() ? "" : details.front().pointer + ": " + details.front().message;
                return invalid("redrive", "the edited input does not fit task type " + node.uses + ": " + (where.empty() ? valid.error().message : where));
            }
        }
        input = std::move(*rendered);
    }
    std::int64_t left = 0;
    const Json totals = trial.totals();
    for (const auto& each : totals.get_object()) {
        const auto state = core::run::task_state_from(each.key());
        left += state && !core::run::is_final(*state) ? each.value().get_int64() : 0;
    }
    return Reply{200, to_text(JsonObject{
        {"letter", wanted.dead_letter}, {"dry_run", true}, {"run", active.row.id}, {"task", node.name}, {"country", country},
        {"item", dead.item}, {"definition", active.run.workflow().hash}, {"input", std::move(input)}, {"still_to_run", left}
    })};
}

Result<Reply> Conductor::redrive_task(
    const RedriveRequest& wanted, const ports::DeadLetterRow& letter, const std::optional<ports::EndedRun>& ended, Instant now,
    std::string& correlation
) {
    core::run::Changes changes;
    const Result<ActiveRun*> found = run_of_letter(wanted, letter, ended, now, changes);
    if (!found) {
        return found.error();
    }
    ActiveRun* active = *found;
    correlation = active->row.correlation;
    const Index index = find_instance(active->run, *letter.task_id);
    Result<Reply> seen = index < 0 ? Result<Reply>(conflict("redrive", "its task instance was redriven already")) : Reply{};
    if (seen && (wanted.dry_run || !wanted.with.is_null())) {
        seen = preview_redrive(wanted, *active, index, now);
    }
    if (seen && !wanted.dry_run) {
        if (const Result<void> done = active->run.redrive(index, now, world(), changes); !done) {
            seen = done.error();
        }
    }
    if (!seen || wanted.dry_run) {
        if (ended) {
            runs_.erase(*letter.run);
        }
        return seen;
    }
    if (!active->dirty) {
        active->dirty = true;  // a run that had ended is running again
        dirty_runs_.push_back(active->row.id);
    }
    core::run::Instance& instance = active->run.instance(index);
    if (!wanted.with.is_null()) {
        active->run.edit({{letter.country, letter.task, letter.item}, wanted.with, wanted.by.name, now});
    }
    if (instance.stored == Stored::Done) {
        batch_.done_deleted.push_back(instance.id);
    }
    instance.stored = Stored::Nowhere;
    instance.id = next_id();
    instance.input = Json();
    instance.outputs = Json();
    batch_.dead_letters_closed.push_back({letter.id, "redriven", closing_reason(wanted), now});
    // A cell that never opened is judged anew: its instance, if it gets one, is another.
    const Json task = instance.cell < 0 ? Json() : Json(instance.id);
    absorb(*active, std::move(changes), now);
    return Reply{202, to_text(JsonObject{{"run", *letter.run}, {"task_id", task}})};
}

Result<Reply> Conductor::redrive_delivery(
    const RedriveRequest& wanted, const ports::DeadLetterRow& letter, const std::vector<ports::EventRow>& events, Instant now,
    std::string& correlation
) {
    const std::optional<Listener> to = listener(letter.workflow, letter.task);
    if (!to) {
        return conflict("redrive", "no deployed workflow '" + letter.workflow + "' has a trigger '" + letter.task + "' any more");
    }
    if (!wanted.with.is_null()) {
        return invalid("redrive", "a delivery has no task input to edit: redrive it without 'with', or post another event");
    }
    const bool by_clock = schedules_.contains({letter.workflow, letter.task});
    if (events.empty() && !by_clock) {
        return conflict("redrive", "its event is gone");
    }
    const Json* named = letter.item == gathered_item ? member(letter.input, "events") : nullptr;
    if (named != nullptr && named->is_array() && events.size() < named->get_array().size()) {
        const std::string all = std::to_string(named->get_array().size());
        return conflict("redrive", "of its " + all + " events only " + std::to_string(events.size()) + " are still kept, and a run of these would lose the others: discard it");
    }
    if (wanted.dry_run) {
        return Reply{200, to_text(JsonObject{
            {"letter", letter.id}, {"dry_run", true}, {"run", nullptr}, {"workflow", letter.workflow}, {"task", letter.task},
            {"definition", to->workflow->hash}, {"input", letter.input}
        })};
    }
    if (events.empty()) {
        const Result<Instant> tick = instant_from_iso(text_member(letter.input, "tick"));
        const Result<ports::RunId> run =
            tick ? fire(schedules_.at({letter.workflow, letter.task}), *tick, now, "") : Result<ports::RunId>(tick.error());
        if (!run) {
            return run.error();
        }
        batch_.dead_letters_closed.push_back({letter.id, "redriven", closing_reason(wanted), now});
        return Reply{202, to_text(JsonObject{{"run", *run}, {"task_id", nullptr}})};
    }
    // Judged by the trigger as it is now; what passes starts at once, alone or with those it had been gathered with.
    core::trigger::Group group{{letter.workflow, letter.task, text_member(letter.input, "key")}, {}, now, now, now};
    std::vector<ports::DeliveryRow> decided;
    for (const ports::EventRow& row : events) {
        core::trigger::Event event = seen_by_triggers(row);
        event.allowed = event.allowed.common_with(wanted.by.countries);
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
    batch_.dead_letters_closed.push_back({letter.id, "redriven", closing_reason(wanted), now});
    const ports::DeliveryRow& first = decided.front();
    correlation = events.front().correlation;
    return Reply{202, to_text(JsonObject{{"run", first.run ? Json(*first.run) : Json()}, {"task_id", nullptr}, {"state", first.state}})};
}

void Conductor::discard(
    DiscardInput input, const ports::Store::DeadLetterState& letter, std::optional<ports::EndedRun> ended, Instant now
) {
    const DiscardRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    Result<Reply> done = give_up(wanted, letter, ended, now);
    if (wanted.job != 0) {
        letter_handled(wanted.job, letter.row, done, now);
    } else if (done) {
        carried_out(wanted, input.reply, std::move(*done), now);
    } else {
        answer({}, input.reply, done.error(), now);
    }
}

Result<Reply> Conductor::give_up(
    const DiscardRequest& wanted, const ports::Store::DeadLetterState& letter, const std::optional<ports::EndedRun>& ended, Instant now
) {
    if (letter.state != "open") {
        return conflict("discard", "dead letter " + std::to_string(letter.row.id) + " is already " + letter.state);
    }
    if (wanted.reason.empty() && !wanted.audit.dry_run) {
        return invalid("discard", "a reason must be given: it is kept with the letter");
    }
    if (wanted.audit.dry_run) {
        return Reply{200, to_text(JsonObject{{"id", letter.row.id}, {"state", "discarded"}, {"dry_run", true}})};
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
    return Reply{200, to_text(JsonObject{{"id", letter.row.id}, {"state", "discarded"}, {"reason", reason}})};
}

}  // namespace kontor::engine
