// The Api's use cases over the inbox, and the read side.
#include "base/limits.hpp"
#include "engine/engine.hpp"

namespace kontor::engine {

Result<Reply> Engine::submit(Submission submission) {
    return call([&](ReplyTo reply) { return SubmitInput{std::move(submission), std::move(reply)}; });
}

Result<Reply> Engine::cancel(CancelRequest request) {
    return call([&](ReplyTo reply) { return CancelInput{std::move(request), std::move(reply)}; });
}

Result<Reply> Engine::redrive(RedriveRequest request) {
    return call([&](ReplyTo reply) { return RedriveInput{std::move(request), std::move(reply)}; });
}

Result<Reply> Engine::discard(DiscardRequest request) {
    const std::string letter = std::to_string(request.dead_letter);
    Result<Reply> reply = call([&](ReplyTo to) { return DiscardInput{std::move(request), std::move(to)}; });
    if (!reply) {
        return reply;
    }
    const Result<std::string> shown = reads_.read("dead_letter_one", {letter});
    return shown && *shown != "null" ? Reply{reply->status, *shown} : *reply;
}

Result<Reply> Engine::post_event(PostedEvent event) {
    // The conductor knows the latest ones; older ones stand in the database.
    const Result<std::string> stored = reads_.read("event_by_source", {event.source, event.ce_id});
    if (!stored) {
        return stored.error();
    }
    std::optional<Reply> known;
    if (*stored != "null") {
        const Result<Json> read = json_from_text(*stored);
        if (!read) {
            return read.error();
        }
        const Json* id = member(*read, "id");
        const Json* deliveries = member(*read, "deliveries");
        known = Reply{202, to_text(JsonObject{
            {"id", id == nullptr ? Json() : *id}, {"duplicate", true}, {"deliveries", deliveries == nullptr ? Json(JsonArray{}) : *deliveries}
        })};
    }
    return call([&](ReplyTo reply) { return EventInput{std::move(event), std::move(reply), std::move(known)}; });
}

Result<Reply> Engine::deploy(DeployRequest request) {
    std::string name = request.name;
    const Result<Reply> reply = call([&](ReplyTo to) { return DeployInput{std::move(request), std::move(to)}; });
    if (!reply) {
        return reply;
    }
    if (const Result<Json> deployed = json_from_text(reply->body)) {
        name = text_member(*deployed, "name");
    }
    const Result<std::string> shown = reads_.read("workflow_one", {name});
    return shown && *shown != "null" ? Reply{reply->status, *shown} : *reply;
}

Result<Reply> Engine::pause_schedule(PauseRequest request) {
    return call([&](ReplyTo reply) { return PauseInput{std::move(request), std::move(reply)}; });
}

Result<Reply> Engine::run_schedule_now(RunScheduleRequest request) {
    return call([&](ReplyTo reply) { return RunScheduleInput{std::move(request), std::move(reply)}; });
}

Result<std::string> Engine::read(std::string_view query, const std::vector<std::optional<std::string>>& params) {
    return reads_.read(query, params);
}

bool Engine::ready() const { return ready_ && !ready_held_; }

Json Engine::status() const {
    const std::lock_guard lock(view_mutex_);
    return JsonObject{
        {"version", options_.version},
        {"started_at", to_iso(started_at_)},
        {"leader", ready_.load()},
        {"epoch", epoch_.load()},
        {"seq", view_.seq},
        {"runs", JsonObject{{"queued", view_.gauges.runs_queued}, {"running", view_.gauges.runs_active}}},
        {"pools",
         JsonObject{
             {"compute", JsonObject{{"cores", budget_.cores}, {"used", view_.gauges.cores_used}}},
             {"io", JsonObject{{"slots", budget_.io_slots}, {"used", view_.gauges.io_used}}}
         }},
        {"queue", JsonObject{{"ready", view_.gauges.ready}, {"inbox", view_.inbox}}},
        {"database", options_.database}
    };
}

std::string Engine::metrics() const {
    const std::lock_guard lock(view_mutex_);
    std::string text;
    const auto family = [&](std::string_view name, std::string_view type, std::string_view help) {
        text += "# HELP " + std::string(name) + " " + std::string(help) + "\n# TYPE " + std::string(name) + " " + std::string(type) + "\n";
    };
    const auto sample = [&](std::string_view name, std::string_view labels, std::int64_t value) {
        text += std::string(name) + std::string(labels) + " " + std::to_string(value) + "\n";
    };
    const auto one = [&](std::string_view name, std::string_view type, std::string_view help, std::int64_t value) {
        family(name, type, help);
        sample(name, "", value);
    };
    const Counters& c = view_.counters;
    one("kontor_leader", "gauge", "1 while this daemon leads and its database answers.", ready_ ? 1 : 0);
    one("kontor_runs_active", "gauge", "Runs that are running.", view_.gauges.runs_active);
    one("kontor_runs_queued", "gauge", "Runs that wait for their concurrency group.", view_.gauges.runs_queued);
    one("kontor_runs_started_total", "counter", "Runs started.", c.runs_started);
    family("kontor_runs_finished_total", "counter", "Runs ended, by state.");
    sample("kontor_runs_finished_total", "{state=\"succeeded\"}", c.runs_finished[0]);
    sample("kontor_runs_finished_total", "{state=\"failed\"}", c.runs_finished[1]);
    sample("kontor_runs_finished_total", "{state=\"cancelled\"}", c.runs_finished[2]);
    family("kontor_attempts_finished_total", "counter", "Task attempts ended, by outcome.");
    sample("kontor_attempts_finished_total", "{outcome=\"succeeded\"}", c.attempts_finished[0]);
    sample("kontor_attempts_finished_total", "{outcome=\"failed\"}", c.attempts_finished[1]);
    sample("kontor_attempts_finished_total", "{outcome=\"interrupted\"}", c.attempts_finished[2]);
    sample("kontor_attempts_finished_total", "{outcome=\"lost\"}", c.attempts_finished[3]);
    sample("kontor_attempts_finished_total", "{outcome=\"cancelled\"}", c.attempts_finished[4]);
    one("kontor_dead_letters_opened_total", "counter", "Dead letters opened.", c.dead_letters);
    one("kontor_events_total", "counter", "Events recorded.", c.events);
    one("kontor_stale_outcomes_total", "counter", "Outcomes of attempts that no longer counted.", c.stale_outcomes);
    one("kontor_ready_instances", "gauge", "Task instances that wait for a slot.", view_.gauges.ready);
    one("kontor_compute_cores", "gauge", "Cores that tasks may use.", budget_.cores);
    one("kontor_compute_cores_used", "gauge", "Cores given to running tasks.", view_.gauges.cores_used);
    one("kontor_io_slots_used", "gauge", "Slots of the io pool in use.", view_.gauges.io_used);
    one("kontor_commits_total", "counter", "Batches committed.", view_.seq);
    one("kontor_commit_failures_total", "counter", "Commits that the database did not take at once.", view_.commit_failures);
    return text;
}

}  // namespace kontor::engine
