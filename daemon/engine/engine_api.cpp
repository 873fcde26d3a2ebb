// The Api's use cases over the inbox, and the read side.
#include <algorithm>

#include "base/limits.hpp"
#include "core/trigger/match.hpp"
#include "engine/engine.hpp"
#include "engine/stored_rows.hpp"

namespace kontor::engine {
namespace {

// An event as the database shows it.
ports::EventRow event_from(const Json& shown) {
    const auto number = [&](const char* name) {
        const Json* value = member(shown, name);
        return value != nullptr && value->is_int64() ? value->get_int64() : 0;
    };
    const auto value = [&](const char* name) {
        const Json* found = member(shown, name);
        return found == nullptr ? Json() : *found;
    };
    ports::EventRow event;
    event.id = number("id");
    event.ce_id = text_member(shown, "ce_id");
    event.source = text_member(shown, "source");
    event.type = text_member(shown, "type");
    event.subject = text_member(shown, "subject");
    if (const Result<Instant> time = instant_from_iso(text_member(shown, "time"))) {
        event.time = *time;
    }
    event.data = value("data");
    event.correlation = text_member(shown, "correlation");
    event.depth = static_cast<int>(number("depth"));
    event.extensions = value("extensions");
    return event;
}

}  // namespace

Result<Reply> Engine::submit(Submission submission) {
    return call([&](ReplyTo reply) { return SubmitInput{std::move(submission), std::move(reply)}; });
}

Result<Reply> Engine::cancel(CancelRequest request) {
    return call([&](ReplyTo reply) { return CancelInput{std::move(request), std::move(reply)}; });
}

Result<Reply> Engine::control(ControlRequest request) {
    return call([&](ReplyTo reply) { return ControlInput{std::move(request), std::move(reply)}; });
}

Result<Reply> Engine::explain_run(ExplainRunRequest request) {
    return call([&](ReplyTo reply) { return ExplainRunInput{std::move(request), std::move(reply)}; });
}

Result<Reply> Engine::turn_pool(PoolRequest request) {
    return call([&](ReplyTo to) { return PoolInput{std::move(request), std::move(to)}; });
}

Result<Reply> Engine::pools(PoolsRequest request) {
    return call([&](ReplyTo to) { return PoolsInput{std::move(request), std::move(to)}; });
}

Result<Reply> Engine::set_winner(WinnerRequest request) {
    WinnerInput input;
    if (!request.model.empty()) {
        const Result<std::string> found = reads_.read("winner_candidate", {request.country, request.model});
        Result<Json> details = found ? json_from_text(*found) : Result<Json>(found.error());
        if (!details) {
            return details.error();
        }
        input.details = std::move(*details);
    }
    input.request = std::move(request);
    return call([&](ReplyTo to) {
        input.reply = std::move(to);
        return std::move(input);
    });
}

Result<Reply> Engine::end_alarm(AlarmRequest request) {
    return call([&](ReplyTo to) { return AlarmInput{std::move(request), std::move(to)}; });
}

Result<Reply> Engine::clear_cache(CacheRequest request) {
    return call([&](ReplyTo to) { return CacheInput{std::move(request), std::move(to)}; });
}

Result<Reply> Engine::retire(RetireRequest request) {
    return call([&](ReplyTo to) { return RetireInput{std::move(request), std::move(to)}; });
}

Result<Reply> Engine::decide(DecideRequest request) {
    const std::string id = std::to_string(request.approval);
    const Result<Reply> reply = call([&](ReplyTo to) { return DecideInput{std::move(request), std::move(to)}; });
    if (reply || reply.error().kind != ErrorKind::NotFound) {
        return reply;
    }
    // The conductor knows the open ones; what became of the others stands in the database.
    const Result<std::string> shown = reads_.read("approval_one", {id});
    const Result<Json> row = shown ? json_from_text(*shown) : Result<Json>(shown.error());
    if (!row || row->is_null()) {
        return row ? Result<Reply>(not_found("decide", "there is no approval " + id)) : Result<Reply>(row.error());
    }
    return conflict("decide", "approval " + id + " is " + text_member(*row, "state") + " already: " + text_member(*row, "reason"));
}

Result<Reply> Engine::redrive(RedriveRequest request) {
    return call([&](ReplyTo reply) { return RedriveInput{std::move(request), std::move(reply)}; });
}

Result<Reply> Engine::discard(DiscardRequest request) {
    const std::string letter = std::to_string(request.dead_letter);
    const bool dry_run = request.audit.dry_run;
    Result<Reply> reply = call([&](ReplyTo to) { return DiscardInput{std::move(request), std::move(to)}; });
    if (!reply || reply->replayed || dry_run) {
        return reply;
    }
    const Result<std::string> shown = reads_.read("dead_letter_one", {letter});
    return shown && *shown != "null" ? Reply{reply->status, *shown, reply->replayed, reply->on_record} : *reply;
}

Result<std::optional<Reply>> Engine::known_event(const PostedEvent& event) {
    // The conductor knows the latest ones; older ones stand in the database.
    const Result<std::string> stored = reads_.read("event_by_source", {event.source, event.ce_id});
    if (!stored) {
        return stored.error();
    }
    if (*stored == "null") {
        return std::optional<Reply>();
    }
    const Result<Json> read = json_from_text(*stored);
    if (!read) {
        return read.error();
    }
    const Json* data = member(*read, "data");
    if (!event.by.countries.contains(data == nullptr ? "" : text_member(*data, "country"))) {
        return std::optional(Reply{202, to_text(JsonObject{{"duplicate", true}})});
    }
    const Json* id = member(*read, "id");
    const Json* deliveries = member(*read, "deliveries");
    return std::optional(Reply{202, to_text(JsonObject{
        {"id", id == nullptr ? Json() : *id}, {"duplicate", true}, {"deliveries", deliveries == nullptr ? Json(JsonArray{}) : *deliveries}
    })});
}

Result<Reply> Engine::post_event(PostedEvent event) {
    Result<std::optional<Reply>> known = known_event(event);
    if (!known) {
        return known.error();
    }
    return call([&](ReplyTo reply) { return EventInput{std::move(event), std::move(reply), std::move(*known)}; });
}

Result<Reply> Engine::file_arrived(FileArrival file) {
    PostedEvent event;
    static_cast<Command&>(event) = std::move(static_cast<Command&>(file));
    event.ce_id = std::move(file.identity);
    event.source = "kontor/inbox";
    event.type = core::trigger::file_arrived;
    event.data = arrival_data(file.name, file.object, file.country);
    event.subject = std::move(file.name);
    Result<std::optional<Reply>> known = known_event(event);
    if (!known) {
        return known.error();
    }
    return call([&](ReplyTo reply) {
        return EventInput{std::move(event), std::move(reply), std::move(*known), std::move(file.effects)};
    });
}

Result<Reply> Engine::post_events(std::vector<PostedEvent> events) {
    // All of them are asked before the first is waited for: they share commits. What a failure leaves behind are events that
    // came in and others that did not; the same batch again brings in the rest and finds the others to be duplicates.
    std::vector<Answer> answers;
    for (PostedEvent& event : events) {
        Result<std::optional<Reply>> known = known_event(event);
        if (!known) {
            return known.error();
        }
        Result<Answer> answer = ask([&](ReplyTo reply) { return EventInput{std::move(event), std::move(reply), std::move(*known), {}}; });
        if (!answer) {
            return answer.error();
        }
        answers.push_back(std::move(*answer));
    }
    JsonArray items;
    bool on_record = true;
    int status = 200;  // unless one of them was taken in
    for (Answer& answer : answers) {
        const Result<Reply> reply = await(std::move(answer));
        if (!reply) {
            return reply.error();
        }
        Result<Json> body = json_from_text(reply->body);
        items.push_back(body ? std::move(*body) : Json());
        on_record = on_record && reply->on_record;
        status = std::max(status, reply->status);
    }
    return Reply{status, to_text(JsonObject{{"items", std::move(items)}}), false, on_record};
}

Result<Reply> Engine::replay(ReplayRequest request) {
    ReplayInput input;
    if (request.events.empty()) {
        const auto time = [](const std::optional<Instant>& at) { return at ? std::optional(to_iso(*at)) : std::nullopt; };
        const auto type = request.type.empty() ? std::nullopt : std::optional(request.type);
        const Result<std::string> found = reads_.read(
            "events_to_replay", {type, time(request.since), time(request.until), std::to_string(replayed_events_max + 1)}
        );
        const Result<Json> list = found ? json_from_text(*found) : Result<Json>(found.error());
        if (!list) {
            return list.error();
        }
        for (const Json& event : list->get_array()) {
            input.events.push_back(event_from(event));
        }
        if (input.events.size() > replayed_events_max) {
            return invalid("replay", "more than " + std::to_string(replayed_events_max) + " events fit: narrow 'since' and 'until'");
        }
    }
    for (const std::int64_t id : request.events) {
        const Result<std::string> found = reads_.read("event_one", {std::to_string(id)});
        if (!found) {
            return found.error();
        }
        if (*found == "null") {
            return not_found("replay", "there is no event " + std::to_string(id));
        }
        const Result<Json> event = json_from_text(*found);
        if (!event) {
            return event.error();
        }
        input.events.push_back(event_from(*event));
    }
    input.request = std::move(request);
    return call([&](ReplyTo reply) {
        input.reply = std::move(reply);
        return std::move(input);
    });
}

Result<Reply> Engine::explain_event(std::int64_t event) {
    const Result<std::string> found = reads_.read("event_one", {std::to_string(event)});
    if (!found) {
        return found.error();
    }
    if (*found == "null") {
        return not_found("explain", "there is no event " + std::to_string(event));
    }
    const Result<Json> read = json_from_text(*found);
    if (!read) {
        return read.error();
    }
    const Json* deliveries = member(*read, "deliveries");
    return call([&](ReplyTo reply) {
        return ExplainInput{event_from(*read), deliveries == nullptr ? Json() : *deliveries, std::move(reply)};
    });
}

Result<Reply> Engine::deploy(DeployRequest request) {
    std::string name = request.name;
    const std::string yaml = request.dry_run ? request.yaml : "";
    const bool dry_run = request.dry_run;
    const bool offered = !request.offered.empty();  // a folder wants no more than what is in force
    const Result<Reply> reply = call([&](ReplyTo to) { return DeployInput{std::move(request), std::move(to)}; });
    if (!reply || dry_run || offered) {
        return reply && dry_run ? with_changes(*reply, yaml) : reply;
    }
    if (const Result<Json> deployed = json_from_text(reply->body)) {
        name = text_member(*deployed, "name");
    }
    const Result<std::string> shown = reads_.read("workflow_one", {name});
    return shown && *shown != "null" ? Reply{reply->status, *shown, reply->replayed, reply->on_record} : *reply;
}

Result<Reply> Engine::pause_schedule(PauseRequest request) {
    return call([&](ReplyTo reply) { return PauseInput{std::move(request), std::move(reply)}; });
}

Result<Reply> Engine::run_schedule_now(RunScheduleRequest request) {
    return call([&](ReplyTo reply) { return RunScheduleInput{std::move(request), std::move(reply)}; });
}

Result<Reply> Engine::create_token(CreateTokenRequest request) {
    return call([&](ReplyTo reply) { return CreateTokenInput{std::move(request), std::move(reply)}; });
}

Result<Reply> Engine::revoke_token(RevokeTokenRequest request) {
    return call([&](ReplyTo reply) { return RevokeTokenInput{std::move(request), std::move(reply)}; });
}

Result<Reply> Engine::accept(AcceptRequest request) {
    return call([&](ReplyTo reply) { return AcceptInput{std::move(request), std::move(reply)}; });
}

void Engine::record(std::vector<ports::AuditRow> audit, std::vector<ports::TokenUse> uses) {
    {
        const std::lock_guard lock(inbox_mutex_);
        if (draining_ || stopping_ || inbox_.size() >= limits::inbox_max) {
            return;
        }
        inbox_.push_back(RecordInput{std::move(audit), std::move(uses)});
    }
    inbox_filled_.notify_one();
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
        {"database", options_.database},
        {"trouble", view_.trouble ? Json(JsonObject{{"since", to_iso(view_.trouble->since)}, {"what", view_.trouble->what}}) : Json()}
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
