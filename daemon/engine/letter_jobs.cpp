// One command over many dead letters: the conductor takes them one at a time, each in a batch with the job's row, so that a
// restart goes on behind the last one that was handled.
#include <algorithm>

#include "engine/conductor.hpp"
#include "engine/stored_rows.hpp"

namespace kontor::engine {

using core::letters::JobState;
using core::run::RunState;
using core::run::TaskState;

namespace {

std::int64_t number_of(const Json& from, const char* name) {
    const Json* value = member(from, name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

bool went_wrong(TaskState state) { return state == TaskState::Dead || state == TaskState::Failed || state == TaskState::Cancelled; }

std::string job_name(std::int64_t id) { return "job " + std::to_string(id); }

}  // namespace

LetterJob letter_job_from(const ports::LetterJobRow& row) {
    LetterJob made;
    made.row = row;
    core::letters::Job& job = made.job;
    for (const Json& id : row.letters.is_array() ? row.letters.get_array() : JsonArray{}) {
        job.letters.push_back(id.is_int64() ? id.get_int64() : 0);
    }
    job.canary = row.canary;
    job.per_minute = row.per_minute;
    job.state = core::letters::job_state_from(row.state).value_or(JobState::Running);
    job.position = static_cast<std::size_t>(row.position);
    job.carried_out = row.carried_out;
    job.refused = row.refused;
    job.next_at = row.next_at;
    job.said = row.said;
    return made;
}

void refresh_job_row(LetterJob& each, Instant now) {
    const core::letters::Job& job = each.job;
    each.row.state = core::letters::to_string(job.state);
    each.row.position = static_cast<int>(job.position);
    each.row.carried_out = job.carried_out;
    each.row.refused = job.refused;
    each.row.next_at = job.next_at;
    each.row.said = job.said;
    if (job.state != JobState::Canary) {
        each.row.watched = Json();
    }
    if (core::letters::is_over(job.state)) {
        each.row.finished_at = now;
    }
}

Json to_json(const ports::LetterJobRow& row) {
    const auto time = [](const std::optional<Instant>& at) { return at ? Json(to_iso(*at)) : Json(); };
    return JsonObject{
        {"id", row.id},
        {"action", row.action},
        {"state", row.state},
        {"country", row.country},
        {"by", row.by},
        {"selection", row.selection},
        {"reason", row.reason},
        {"canary", row.canary},
        {"per_minute", row.per_minute == 0 ? Json() : Json(row.per_minute)},
        {"definition", row.newest ? "newest" : "pinned"},
        {"with", row.edits},
        {"letters", row.letters.is_array() ? static_cast<std::int64_t>(row.letters.get_array().size()) : 0},
        {"handled", row.position},
        {"carried_out", row.carried_out},
        {"refused", row.refused},
        {"refusals", row.refusals},
        {"watched", row.watched},
        {"created_at", to_iso(row.created_at)},
        {"next_at", time(row.next_at)},
        {"finished_at", time(row.finished_at)},
        {"said", row.said}
    };
}

std::optional<CanaryEnd> canary_end(const core::run::Run& run, const Json& watched) {
    const std::string task = text_member(watched, "task");
    const bool over = core::run::is_final(run.state());
    if (task.empty()) {  // a delivery's run
        return over ? std::optional(CanaryEnd{run.state() == RunState::Succeeded, "its run is " + std::string(to_string(run.state()))})
                    : std::nullopt;
    }
    const std::string country = text_member(watched, "country");
    const std::string item = text_member(watched, "item");
    bool any = false;
    bool going = false;
    for (core::run::Index index = 0; index < run.instance_count(); ++index) {
        const core::run::Instance& each = run.instance(index);
        if (each.cell < 0 || run.node(each).name != task || run.country(each) != country || (!item.empty() && each.item != item)) {
            continue;
        }
        any = true;
        if (went_wrong(each.state)) {
            return CanaryEnd{false, "it is " + std::string(to_string(each.state)) + (each.reason.empty() ? "" : ": " + each.reason)};
        }
        going = going || !core::run::is_final(each.state);
    }
    if (any && !going) {
        return CanaryEnd{true, ""};
    }
    return over ? std::optional(CanaryEnd{false, "its run is " + std::string(to_string(run.state())) + " without it"}) : std::nullopt;
}

void Conductor::start_letter_job(LetterJobInput input, Instant now) {
    LetterJobRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    if (draining_) {
        answer({}, input.reply, draining_error(), now);
        return;
    }
    if (input.letters.empty()) {
        answer({}, input.reply, conflict("dead-letters", "no open dead letter fits: look at GET /v1/dead-letters?state=open"), now);
        return;
    }
    ports::LetterJobRow row;
    row.id = next_id();
    row.action = wanted.discard ? "discard" : "redrive";
    row.country = wanted.selection.country;
    row.by = wanted.by.name;
    row.reach = to_json(wanted.by.countries);
    row.selection = std::move(input.selection);
    JsonArray letters;
    for (const std::int64_t id : input.letters) {
        letters.emplace_back(id);
    }
    row.letters = std::move(letters);
    row.reason = wanted.reason;
    row.canary = wanted.canary;
    row.per_minute = wanted.per_minute;
    row.newest = wanted.newest_definition;
    row.edits = std::move(wanted.with);
    row.created_at = now;
    row.state = core::letters::to_string(JobState::Running);
    row.refusals = JsonArray{};
    batch_.letter_jobs_inserted.push_back(row);
    letter_jobs_.emplace(row.id, letter_job_from(row));
    carried_out(wanted, input.reply, Reply{202, to_text(to_json(row))}, now, "", "/v1/dead-letter-jobs/" + std::to_string(row.id));
}

void Conductor::stop_letter_job(StopLetterJobInput input, Instant now) {
    const StopLetterJobRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    const auto found = letter_jobs_.find(wanted.job);
    if (found == letter_jobs_.end()) {
        answer({}, input.reply, conflict("stop", job_name(wanted.job) + " is over, or never was"), now);
        return;
    }
    const std::string why = "stopped" + (wanted.by.name.empty() ? "" : " by " + wanted.by.name) + (wanted.reason.empty() ? "" : ": " + wanted.reason);
    LetterJob trial = found->second;
    if (const Result<void> stopped = core::letters::stop(trial.job, why); !stopped) {
        answer({}, input.reply, stopped.error(), now);
        return;
    }
    if (wanted.audit.dry_run) {
        refresh_job_row(trial, now);
        Json shown = to_json(trial.row);
        shown.as_object()["dry_run"] = true;
        carried_out(wanted, input.reply, Reply{200, to_text(shown)}, now);
        return;
    }
    found->second = std::move(trial);
    const Json shown = store_letter_job(found->second, now);
    carried_out(wanted, input.reply, Reply{200, to_text(shown)}, now);
}

Json Conductor::store_letter_job(LetterJob& each, Instant now) {
    refresh_job_row(each, now);
    batch_.letter_jobs_updated.push_back(each.row);
    const Json shown = to_json(each.row);
    if (core::letters::is_over(each.job.state)) {
        actions_.log.push_back(
            job_name(each.row.id) + " over dead letters is " + each.row.state + (each.row.said.empty() ? "" : " (" + each.row.said + ")") +
            ": " + std::to_string(each.row.carried_out) + " carried out, " + std::to_string(each.row.refused) + " refused"
        );
        letter_jobs_.erase(each.row.id);  // `each` is gone
    }
    return shown;
}

std::optional<Input> Conductor::next_letter(Instant now) const {
    if (draining_) {
        return std::nullopt;
    }
    for (const auto& [id, each] : letter_jobs_) {
        const std::optional<std::int64_t> letter = core::letters::due(each.job, now);
        if (!letter) {
            continue;
        }
        Command command;
        command.by = Caller::house(each.row.by);
        command.by.countries = countries_from(each.row.reach);
        command.audit.reason = each.row.reason;  // no route: the job itself is on the record
        if (each.row.action == "discard") {
            return DiscardInput{{std::move(command), *letter, each.row.reason, id}, {}};
        }
        return RedriveInput{{std::move(command), *letter, each.row.newest, each.row.edits, false, id}, {}};
    }
    return std::nullopt;
}

void Conductor::letter_handled(std::int64_t job, const ports::DeadLetterRow& letter, const Result<Reply>& done, Instant now) {
    const auto found = letter_jobs_.find(job);
    if (found == letter_jobs_.end()) {
        return;
    }
    LetterJob& each = found->second;
    core::letters::handled(each.job, done.has_value(), now);
    if (!done) {
        if (JsonArray& told = each.row.refusals.get_array(); told.size() < ports::job_refusals_kept) {
            told.push_back(JsonObject{{"letter", letter.id}, {"why", done.error().message}});
        }
    } else if (each.job.state == JobState::Canary) {
        const Result<Json> body = json_from_text(done->body);
        const bool task = letter.kind == "task";
        const std::int64_t run = task ? letter.run.value_or(0) : body ? number_of(*body, "run") : 0;
        each.row.watched = JsonObject{
            {"letter", letter.id}, {"run", run == 0 ? Json() : Json(run)}, {"task", task ? letter.task : ""},
            {"country", letter.country}, {"item", letter.item}
        };
        each.look = true;
        if (run == 0) {  // its event was looked at again, and started nothing
            const std::string state = body ? text_member(*body, "state") : "";
            core::letters::canary_ended(each.job, state != "dead", "its event cannot be delivered", now);
        }
    }
    store_letter_job(each, now);
}

void Conductor::letter_gone(std::int64_t job, std::int64_t letter, const Error& why, Instant now) {
    ports::DeadLetterRow row;
    row.id = letter;
    letter_handled(job, row, why, now);
}

void Conductor::watch_canaries(Instant now) {
    std::vector<std::int64_t> waiting;
    for (const auto& [id, each] : letter_jobs_) {
        if (each.job.state == JobState::Canary) {
            waiting.push_back(id);
        }
    }
    for (const std::int64_t id : waiting) {
        LetterJob& each = letter_jobs_.at(id);
        const ports::RunId run = number_of(each.row.watched, "run");
        const bool changed = std::any_of(touched_.begin(), touched_.end(), [&](const Place& place) { return place.run == run; }) ||
                             std::find(dirty_runs_.begin(), dirty_runs_.end(), run) != dirty_runs_.end();
        if (!each.look && !changed) {
            continue;
        }
        each.look = false;
        const ActiveRun* active = find(run);
        const std::optional<CanaryEnd> end = active == nullptr ? CanaryEnd{false, "its run is gone"} : canary_end(active->run, each.row.watched);
        if (end) {
            core::letters::canary_ended(each.job, end->passed, end->how, now);
            store_letter_job(each, now);
        }
    }
}

}  // namespace kontor::engine
