// The single writer's mind: all active runs in memory, and what each input changes. No IO, no clock, no threads: the Cycle
// feeds it, commits the batch it builds, and carries out its actions only then. The simulator drives the same object.
//
//   handle(input, now) ...  ->  take_batch(now), take_actions()  ->  Commit  ->  the actions are carried out
// Owner and thread: the Cycle's.
#pragma once

#include <map>
#include <memory>
#include <queue>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/run/control.hpp"
#include "engine/active_run.hpp"
#include "engine/alarm_desk.hpp"
#include "engine/approval_desk.hpp"
#include "engine/backfill_desk.hpp"
#include "engine/cache_desk.hpp"
#include "engine/conductor_types.hpp"
#include "engine/letter_job.hpp"
#include "engine/slot_desk.hpp"
#include "engine/trigger_desk.hpp"

namespace kontor::engine {

class Conductor {
 public:
    using LetterState = ports::Store::DeadLetterState;
    using Letter = ports::DeadLetterRow;
    using MaybeEnded = std::optional<ports::EndedRun>;
    using Events = std::vector<ports::EventRow>;
    explicit Conductor(ConductorSettings settings);
    // Takes over what the snapshot holds. Attempts that were running are lost, but for those that took the process down: they
    // have failed. A run that cannot be restored is ended as failed with the reason, so that one bad row does not stop others.
    void recover(ports::Snapshot snapshot, ports::Leadership leadership, Instant now, const std::vector<ports::Crash>& crashes = {});

    // Inputs that need no more than memory. RedriveInput and DiscardInput go to the two calls below.
    void handle(Input input, Instant now);
    // `ended` is given when the letter's run is not active. Requires: everything handled before has been committed.
    void redrive(RedriveInput input, const LetterState& letter, MaybeEnded ended, Events events, Instant now);
    void discard(DiscardInput input, const LetterState& letter, MaybeEnded ended, Instant now);
    // `ended` is given when the run is not active; `letters` for commands that end or reopen instances, which need everything
    // handled before to have been committed.
    void control(ControlInput input, MaybeEnded ended, const std::vector<ports::OpenLetter>& letters, Instant now);
    void explain_run(ExplainRunInput input, const std::optional<ports::EndedRun>& ended, Instant now);
    bool is_active(ports::RunId run) const;
    std::optional<Input> next_letter(Instant now) const;  // what a job over many letters is to do now
    void letter_gone(std::int64_t job, std::int64_t letter, const Error& why, Instant now);  // it cannot be read

    void on_time(Instant now);  // due timers and schedule ticks
    std::optional<Instant> next_wakeup() const;  // when on_time must be called next, if nothing else happens

    // Fills free slots and gives the rows of everything that changed; an empty batch means that there is nothing to commit.
    ports::Batch take_batch(Instant now);
    Actions take_actions();  // of the batch just taken: carried out once it is stored

    // True after a DrainInput: no new attempts.
    bool draining() const { return draining_; }
    ports::Seq seq() const { return seq_; }
    void set_listening(bool listening) { listening_ = listening; }
    void set_budget(Budget budget) { settings_.budget = budget; }
    const Counters& counters() const { return counters_; }
    Gauges gauges() const;
    // First broken invariant, empty when all hold. For tests.
    std::string check_invariants() const;

 private:
    friend class RestoreCheck;
    friend class Alarms;            // what readings raise and end
    friend class Backfills;         // runs for many periods
    friend class PartitionTelling;  // what becomes of countries across runs
    friend class ResultCache;       // results that are kept
    friend class RunStart;          // whether a run may begin
    friend class Slots;             // which of them begin

    // conductor.cpp
    std::int64_t next_id() { return ++last_id_; }
    void submit(SubmitInput input, Instant now);
    void cancel(CancelInput input, Instant now);
    void finished(FinishedInput input, Instant now);
    void progressed(ProgressInput input);
    bool answered_before(const IdempotencyKey& key, ReplyTo& reply);
    void answer(const IdempotencyKey& key, ReplyTo& reply, Result<Reply> result, Instant now);
    // It was done: its answer is kept under its key, and it goes on record. `resource`: what it made, if its path does not name it.
    void carried_out(const Command& command, ReplyTo& reply, Reply given, Instant now, const std::string& correlation = "", const std::string& resource = "");
    core::run::World world() const;

