// Backfills: a run per period, a few at a time. What was asked, how far it is and the runs it starts are rows of one batch, so that
// a kill at any moment leaves either a period that waits or one with its run, and never two runs of one period.
#include "engine/backfills.hpp"

#include <algorithm>

#include "core/run/partitions.hpp"
#include "engine/stored_rows.hpp"

namespace kontor::engine {

using core::backfill::PeriodState;
using core::backfill::Planned;
using core::backfill::State;

namespace {

Json time_or_null(const std::optional<Instant>& time) { return time ? Json(to_iso(*time)) : Json(); }

Json list_or_null(const std::vector<std::string>& countries) { return countries.empty() ? Json() : json_list(countries); }

Json to_json(const ports::BackfillPeriodRow& row) {
    return JsonObject{
        {"period", row.period},   {"state", row.state},
        {"countries", row.countries}, {"run", row.run ? Json(*row.run) : Json()},
        {"reason", row.reason},   {"started_at", time_or_null(row.started_at)},
        {"finished_at", time_or_null(row.finished_at)}
    };
}

// As GET /v1/backfills/{id} shows it.
std::string shown(const OpenBackfill& backfill, bool dry_run) {
    JsonArray periods;
    for (const ports::BackfillPeriodRow& each : backfill.periods) {
        periods.push_back(to_json(each));
    }
    const ports::BackfillRow& row = backfill.row;
    return to_text(JsonObject{
        {"id", row.id == 0 ? Json() : Json(row.id)}, {"workflow", row.workflow}, {"state", row.state}, {"note", row.note},
        {"summary", core::backfill::summary(backfill.seen())}, {"params", row.params}, {"countries", row.countries},
        {"missing_only", row.missing_only}, {"max_parallel", row.max_parallel}, {"priority", row.priority}, {"by", row.by},
        {"reason", row.reason}, {"created_at", to_iso(row.created_at)}, {"finished_at", time_or_null(row.finished_at)},
        {"periods", std::move(periods)}, {"dry_run", dry_run}
    });
}

Error unfit(const std::string& pointer, const std::string& message) {
    Error error = invalid("backfill", message);
    error.details.push_back({pointer, message});
    return error;
}

bool has_parameter(const core::dag::Workflow& workflow, std::string_view name) {
    const Json* properties = member(workflow.params_schema, "properties");
    return properties != nullptr && member(*properties, name) != nullptr;
}

Result<void> may_be_backfilled(const core::dag::Workflow& workflow, const BackfillRequest& wanted) {
    const std::string name = "workflow '" + workflow.name + "'";
    if (!has_parameter(workflow, "period")) {
        return unfit("/workflow", name + " has no parameter 'period': a backfill has nothing to go through");
    }
    if (!wanted.countries.empty() && !has_parameter(workflow, "countries")) {
        return unfit("/countries", name + " has no parameter 'countries': it cannot be told for which to run");
    }
    if (wanted.missing_only && workflow.partition_period.empty()) {
        return unfit("/missing_only", name + " does not say for which period a run works: give it 'partition.period', or leave missing_only out");
    }
    for (const char* taken : {"period", "countries"}) {
        if (member(wanted.params, taken) != nullptr) {
            return unfit("/params/" + std::string(taken), "comes from the backfill's own 'periods' and 'countries'");
        }
    }
    const core::dag::OnConflict on_conflict = workflow.concurrency.on_conflict;
    if (on_conflict == core::dag::OnConflict::Replace || on_conflict == core::dag::OnConflict::CancelOldest) {
        return conflict("backfill", "runs of " + name + " make room for newer ones (concurrency.on_conflict): a backfill would cancel its own and others");
    }
    // What it may reach is known only of countries that are named.
    if (!wanted.by.countries.is_all() && (wanted.countries.empty() || !wanted.by.countries.contain_all_of(wanted.countries))) {
        return Error{
            ErrorKind::Forbidden, "backfill", "you may work for " + wanted.by.countries.filter().value_or("") + " only: name these as countries", {}
        };
    }
    return {};
}

Json params_of(const Json& given, const std::string& period, const Json& countries) {
    Json params = given;
    params.as_object()["period"] = period;
    if (!countries.is_null()) {
        params.as_object()["countries"] = countries;
    }
    return params;
}

ports::BackfillPeriodRow row_of(const Planned& planned, Instant now) {
    ports::BackfillPeriodRow row;
    row.period = planned.period;
    row.countries = list_or_null(planned.countries);
    row.state = to_string(planned.skipped ? PeriodState::Skipped : PeriodState::Waiting);
    row.reason = planned.skipped ? planned.reason : "";
    row.finished_at = planned.skipped ? std::optional(now) : std::nullopt;
    return row;
}

std::string by_whom(const std::string& what, const BackfillOrder& order) {
    return what + " by " + (order.by.name.empty() ? std::string("a request") : order.by.name) + (order.reason.empty() ? "" : ": " + order.reason);
}

}  // namespace

// The run that would be made fits its definition, and is the work of the period that it is made for.
Result<void> Backfills::fits_period(
    const std::shared_ptr<const core::dag::Workflow>& workflow, const Json& params, const std::string& period, Instant now
) {
    Result<Json> whole = fitting_params(*workflow, params);
    if (!whole) {
        return whole.error();
    }
    const core::run::PartitionName name = core::run::Partitions::name(core::run::Run(workflow, {0, std::move(*whole), "", now}));
    if (!name.fault.empty()) {
        return conflict("backfill", "it cannot be said for which period a run of workflow '" + workflow->name + "' works: " + name.fault);
    }
    if (!name.counts) {
        return unfit("/params", "such runs would be nobody's work: workflow '" + workflow->name + "' does not count them for its partitions (partition.counts)");
    }
    if (!workflow->partition_period.empty() && name.period != period) {
        return conflict("backfill", "workflow '" + workflow->name + "' would work for '" + name.period + "' when it is given the period '" + period + "' (partition.period)");
    }
    return {};
}

void Backfills::start(BackfillInput input, Instant now) {
    const BackfillRequest& wanted = input.request;
    if (conductor_.answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    const auto refuse = [&](Error error) { conductor_.answer({}, input.reply, std::move(error), now); };
    if (conductor_.draining_) {
        refuse(draining_error());
        return;
    }
    const Result<std::shared_ptr<const core::dag::Workflow>> workflow = conductor_.deployed(wanted.workflow, "backfill");
    if (!workflow) {
        refuse(workflow.error());
        return;
    }
    if (Result<void> may = may_be_backfilled(**workflow, wanted); !may) {
        refuse(may.error());
        return;
    }
    OpenBackfill made;
    const core::backfill::Wish wish{wanted.periods, wanted.countries, wanted.missing_only, has_parameter(**workflow, "countries")};
    for (const Planned& planned : core::backfill::plan(wish, input.ever, input.known)) {
        made.periods.push_back(row_of(planned, now));
        ports::BackfillPeriodRow& row = made.periods.back();
        if (const Result<void> fits = fits_period(*workflow, params_of(wanted.params, row.period, row.countries), row.period, now); !fits) {
            refuse(fits.error());
            return;
        }
        row.reason = wanted.dry_run ? planned.reason : row.reason;  // what is left out is of interest before
    }
    ports::BackfillRow& row = made.row;
    row.workflow = wanted.workflow;
    row.params = wanted.params;
    row.countries = list_or_null(wanted.countries);
    row.allowed = to_json(wanted.by.countries);
    row.missing_only = wanted.missing_only;
    row.max_parallel = wanted.max_parallel;
    row.priority = wanted.priority;
    row.by = wanted.by.name;
    row.reason = wanted.reason;
    row.created_at = now;
    row.state = to_string(State::Running);
    if (wanted.dry_run) {
        conductor_.carried_out(wanted, input.reply, Reply{200, shown(made, true)}, now);
        return;
    }
    row.id = conductor_.next_id();
    for (ports::BackfillPeriodRow& each : made.periods) {
        each.backfill = row.id;
    }
    const std::int64_t id = row.id;
    conductor_.batch_.backfills.push_back(row);
    conductor_.batch_.backfill_periods.insert(conductor_.batch_.backfill_periods.end(), made.periods.begin(), made.periods.end());
    conductor_.actions_.log.push_back("backfill " + std::to_string(id) + " of " + row.workflow + ": " + core::backfill::summary(made.seen()));
    OpenBackfill& open = desk_.open.emplace(id, std::move(made)).first->second;
    desk_.due = true;
    finish(open, now);  // nothing of it may be left to do
    conductor_.carried_out(wanted, input.reply, Reply{201, shown(open, false)}, now, "", "/v1/backfills/" + std::to_string(id));
}

bool Backfills::advance(Instant now) {
    if (!desk_.due || conductor_.draining_) {
        return false;
    }
    desk_.due = false;
    std::vector<std::int64_t> ids;
    for (const auto& [id, open] : desk_.open) {
        ids.push_back(id);
    }
    bool begun = false;
    for (const std::int64_t id : ids) {
        OpenBackfill& open = *desk_.find(id);
        for (const std::size_t which : core::backfill::due(open.state(), open.row.max_parallel, open.seen())) {
            begin_period(open, which, now);
            begun = true;
        }
    }
    return begun;
}

void Backfills::begin_period(OpenBackfill& open, std::size_t which, Instant now) {
    ports::BackfillPeriodRow& mine = open.periods[which];
    NewRun wanted;
    wanted.workflow = open.row.workflow;
    wanted.params = params_of(open.row.params, mine.period, mine.countries);
    wanted.cause = JsonObject{{"kind", "backfill"}, {"backfill", open.row.id}, {"period", mine.period}, {"by", open.row.by}};
    wanted.priority = open.row.priority;
    wanted.countries = countries_from(open.row.allowed);
    const Result<ports::RunId> run = conductor_.create_run(std::move(wanted), now);
    // A run without anything to do has ended by now, and its period with it.
    if (run && mine.state == to_string(PeriodState::Waiting)) {
        mine.state = to_string(PeriodState::Running);
        mine.run = *run;
        mine.reason.clear();
        mine.started_at = now;
    } else if (!run && run.error().kind == ErrorKind::Conflict) {
        mine.reason = run.error().message;  // its group is full, and refuses: later
    } else if (!run) {
        mine.state = to_string(PeriodState::Failed);
        mine.reason = run.error().message;
        mine.finished_at = now;
    }
    conductor_.batch_.backfill_periods.push_back(mine);
    finish(open, now);
}

void Backfills::settle_period(const ports::RunRow& run, Instant now) {
    const Json* number = text_member(run.cause, "kind") == "backfill" ? member(run.cause, "backfill") : nullptr;
    OpenBackfill* open = number != nullptr && number->is_int64() ? desk_.find(number->get_int64()) : nullptr;
    ports::BackfillPeriodRow* mine = open == nullptr ? nullptr : open->find(text_member(run.cause, "period"));
    if (mine == nullptr || mine->run.value_or(run.id) != run.id || core::backfill::is_final(open->state())) {
        return;
    }
    mine->state = run.state;  // of one that has ended: the same words
    mine->run = run.id;
    mine->reason = run.reason;
    mine->started_at = mine->started_at.value_or(now);
    mine->finished_at = now;
    conductor_.batch_.backfill_periods.push_back(*mine);
    desk_.due = true;
    finish(*open, now);
}

void Backfills::finish(OpenBackfill& open, Instant now) {
    const State after = core::backfill::settled(open.state(), open.seen());
    if (!core::backfill::is_final(after) || open.row.finished_at) {
        return;
    }
    open.row.state = to_string(after);
    open.row.finished_at = now;
    conductor_.batch_.backfills.push_back(open.row);
    conductor_.actions_.log.push_back(
        "backfill " + std::to_string(open.row.id) + " of " + open.row.workflow + " " + open.row.state + ": " + core::backfill::summary(open.seen())
    );
    desk_.ended = true;
}

void Backfills::turn(BackfillOrderInput input, Instant now) {
    const BackfillOrder& wanted = input.request;
    if (conductor_.answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    const auto refuse = [&](Error error) { conductor_.answer({}, input.reply, std::move(error), now); };
    OpenBackfill* open = desk_.find(wanted.backfill);
    const std::string name = "backfill " + std::to_string(wanted.backfill);
    if (open == nullptr || core::backfill::is_final(open->state())) {
        refuse(not_found("backfill", name + " is not under way"));
        return;
    }
    const Countries reach = open->row.countries.is_null() ? Countries::all() : countries_from(open->row.countries);
    if (!wanted.by.countries.is_all() && (reach.is_all() || !wanted.by.countries.contain_all_of(reach.list()))) {
        refuse(Error{ErrorKind::Forbidden, "backfill", name + " works for countries beyond " + wanted.by.countries.filter().value_or(""), {}});
        return;
    }
    const State state = open->state();
    const bool fits = wanted.verb == BackfillVerb::Pause    ? state == State::Running
                      : wanted.verb == BackfillVerb::Resume ? state == State::Paused
                                                            : state != State::Cancelling || wanted.runs;
    if (!fits) {
        refuse(conflict("backfill", name + " is " + open->row.state + (open->row.note.empty() ? "" : " (" + open->row.note + ")")));
        return;
    }
    OpenBackfill after = *open;
    std::vector<ports::RunId> running;
    if (wanted.verb != BackfillVerb::Cancel) {
        const bool pause = wanted.verb == BackfillVerb::Pause;
        after.row.state = to_string(pause ? State::Paused : State::Running);
        after.row.note = pause ? by_whom("paused", wanted) : "";
    } else {
        after.row.state = to_string(State::Cancelling);
        after.row.note = by_whom("cancelled", wanted);
        for (ports::BackfillPeriodRow& each : after.periods) {
            if (each.state == to_string(PeriodState::Waiting)) {
                each.state = to_string(PeriodState::Cancelled);
                each.reason = after.row.note;
                each.finished_at = now;
            } else if (each.state == to_string(PeriodState::Running)) {
                running.push_back(*each.run);
            }
        }
    }
    if (wanted.dry_run) {
        conductor_.carried_out(wanted, input.reply, Reply{200, shown(after, true)}, now);
        return;
    }
    *open = std::move(after);
    conductor_.batch_.backfills.push_back(open->row);
    if (wanted.verb == BackfillVerb::Cancel) {
        conductor_.batch_.backfill_periods.insert(conductor_.batch_.backfill_periods.end(), open->periods.begin(), open->periods.end());
    }
    const std::string note = open->row.note;
    desk_.due = true;
    finish(*open, now);
    for (const ports::RunId run : wanted.runs ? running : std::vector<ports::RunId>{}) {
        conductor_.cancel_run(run, "cancelled with its backfill, which was " + note, now);
    }
    conductor_.carried_out(wanted, input.reply, Reply{200, shown(*open, false)}, now);
}

void Backfills::recover(const ports::Snapshot& snapshot) {
    for (const ports::BackfillRow& row : snapshot.backfills) {
        desk_.open.emplace(row.id, OpenBackfill{row, {}});
    }
    for (const ports::BackfillPeriodRow& row : snapshot.backfill_periods) {
        if (OpenBackfill* open = desk_.find(row.backfill)) {
            open->periods.push_back(row);
        }
    }
    desk_.due = true;
}

}  // namespace kontor::engine
