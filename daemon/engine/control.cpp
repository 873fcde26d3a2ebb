// What an operator asks of a run, active or ended: carried out on it, or on a copy that is thrown away.
#include <algorithm>

#include "engine/cache.hpp"

namespace kontor::engine {

using core::run::Move;
using core::run::RunState;
using core::run::TaskState;

namespace {

std::string word(ControlVerb verb) {
    switch (verb) {
        case ControlVerb::Pause: return "pause";
        case ControlVerb::Resume: return "resume";
        case ControlVerb::Retry: return "retry";
        case ControlVerb::Skip: return "skip";
        case ControlVerb::Done: return "done";
        case ControlVerb::Rerun: return "rerun";
    }
    KONTOR_UNREACHABLE();
}

bool may_follow_the_end(ControlVerb verb) {
    return verb == ControlVerb::Skip || verb == ControlVerb::Done || verb == ControlVerb::Rerun;
}

// "skipped by anna: the feed is late"
std::string note(const std::string& what, const ControlRequest& wanted) {
    return what + (wanted.by.name.empty() ? "" : " by " + wanted.by.name) + (wanted.reason.empty() ? "" : ": " + wanted.reason);
}

// What belongs to several countries, or to others, may not start anew for somebody who works for some.
Result<void> within_reach(const ControlRequest& wanted, const std::vector<Move>& moves) {
    if (wanted.by.countries.is_all() || wanted.verb != ControlVerb::Rerun) {
        return {};
    }
    for (const Move& move : moves) {
        if (!wanted.by.countries.contains(move.country)) {
            return Error{
                ErrorKind::Forbidden, "rerun",
                "this would run " + move.task + (move.country.empty() ? ", which works for all countries," : "/" + move.country) +
                    " again; you may work for " + wanted.by.countries.filter().value_or("") + " only",
                {}
            };
        }
    }
    return {};
}

Json answer_of(const ControlRequest& wanted, const core::run::Run& run, const std::vector<Move>& moves) {
    JsonArray items;
    std::size_t count = 0;
    for (const Move& move : moves) {
        if (!wanted.by.countries.contains(move.country) || ++count > control_items_max) {
            continue;  // what follows elsewhere is others' business
        }
        items.push_back(JsonObject{
            {"task", move.task}, {"country", move.country}, {"item", move.item}, {"from", move.from}, {"to", move.to}
        });
    }
    return JsonObject{
        {"run", wanted.run},
        {"command", word(wanted.verb)},
        {"dry_run", wanted.dry_run},
        {"state", core::run::to_string(run.state())},
        {"count", static_cast<std::int64_t>(count)},
        {"items", std::move(items)},
        {"more", static_cast<std::int64_t>(count - std::min(count, control_items_max))}
    };
}

}  // namespace

bool Conductor::is_active(ports::RunId run) const {
    const auto found = runs_.find(run);
    return found != runs_.end() && !found->second->finished;
}

core::run::Control::Moves Conductor::carry_out(
    core::run::Run& run, const ControlRequest& wanted, Instant now, core::run::Changes& changes
) const {
    const core::run::Scope part{wanted.country, wanted.task, wanted.item};
    const core::run::Scope cells{wanted.country, wanted.task};  // whole ones are paused and rerun, not their items
    const core::run::World seen = world();
    core::run::Control control(run, now, seen, changes);
    switch (wanted.verb) {
        case ControlVerb::Pause: return control.pause({cells, wanted.by.name, wanted.reason, now}, wanted.kill);
        case ControlVerb::Resume: return control.resume(cells);
        case ControlVerb::Retry: return control.retry_now(part);
        case ControlVerb::Skip: return control.skip(part, note("skipped", wanted));
        case ControlVerb::Done: return control.mark_done(part, wanted.outputs, note("marked done", wanted));
        case ControlVerb::Rerun: return control.rerun(cells);
    }
    KONTOR_UNREACHABLE();
}

void Conductor::end_letters(
    const ActiveRun& active, const ControlRequest& wanted, const std::vector<ports::OpenLetter>& letters, Instant now
) {
    const bool again = wanted.verb == ControlVerb::Rerun;
    const std::string reason = note(again ? "rerun" : wanted.verb == ControlVerb::Skip ? "skipped" : "marked done", wanted);
    for (const ports::OpenLetter& letter : letters) {
        const core::run::Index index = find_instance(active.run, letter.task);
        if (index < 0 || active.run.instance(index).state != TaskState::Dead) {
            batch_.dead_letters_closed.push_back({letter.id, again ? "redriven" : "discarded", reason, now});
        }
    }
}

void Conductor::control(
    ControlInput input, std::optional<ports::EndedRun> ended, const std::vector<ports::OpenLetter>& letters, Instant now
) {
    const ControlRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    core::run::Changes changes;
    ActiveRun* active = find(wanted.run);
    if (active == nullptr || active->finished) {
        KONTOR_CHECK(ended.has_value());
        if (!may_follow_the_end(wanted.verb)) {
            answer({}, input.reply, conflict(word(wanted.verb), "run " + std::to_string(wanted.run) + " has ended: it is " + ended->run.state), now);
            return;
        }
        Result<ActiveRun*> adopted = adopt(*ended, false, now, changes);
        if (!adopted) {
            answer({}, input.reply, adopted.error(), now);
            return;
        }
        active = *adopted;
    }
    const auto refuse = [&](Error error) {
        if (ended) {
            runs_.erase(wanted.run);
        }
        answer({}, input.reply, std::move(error), now);
    };
    const bool decides = wanted.verb == ControlVerb::Skip || wanted.verb == ControlVerb::Done;
    if (wanted.dry_run || decides || !wanted.by.countries.is_all()) {
        core::run::Run trial = active->run;
        core::run::Changes thrown_away;
        const core::run::Control::Moves moves = carry_out(trial, wanted, now, thrown_away);
        Result<void> reached = moves ? within_reach(wanted, *moves) : Result<void>(moves.error());
        reached = reached ? may_end_approvals(wanted, *moves) : reached;
        if (!reached) {
            refuse(reached.error());
            return;
        }
        if (wanted.dry_run) {
            const std::string correlation = active->row.correlation;
            if (ended) {
                runs_.erase(wanted.run);
            }
            carried_out(wanted, input.reply, Reply{200, to_text(answer_of(wanted, trial, *moves))}, now, correlation);
            return;
        }
    }
    const core::run::Control::Moves moves = carry_out(active->run, wanted, now, changes);
    if (!moves) {
        refuse(moves.error());
        return;
    }
    end_letters(*active, wanted, letters, now);
    if (wanted.verb == ControlVerb::Rerun) {
        ResultCache(*this).forget(*active, *moves);
    }
    changes.run_changed = changes.run_changed || ended.has_value();
    if (wanted.verb == ControlVerb::Rerun && active->run.countries().empty()) {
        active->row.countries = Json();  // they are found anew
    }
    if (active->run.state() == RunState::Queued && wanted.verb == ControlVerb::Resume) {
        freed_groups_.push_back(active->run.workflow().concurrency.group);
    }
    const std::string correlation = active->row.correlation;
    const std::string body = to_text(answer_of(wanted, active->run, *moves));
    absorb(*active, std::move(changes), now);
    carried_out(wanted, input.reply, Reply{200, body}, now, correlation);
}

}  // namespace kontor::engine