    // runs.cpp
    Result<ports::RunId> create_run(NewRun wanted, Instant now);
    Result<std::shared_ptr<const core::dag::Workflow>> deployed(const std::string& workflow, const std::string& command) const;
    ActiveRun& keep(core::run::Run run, ports::RunRow row, bool inserted);
    void refresh_row(ActiveRun& active) const;  // as the run stands now
    Reply run_reply(ports::RunId run);
    int running_in(const std::string& group) const;
    void start_run(ActiveRun& active, Instant now);
    void start_queued(Instant now);
    void cancel_run(ports::RunId run, const std::string& reason, Instant now);
    void absorb(ActiveRun& active, core::run::Changes changes, Instant now);
    void run_finished(ActiveRun& active, Instant now);
    void settle_parent(const ports::RunRow& child, Json outputs, Instant now);
    void open_dead_letter(ActiveRun& active, const core::run::DeadLetter& dead, Instant now);
    std::int64_t id_of(ActiveRun& active, core::run::Index index);
    ActiveRun* find(ports::RunId run);
    Result<ActiveRun*> adopt(const ports::EndedRun& ended, bool newest_definition, Instant now, core::run::Changes& changes);
    // control.cpp, explain_run.cpp
    core::run::Control::Moves carry_out(core::run::Run& run, const ControlRequest& wanted, Instant now, core::run::Changes& changes) const;
    void end_letters(const ActiveRun& active, const ControlRequest& wanted, const std::vector<ports::OpenLetter>& letters, Instant now);
    std::string group_sentence(const ActiveRun& active) const;
    bool is_newest(const ActiveRun& active) const;
    Result<ActiveRun*> run_of_letter(const RedriveRequest& wanted, const Letter& letter, const MaybeEnded& ended, Instant now, core::run::Changes& changes);
    // Tries it on a copy of the run: what would run, and with which input.
    Result<Reply> preview_redrive(const RedriveRequest& wanted, const ActiveRun& active, core::run::Index index, Instant now) const;
    Result<Reply> redrive_task(const RedriveRequest& wanted, const Letter& letter, const MaybeEnded& ended, Instant now, std::string& correlation);
    Result<Reply> redrive_delivery(const RedriveRequest& wanted, const Letter& letter, const Events& events, Instant now, std::string& correlation);
    Result<Reply> give_up(const DiscardRequest& wanted, const LetterState& letter, const MaybeEnded& ended, Instant now);
    // letter_jobs.cpp
    void start_letter_job(LetterJobInput input, Instant now);
    void stop_letter_job(StopLetterJobInput input, Instant now);
    Json store_letter_job(LetterJob& each, Instant now);  // as the API shows it; one that is over is forgotten
    void letter_handled(std::int64_t job, const ports::DeadLetterRow& letter, const Result<Reply>& done, Instant now);
    void watch_canaries(Instant now);
    // approvals.cpp, dispatch.cpp
    void ask_approval(ActiveRun& active, core::run::Index index, const Json& input, Instant now);
    void decide(DecideInput input, Instant now);
    void close_approval(std::int64_t id, const std::string& state, const std::string& decision, const std::string& reason, Instant now);
    void withdraw_approval(ports::TaskId task, const std::string& reason, Instant now);  // if it has one
    void look_after_approvals(Instant now);
    void recover_approvals(const ports::Snapshot& snapshot);
    void tell_of_approval(std::string_view type, const OpenApproval& approval, Instant now);
    Result<void> may_end_approvals(const ControlRequest& wanted, const std::vector<core::run::Move>& moves) const;
    void fill_slots(Instant now);
    bool start_native(ActiveRun& active, core::run::Index index, Instant now);
    void start_attempt(ActiveRun& active, core::run::Index index, InFlight flight, Instant now);
    static bool is_native(const std::string& uses);  // carried out here, without an attempt
    void emit_event(ActiveRun& active, core::run::Index index, const Json& input, Instant now);
    void start_child(ActiveRun& active, core::run::Index index, const Json& input, Instant now);
    void start_sleep(ActiveRun& active, core::run::Index index, Instant now);
    int type_number(const std::string& uses);

    // winners.cpp
    void set_winner(WinnerInput input, Instant now);
    bool take_winner(const ActiveRun& active, const sdk::WinnerChosen& chosen, Instant now);  // false: a pinned one stays
    void tell_of_winner(std::string_view type, const std::string& country, JsonObject data, const ports::EventRow& like, Instant now);
    // events.cpp, deliveries.cpp, explain.cpp
    void post_event(EventInput input, Instant now);
    void emit(ports::EventRow event, Instant now);
    void emit_finished(ActiveRun& active, Instant now);
    std::vector<ports::DeliveryRow> route(const ports::EventRow& event, const Routing& routing, Instant now);
    void record_effects(ActiveRun& active, core::run::Index index, std::vector<sdk::Effect> effects, Instant now);
    ports::DeliveryRow deliver(const core::trigger::Event& event, const core::trigger::Verdict& verdict, const Listener& listener, bool replayed, Instant now);
    Result<ports::RunId> start(const Listener& listener, std::span<const core::trigger::Event> events, const std::string& group, Instant now);
    std::vector<ports::DeliveryRow> start_group(const core::trigger::Group& group, Instant now);
    void start_due_groups(Instant now);
    void regroup(const core::dag::Workflow& workflow, Instant now);
    void mark(ports::DeliveryRow delivery);
    void open_delivery_letter(const core::trigger::Group& group, const std::string& fault, Instant now);
    std::vector<core::trigger::Group> recover_waiting(const ports::Snapshot& snapshot);
    std::optional<Listener> listener(const std::string& workflow, const std::string& trigger) const;
    std::vector<Listener> listeners() const;
    void replay(ReplayInput input, Instant now);
    void explain(ExplainInput input, Instant now);
    Json foreseen(const ports::EventRow& event, const Routing& routing) const;

