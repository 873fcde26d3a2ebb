// What the doors (HTTP, command line) may ask of the engine: use cases, not tables.
// A mutation answers once it is committed. Every one honours an Idempotency-Key: the same request again gets the first
// answer again, another request under the same key is refused. Thread: any; calls block for about one commit (bounded by api_wait_max).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "engine/alarm_requests.hpp"
#include "engine/cache_requests.hpp"
#include "engine/approval_requests.hpp"
#include "engine/backfill_requests.hpp"
#include "engine/letter_requests.hpp"
#include "engine/pool_requests.hpp"
#include "engine/run_requests.hpp"
#include "engine/winner_requests.hpp"
#include "ports/access.hpp"
#include "ports/ids.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::engine {

// A mutation waits this long for its commit, then answers Timeout (the command may still be carried out).
inline constexpr Duration api_wait_max = std::chrono::seconds(30);

struct Submission : Command {
    std::string workflow;
    Json params = JsonObject{};
    std::string correlation;  // empty: a new one
    int priority = 0;
};

struct DeployRequest : Command {
    std::string name;  // must be the text's own; empty: whatever it says
    std::string yaml;
    std::string if_match{};  // only if this is the hash in force; empty: whatever is
    bool dry_run = false;    // say what it would change
    bool force = false;      // also if something that waits is lost by it
    std::string offered{};   // by a folder: the text's hash; nothing is done if the folder deployed it last. Answers {name, in_force}.
};
// Taking it out of use: no run of it is started any more, by whomever; runs that go on do so, and its versions stay. Deploying it again brings it back.
struct RetireRequest : Command {
    std::string name;
    std::string reason;
    bool dry_run = false;    // say what would end
    bool force = false;      // also if something that waits is lost by it
};
// Where an Error{Conflict} of deploy() arose whose if_match did not fit any more.
inline constexpr std::string_view moved_on = "if-match";

// Of a schedule, by workflow and trigger.
struct PauseRequest : Command {
    std::string workflow;
    std::string trigger;
    bool paused = false;
};
struct RunScheduleRequest : Command {
    std::string workflow;
    std::string trigger;
};

// How much of a token's hash is shown, to tell tokens apart.
inline constexpr std::size_t token_fingerprint_digits = 8;
// The secret itself never comes here.
struct CreateTokenRequest : Command {
    std::string name;
    std::string hash;  // SHA-256 of the secret
    Role role = Role::None;
    Countries countries;
    std::optional<Instant> expires_at;
};
struct RevokeTokenRequest : Command {
    std::int64_t token = 0;
};

// Of what another room carries out, or has opened for the asker and shows once it is on record.
struct AcceptRequest : Command {
    std::string answer;  // JSON, sent with 202
    ports::RunId run = 0;  // of the effects, as is the task
    ports::TaskId task = 0;
    std::vector<sdk::Effect> effects{};
};

struct PostedEvent : Command {
    std::string ce_id;
    std::string source;
    std::string type;
    std::string subject;
    std::optional<Instant> time;
    Json data;
    std::string correlation;  // extension attribute; empty: a new one
    Json extensions{};        // the other extension attributes, an object; null: none
};

// Stored events that triggers are to see again.
struct ReplayRequest : Command {
    std::vector<std::int64_t> events;      // these; or, when empty, those that fit what follows
    std::string type;
    std::optional<Instant> since;          // by the event's own time
    std::optional<Instant> until;
    std::string workflow;                  // offered to this workflow's triggers alone; empty: to all
    std::string trigger;
    bool dry_run = false;                  // say what would happen
};
inline constexpr std::size_t replayed_events_max = 1000;

// The next ticks of a schedule: of a deployed one, or of one that is written here.
struct PreviewRequest {
    std::string workflow;  // empty: what follows is the schedule
    std::string trigger;
    std::string cron;      // or `every`
    std::string every;
    std::string timezone;
    std::string gap;       // words of the workflow language; empty: its defaults
    std::string fold;
    std::string business_days;
    std::vector<std::string> holidays;
    std::optional<Instant> from;     // after this; nullopt: after now
    int count = 10;
    std::vector<std::string> zones;  // shown in these besides the schedule's own; "all": in every one
};

