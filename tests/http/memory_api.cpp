#include "http/memory_api.hpp"

#include "base/sha256.hpp"

namespace kontor::http_test {

using engine::Reply;

void MemoryApi::note(std::string line) { calls_.push_back(std::move(line)); }

Json MemoryApi::run_json(const Run& run) const {
    return JsonObject{
        {"id", run.id},
        {"workflow", run.workflow},
        {"state", "running"},
        {"params", run.params},
        {"correlation", run.correlation},
    };
}

std::optional<Result<Reply>> MemoryApi::kept_reply(const engine::IdempotencyKey& key) {
    last_key_ = key;
    const auto found = kept_.find(key.key);
    if (key.key.empty() || found == kept_.end()) {
        return std::nullopt;
    }
    if (found->second.fingerprint != key.fingerprint) {
        return Result<Reply>(invalid("submit", "this Idempotency-Key was used with another body"));
    }
    return Result<Reply>(found->second.reply);
}

Result<Reply> MemoryApi::submit(engine::Submission submission) {
    const std::lock_guard lock(mutex_);
    note("submit " + submission.workflow + " by " + submission.by.name);
    last_command_ = submission;
    if (auto kept = kept_reply(submission.idempotency)) {
        return *kept;
    }
    if (submission.workflow == "absent") {
        return not_found("submit", "there is no workflow 'absent'");
    }
    if (const Json* trials = member(submission.params, "trials");
        trials != nullptr && !trials->is_int64()) {
        Error error = invalid("submit", "the parameters do not fit");
        error.details.push_back({"/params/trials", "must be an integer"});
        return error;
    }
    const auto id = static_cast<std::int64_t>(runs_.size()) + 1;
    const std::string correlation =
        submission.correlation.empty() ? "c" + std::to_string(id) : submission.correlation;
    const Run run{id, submission.workflow, correlation, submission.params};
    runs_[id] = run;
    const Reply reply{201, to_text(run_json(run))};
    if (!submission.idempotency.key.empty()) {
        kept_[submission.idempotency.key] = {submission.idempotency.fingerprint, reply};
    }
    return reply;
}

Result<Reply> MemoryApi::cancel(engine::CancelRequest request) {
    const std::lock_guard lock(mutex_);
    note(
        "cancel " + std::to_string(request.run) + " " + request.country + " " + request.task + " " +
        request.reason
    );
    last_key_ = request.idempotency;
    last_command_ = request;
    if (!runs_.contains(request.run)) {
        return not_found("cancel", "there is no run " + std::to_string(request.run));
    }
    return Reply{202, R"({"cancelled":1})"};
}

Result<Reply> MemoryApi::control(engine::ControlRequest request) {
    const std::lock_guard lock(mutex_);
    const char* words[] = {"pause", "resume", "retry", "skip", "done", "rerun"};
    note(
        std::string(words[static_cast<int>(request.verb)]) + " " + std::to_string(request.run) + " " + request.country + " " +
        request.task + " " + request.item + (request.kill ? " kill" : "") +
        (request.outputs.is_null() ? "" : " " + to_text(request.outputs)) + " " + request.reason + (request.dry_run ? " dry" : "")
    );
    last_key_ = request.idempotency;
    last_command_ = request;
    if (!runs_.contains(request.run)) {
        return not_found("control", "there is no run " + std::to_string(request.run));
    }
    return Reply{200, R"({"count":1})"};
}

Result<Reply> MemoryApi::explain_run(engine::ExplainRunRequest request) {
    const std::lock_guard lock(mutex_);
    note("explain run " + std::to_string(request.run) + " " + request.country + " " + request.task);
    return Reply{200, R"({"items":[]})"};
}

Result<Reply> MemoryApi::decide(engine::DecideRequest request) {
    const std::lock_guard lock(mutex_);
    note(
        "decide " + std::to_string(request.approval) + (request.approve ? " approve " : " reject ") + request.comment +
        (request.dry_run ? " dry" : "")
    );
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{200, R"({"state":"approved"})"};
}

Result<Reply> MemoryApi::backfill(engine::BackfillRequest request) {
    const std::lock_guard lock(mutex_);
    std::string line = "backfill " + request.workflow;
    for (const std::string& period : request.periods) {
        line += " " + period;
    }
    for (const std::string& country : request.countries) {
        line += " " + country;
    }
    note(
        line + " x" + std::to_string(request.max_parallel) + " priority " + std::to_string(request.priority) +
        (request.missing_only ? " missing" : "") + (request.dry_run ? " dry" : "")
    );
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{request.dry_run ? 200 : 201, R"({"id":5})"};
}

Result<Reply> MemoryApi::turn_backfill(engine::BackfillOrder order) {
    const std::lock_guard lock(mutex_);
    const char* verb = order.verb == engine::BackfillVerb::Pause    ? "pause"
                       : order.verb == engine::BackfillVerb::Resume ? "resume"
                                                                    : "cancel";
    note(std::string(verb) + " backfill " + std::to_string(order.backfill) + (order.runs ? " runs" : "") + (order.dry_run ? " dry" : ""));
    last_key_ = order.idempotency;
    last_command_ = order;
    return Reply{200, R"({"id":5})"};
}

Result<Reply> MemoryApi::turn_pool(engine::PoolRequest request) {
    const std::lock_guard lock(mutex_);
    note(
        std::string(request.remove ? "remove" : "set") + " pool " + request.name + " " + (request.slots ? std::to_string(*request.slots) : "none") +
        " weight " + std::to_string(request.weight) + (request.reason.empty() ? "" : " " + request.reason) + (request.dry_run ? " dry" : "")
    );
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{200, R"({"name":"warehouse"})"};
}

Result<Reply> MemoryApi::pools(engine::PoolsRequest request) {
    const std::lock_guard lock(mutex_);
    note("pools(" + request.name + "," + request.countries.filter().value_or("-") + ")");
    return Reply{200, request.name.empty() ? R"({"items":[{"name":"warehouse"}]})" : R"({"name":"warehouse"})"};
}

Result<Reply> MemoryApi::set_winner(engine::WinnerRequest request) {
    const std::lock_guard lock(mutex_);
    note(
        "winner " + request.country + " " + request.model + (request.pin ? " pin " : " ") + request.reason + (request.dry_run ? " dry" : "")
    );
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{200, R"({"model":"m-1"})"};
}

Result<Reply> MemoryApi::end_alarm(engine::AlarmRequest request) {
    const std::lock_guard lock(mutex_);
    note("alarm " + request.country + " " + request.alarm + " " + request.reason + (request.dry_run ? " dry" : ""));
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{200, R"({"model":"m-1"})"};
}

Result<Reply> MemoryApi::clear_cache(engine::CacheRequest request) {
    const std::lock_guard lock(mutex_);
    note("cache " + request.workflow + " " + request.task + " " + request.country + (request.dry_run ? " dry" : ""));
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{200, R"({"count":1})"};
}

Result<Reply> MemoryApi::retire(engine::RetireRequest request) {
    const std::lock_guard lock(mutex_);
    note("retire " + request.name + " " + request.reason + (request.force ? " force" : "") + (request.dry_run ? " dry" : ""));
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{200, R"({"name":"train"})"};
}

Result<Reply> MemoryApi::redrive(engine::RedriveRequest request) {
    const std::lock_guard lock(mutex_);
    note(
        "redrive " + std::to_string(request.dead_letter) +
        (request.newest_definition ? " newest" : " pinned") + (request.with.is_null() ? "" : " " + to_text(request.with)) +
        (request.dry_run ? " dry" : "")
    );
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{202, R"({"run":1,"task_id":2})"};
}

Result<Reply> MemoryApi::discard(engine::DiscardRequest request) {
    const std::lock_guard lock(mutex_);
    note("discard " + std::to_string(request.dead_letter) + " " + request.reason);
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{200, R"({"state":"discarded"})"};
}

Result<Reply> MemoryApi::start_letter_job(engine::LetterJobRequest request) {
    const std::lock_guard lock(mutex_);
    const engine::LetterSelection& chosen = request.selection;
    note(
        std::string(request.discard ? "discard" : "redrive") + " many " + chosen.workflow + "|" + chosen.task + "|" + chosen.country + "|" +
        chosen.failure_class + "|" + chosen.fingerprint + "|" + to_text(chosen.older_than) + "|" + to_text(chosen.newer_than) +
        (request.canary ? " canary" : "") + " " + std::to_string(request.per_minute) + (request.newest_definition ? " newest" : "") +
        (request.with.is_null() ? "" : " " + to_text(request.with)) + " " + request.reason + (request.dry_run ? " dry" : "")
    );
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{202, R"({"id":9,"state":"running"})"};
}

Result<Reply> MemoryApi::stop_letter_job(engine::StopLetterJobRequest request) {
    const std::lock_guard lock(mutex_);
    note("stop job " + std::to_string(request.job) + " " + request.reason);
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{200, R"({"id":9,"state":"stopped"})"};
}

Result<Reply> MemoryApi::post_event(engine::PostedEvent event) {
    const std::lock_guard lock(mutex_);
    note(
        "event " + event.ce_id + " " + event.source + " " + event.type + " " + to_text(event.data) +
        (event.extensions.is_null() ? "" : " " + to_text(event.extensions))
    );
    last_command_ = event;
    if (auto kept = kept_reply(event.idempotency)) {
        return *kept;
    }
    return Reply{202, R"({"id":7,"duplicate":false,"deliveries":[]})"};
}

Result<Reply> MemoryApi::post_events(std::vector<engine::PostedEvent> events) {
    const std::lock_guard lock(mutex_);
    std::string line = "events";
    for (const engine::PostedEvent& event : events) {
        line += " " + event.ce_id + " " + to_text(event.data);
        last_key_ = event.idempotency;
    }
    note(line);
    return Reply{202, R"({"items":[]})"};
}

Result<Reply> MemoryApi::replay(engine::ReplayRequest request) {
    const std::lock_guard lock(mutex_);
    std::string line = "replay";
    for (const std::int64_t event : request.events) {
        line += " " + std::to_string(event);
    }
    note(line + " " + request.type + " to " + request.workflow + "/" + request.trigger + (request.dry_run ? " dry" : ""));
    last_key_ = request.idempotency;
    return Reply{202, R"({"items":[]})"};
}

Result<Reply> MemoryApi::explain_event(std::int64_t event) {
    const std::lock_guard lock(mutex_);
    note("explain " + std::to_string(event));
    return Reply{200, R"({"triggers":[]})"};
}

Result<Reply> MemoryApi::preview(const engine::PreviewRequest& request) {
    const std::lock_guard lock(mutex_);
    std::string line = "preview " + request.workflow + "/" + request.trigger + " '" + request.cron + "' " + request.timezone + " " +
                       std::to_string(request.count);
    for (const std::string& zone : request.zones) {
        line += " " + zone;
    }
    note(line);
    return Reply{200, R"({"items":[]})"};
}

Result<Reply> MemoryApi::compare(const std::string& workflow, int from, int to) {
    const std::lock_guard lock(mutex_);
    note("compare " + workflow + " " + std::to_string(from) + " " + std::to_string(to));
    return Reply{200, R"({"changes":[]})"};
}

Result<Reply> MemoryApi::deploy(engine::DeployRequest request) {
    const std::lock_guard lock(mutex_);
    const std::string& name = request.name;
    note("deploy " + name + " " + std::to_string(request.yaml.size()));
    last_key_ = request.idempotency;
    last_command_ = request;
    if (request.yaml.find("workflow: " + name) == std::string::npos) {
        Error error = invalid("deploy", "the workflow does not fit");
        error.details.push_back({"1:1", "must say 'workflow: " + name + "'"});
        return error;
    }
    return Reply{200, to_text(JsonObject{{"name", name}})};
}

Result<Reply> MemoryApi::pause_schedule(engine::PauseRequest request) {
    const std::lock_guard lock(mutex_);
    note((request.paused ? "pause " : "resume ") + request.workflow + " " + request.trigger);
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{200, to_text(JsonObject{{"paused", request.paused}})};
}

Result<Reply> MemoryApi::run_schedule_now(engine::RunScheduleRequest request) {
    const std::lock_guard lock(mutex_);
    note("tick " + request.workflow + " " + request.trigger);
    last_key_ = request.idempotency;
    last_command_ = request;
    return Reply{201, R"({"id":9})"};
}

Result<Reply> MemoryApi::create_token(engine::CreateTokenRequest request) {
    const std::lock_guard lock(mutex_);
    note("token " + request.name + " " + std::string(to_string(request.role)));
    last_key_ = request.idempotency;
    last_command_ = request;
    if (auto kept = kept_reply(request.idempotency)) {
        return *kept;
    }
    const auto id = static_cast<std::int64_t>(tokens_.size()) + 1;
    JsonArray countries;
    for (const std::string& country : request.countries.list()) {
        countries.emplace_back(country);
    }
    tokens_[request.hash] = JsonObject{
        {"id", id},
        {"name", request.name},
        {"hash", request.hash},
        {"role", to_string(request.role)},
        {"countries", request.countries.is_all() ? Json(nullptr) : Json(countries)},
        {"expires_at", request.expires_at ? Json(to_iso(*request.expires_at)) : Json(nullptr)}};
    const Reply reply{
        201,
        to_text(JsonObject{{"id", id}, {"name", request.name}, {"fingerprint", request.hash.substr(0, 8)}}),
        false,
        true};
    if (!request.idempotency.key.empty()) {
        kept_[request.idempotency.key] = {request.idempotency.fingerprint, reply};
    }
    return reply;
}

Result<Reply> MemoryApi::revoke_token(engine::RevokeTokenRequest request) {
    const std::lock_guard lock(mutex_);
    note("revoke " + std::to_string(request.token));
    last_key_ = request.idempotency;
    last_command_ = request;
    std::erase_if(tokens_, [&](const auto& entry) { return entry.second.at("id") == request.token; });
    return Reply{200, R"({"id":1})", false, true};
}

Result<Reply> MemoryApi::accept(engine::AcceptRequest request) {
    const std::lock_guard lock(mutex_);
    note("accept " + request.audit.route);
    last_command_ = request;
    if (auto kept = kept_reply(request.idempotency)) {
        return *kept;
    }
    const Reply reply{202, request.answer, false, true};
    if (!request.idempotency.key.empty()) {
        kept_[request.idempotency.key] = {request.idempotency.fingerprint, {202, request.answer, true, true}};
    }
    return reply;
}

void MemoryApi::record(std::vector<ports::AuditRow> audit, std::vector<ports::TokenUse> /*uses*/) {
    const std::lock_guard lock(mutex_);
    recorded_.insert(recorded_.end(), audit.begin(), audit.end());
}

void MemoryApi::give_token(std::string secret, std::string role, Json countries, Json expires_at) {
    const std::lock_guard lock(mutex_);
    const std::string hash = sha256_hex(secret);
    tokens_[hash] = JsonObject{
        {"id", static_cast<std::int64_t>(tokens_.size()) + 1},
        {"name", secret},
        {"hash", hash},
        {"role", role},
        {"countries", std::move(countries)},
        {"expires_at", std::move(expires_at)}};
}

void MemoryApi::take_token(const std::string& secret) {
    const std::lock_guard lock(mutex_);
    tokens_.erase(sha256_hex(secret));
}

std::vector<ports::AuditRow> MemoryApi::recorded() const {
    const std::lock_guard lock(mutex_);
    return recorded_;
}

engine::Command MemoryApi::last_command() const {
    const std::lock_guard lock(mutex_);
    return last_command_;
}

Result<std::string> MemoryApi::read(
    std::string_view query, const std::vector<std::optional<std::string>>& params
) {
    std::unique_lock lock(mutex_);
    if (query == "tokens_in_force") {
        JsonArray tokens;
        for (const auto& [hash, token] : tokens_) {
            tokens.push_back(token);
        }
        return to_text(JsonObject{{"items", std::move(tokens)}});
    }
    std::string line = "read " + std::string(query) + "(";
    for (std::size_t i = 0; i < params.size(); ++i) {
        line += (i == 0 ? "" : ",") + params[i].value_or("-");
    }
    note(line + ")");
    if (holding_) {
        ++held_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return !holding_; });
        --held_;
    }
    if (read_error_) {
        return *std::exchange(read_error_, std::nullopt);
    }
    if (read_answer_) {
        return *read_answer_;
    }
    if (query == "run_one") {
        const auto found = runs_.find(std::stoll(params.at(0).value_or("0")));
        return found == runs_.end() ? std::string("null") : to_text(run_json(found->second));
    }
    if ((query == "dead_letter_one" || query == "letter_job_one" || query == "approval_one" || query == "backfill_one" || query == "review_one" ||
         query == "report_one" || query == "run_scope") && params.back()) {
        return std::string("null");  // nothing here lies in a country of its own
    }
    if (query == "report_one" || query == "report_as_of") {
        return std::string(R"({"id":7,"country":"DE","period":"2026-11","version":2,"run":3,"object":{"key":"report/reports/3/DE/x","sha256":"ab","bytes":4}})");
    }
    if (query == "lineage_predictions") {
        return std::string(R"({"report":7,"country":"DE","version":2,"run":3,"task":4,"model":"m-1","object":{"key":"prediction/infer/3/DE/x","sha256":"ab","bytes":4}})");
    }
    if (query == "lineage_asked") {
        return std::string(R"(["b"])");
    }
    if (query == "report_status") {
        return std::string(R"({"items":[{"country":"DE","period":"2020-11","filed":null},{"country":"FR","period":"2020-11","filed":{"id":1}}],"next":null})");
    }
    JsonArray items;
    if (query == "runs_page") {
        for (const auto& [id, run] : runs_) {
            items.push_back(run_json(run));
        }
    }
    return to_text(JsonObject{{"items", std::move(items)}, {"next", nullptr}});
}