    // definitions.cpp, plan.cpp
    void deploy(DeployInput input, Instant now);
    void retire(RetireInput input, Instant now);
    Json plan_of(const core::dag::Workflow& next, Instant now) const;
    static JsonArray schedule_changes(const core::dag::Workflow* before, const core::dag::Workflow& after, Instant now);
    std::string lost_by(const core::dag::Workflow& next) const;
    void install(std::shared_ptr<const core::dag::Workflow> workflow, Instant now, const ports::ScheduleRow* known, bool store);
    // schedules.cpp, access.cpp
    void pause_schedule(PauseInput input, Instant now);
    void run_schedule_now(RunScheduleInput input, Instant now);
    void tick(ScheduleState& state, Instant now);
    void tick_one(ScheduleState& state, Instant at, Instant now);
    bool start_waiting_ticks(Instant now);  // whether there was one
    std::vector<ports::RunId> runs_of(const ScheduleState& state) const;
    Result<ports::RunId> fire(const ScheduleState& state, Instant at, Instant now, std::string_view by);
    void create_token(CreateTokenInput input, Instant now);
    void revoke_token(RevokeTokenInput input, Instant now);
    void accept(AcceptInput input, Instant now);
    void record(RecordInput input);

    // recovery.cpp, redrive.cpp
    void recover_definitions(const ports::Snapshot& snapshot, Instant now);
    void recover_runs(const ports::Snapshot& snapshot, const std::vector<ports::Crash>& crashes, Instant now);
    void end_running(ActiveRun& active, const std::vector<ports::Crash>& crashes, Instant now, core::run::Changes& changes);
    std::string rebuild(const ports::RunRow& row, std::vector<core::run::StoredInstance> rows, Instant now, std::vector<Rebuilt>& rebuilt);
    void end_unrestorable(const ports::RunRow& row, const std::string& fault, const std::vector<const ports::LiveTaskRow*>& live, Instant now);
    // rows.cpp
    void write_rows(Instant now);
    void write_instance(ActiveRun& active, core::run::Index index, Instant now);
    Json run_change(const ActiveRun& active) const;
    Json task_change(const ActiveRun& active, const core::run::Instance& instance) const;

    ConductorSettings settings_;
    bool draining_ = false, listening_ = false;
    Instant time_told_{};  // to on_time
    ports::Epoch epoch_ = 0;
    std::int64_t seq_ = 0, last_id_ = 0;
    std::map<ports::RunId, std::unique_ptr<ActiveRun>> runs_;  // ordered: the oldest queued run of a group starts first
    std::unordered_map<std::string, std::shared_ptr<const core::dag::Workflow>> deployed_;      // by name
    std::unordered_map<std::string, std::weak_ptr<const core::dag::Workflow>> by_hash_;
    std::unordered_map<std::string, std::string> offered_;  // by name: the hash that a folder deployed last
    std::map<std::pair<std::string, std::string>, ScheduleState> schedules_;                     // by workflow, trigger
    TriggerDesk desk_;
    ApprovalDesk approvals_;
    std::map<std::int64_t, LetterJob> letter_jobs_;                                              // that are not over
    PartitionDesk partitions_;
    BackfillDesk backfills_;
    CacheDesk cache_;
    std::unordered_map<std::string, Json> winners_;                                              // by country
    std::map<std::int64_t, ports::TokenRow> tokens_;                                             // not revoked
    std::unordered_map<std::string, ports::IdempotencyRow> idempotency_;
    Instant idempotency_swept_{};
    // (source, id) of events posted lately; older ones are found in the database before they come here.
    static constexpr std::size_t recent_events_max = 100'000;
    std::unordered_set<std::string> recent_events_, older_events_;  // this generation, the one before
    AlarmDesk alarms_;
    std::unordered_map<ports::TaskId, InFlight> running_;
    std::unordered_map<ports::TaskId, Place> awaiting_children_;
    SlotDesk slots_;
    std::unordered_map<std::string, int> type_numbers_;
    std::vector<TypeSpeed> speeds_;
    std::priority_queue<std::pair<Instant, ports::RunId>, std::vector<std::pair<Instant, ports::RunId>>, std::greater<>> timers_;

    ports::Batch batch_;
    Actions actions_;
    std::vector<Place> touched_;
    std::vector<ports::RunId> dirty_runs_, finished_runs_;
    std::vector<std::string> freed_groups_;  // a run of theirs ended: perhaps a queued one may start
    std::uint64_t lives_ = 0;
    std::vector<std::shared_ptr<const core::dag::Workflow>> pinned_;  // kept while runs are recovered: by_hash_ does not own
    JsonArray progress_changes_;
    Counters counters_;
};
}  // namespace kontor::engine