// A reply as the API sends it, also kept under the Idempotency-Key.
struct Reply {
    int status = 200;
    std::string body;  // JSON
    bool replayed = false;   // the first answer under its key: nothing was done now
    bool on_record = false;  // its audit row was committed with it, or with the first answer under its key
};

// One commit's visible changes; what /v1/stream sends.
struct Change {
    ports::Epoch epoch = 0;
    ports::Seq seq = 0;
    Json data;  // {"seq", "at", "runs": [...], "tasks": [...], "progress": [...]}, see proto/README.md
};
using ChangeListener = std::function<void(std::shared_ptr<const Change>)>;  // conductor's thread; must not block

class Api {
 public:
    virtual ~Api() = default;

    virtual Result<Reply> submit(Submission submission) = 0;
    virtual Result<Reply> cancel(CancelRequest request) = 0;
    virtual Result<Reply> control(ControlRequest request) = 0;
    virtual Result<Reply> explain_run(ExplainRunRequest request) = 0;
    virtual Result<Reply> decide(DecideRequest request) = 0;
    virtual Result<Reply> backfill(BackfillRequest request) = 0;
    virtual Result<Reply> turn_backfill(BackfillOrder order) = 0;
    virtual Result<Reply> turn_pool(PoolRequest request) = 0;
    virtual Result<Reply> pools(PoolsRequest request) = 0;
    virtual Result<Reply> set_winner(WinnerRequest request) = 0;
    virtual Result<Reply> end_alarm(AlarmRequest request) = 0;
    virtual Result<Reply> clear_cache(CacheRequest request) = 0;
    virtual Result<Reply> redrive(RedriveRequest request) = 0;
    virtual Result<Reply> discard(DiscardRequest request) = 0;
    virtual Result<Reply> start_letter_job(LetterJobRequest request) = 0;
    virtual Result<Reply> stop_letter_job(StopLetterJobRequest request) = 0;
    virtual Result<Reply> post_event(PostedEvent event) = 0;
    // Each is accepted for itself: the answer's items stand in the order of the events.
    virtual Result<Reply> post_events(std::vector<PostedEvent> events) = 0;
    virtual Result<Reply> replay(ReplayRequest request) = 0;
    // What became of an event at every trigger, in a sentence each.
    virtual Result<Reply> explain_event(std::int64_t event) = 0;
    virtual Result<Reply> preview(const PreviewRequest& request) = 0;
    virtual Result<Reply> deploy(DeployRequest request) = 0;
    virtual Result<Reply> retire(RetireRequest request) = 0;
    // What differs between two versions of a workflow.
    virtual Result<Reply> compare(const std::string& workflow, int from, int to) = 0;
    virtual Result<Reply> pause_schedule(PauseRequest request) = 0;
    virtual Result<Reply> run_schedule_now(RunScheduleRequest request) = 0;
    virtual Result<Reply> create_token(CreateTokenRequest request) = 0;
    virtual Result<Reply> revoke_token(RevokeTokenRequest request) = 0;
    // Puts on record, and keeps under its key, what the asker will do next unless the answer is a replayed one.
    virtual Result<Reply> accept(AcceptRequest request) = 0;
    // For the record: commands that were refused, and when tokens were used. Committed with the next batch; never blocks.
    // Lost when this daemon does not lead, or ends before.
    virtual void record(std::vector<ports::AuditRow> audit, std::vector<ports::TokenUse> uses) = 0;

    // Named read queries (ports/reads.hpp) as JSON text.
    virtual Result<std::string> read(std::string_view query, const std::vector<std::optional<std::string>>& params) = 0;
    // {version, leader, epoch, seq, runs, pools, queue}: from memory, never blocks.
    virtual Json status() const = 0;
    // True once this daemon leads and has recovered, and the database answered lately.
    virtual bool ready() const = 0;
    // Prometheus text of the engine's counters.
    virtual std::string metrics() const = 0;

    // Until the returned handle is destroyed, which may be at any time and from any thread, also from within the listener:
    // afterwards the listener is not called again. The handle may outlive the Api.
    virtual std::shared_ptr<void> listen(ChangeListener listener) = 0;
};

}  // namespace kontor::engine