Json MemoryApi::status() const {
    const std::lock_guard lock(mutex_);
    return JsonObject{{"leader", true}, {"epoch", epoch_}, {"seq", seq_}};
}

bool MemoryApi::ready() const {
    const std::lock_guard lock(mutex_);
    return ready_;
}

std::string MemoryApi::metrics() const {
    return "# HELP kontor_commits_total Commits.\n# TYPE kontor_commits_total "
           "counter\nkontor_commits_total 3\n";
}

std::shared_ptr<void> MemoryApi::listen(engine::ChangeListener listener) {
    const std::lock_guard lock(listeners_->mutex);
    const int id = listeners_->next++;
    listeners_->all[id] = std::move(listener);
    return std::shared_ptr<void>(nullptr, [id, listeners = listeners_](void*) {
        const std::lock_guard guard(listeners->mutex);
        listeners->all.erase(id);
    });
}

void MemoryApi::change(
    std::int64_t run, std::int64_t task, const std::string& state, const std::string& correlation
) {
    publish({JsonObject{{"id", task}, {"run", run}, {"state", state}, {"correlation", correlation}}}
    );
}

void MemoryApi::publish(JsonArray tasks) {
    auto change = std::make_shared<engine::Change>();
    {
        const std::lock_guard lock(mutex_);
        change->epoch = epoch_;
        change->seq = ++seq_;
    }
    change->data = JsonObject{
        {"seq", change->seq},
        {"at", "2026-11-22T14:05:00.000000Z"},
        {"runs", JsonArray{}},
        {"tasks", std::move(tasks)},
        {"progress", JsonArray{}},
    };
    const std::lock_guard lock(listeners_->mutex);
    for (const auto& [id, listener] : listeners_->all) {
        listener(change);
    }
}

void MemoryApi::begin_epoch() {
    const std::lock_guard lock(mutex_);
    ++epoch_;
}

void MemoryApi::set_ready(bool ready) {
    const std::lock_guard lock(mutex_);
    ready_ = ready;
}

void MemoryApi::fail_reads(Error error) {
    const std::lock_guard lock(mutex_);
    read_error_ = std::move(error);
}

void MemoryApi::answer_reads(std::string text) {
    const std::lock_guard lock(mutex_);
    read_answer_ = std::move(text);
}

void MemoryApi::hold() {
    const std::lock_guard lock(mutex_);
    holding_ = true;
}

void MemoryApi::release() {
    {
        const std::lock_guard lock(mutex_);
        holding_ = false;
    }
    changed_.notify_all();
}

bool MemoryApi::wait_held(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return held_ >= count; });
}

std::vector<std::string> MemoryApi::calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
}

engine::IdempotencyKey MemoryApi::last_key() const {
    const std::lock_guard lock(mutex_);
    return last_key_;
}

std::size_t MemoryApi::listeners() const {
    const std::lock_guard lock(listeners_->mutex);
    return listeners_->all.size();
}

}  // namespace kontor::http_test
