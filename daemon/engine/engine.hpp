// The engine's thread around a Cycle, and the Api over it. The thread takes inputs from the inbox, waits for timers, and
// keeps the lease; nothing else changes runs.
//
// Owner: app. Threads: Api calls from any; the Cycle on the engine's own. stop() joins it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <future>
#include <list>
#include <mutex>
#include <thread>

#include "engine/cycle.hpp"
#include "ports/reads.hpp"

namespace kontor::engine {

struct EngineOptions {
    std::string holder;       // who leads: host, pid and a random part
    bool takeover = false;    // the former leader is known to be dead
    std::string version;
    std::string database;     // "embedded" or "external"
    std::vector<ports::Crash> crashes;  // attempts that took earlier processes down
    std::function<Instant()> now;
    // Time zones for previews. Thread: any.
    std::function<Result<std::shared_ptr<const core::schedule::Zone>>(std::string_view)> find_zone{};
    std::function<std::vector<std::string>()> zone_names{};
    // A fuller sentence of why the database takes no commit, from whoever runs it. Engine's thread; must not block.
    std::function<std::string(std::string)> explain_trouble{};
    // Deposed, or the database refuses a batch: the process must end. Engine's thread; must not block.
    std::function<void(const Error&)> fatal;
};

// A file that came into the inbox, by whichever way: its event is made here.
struct FileArrival : Command {
    std::string identity;  // of this very delivery; the same one again changes nothing
    std::string name;      // `DE/models/a.tar`
    std::string country;   // or "all"
    sdk::ObjectRef object;
    std::vector<sdk::Effect> effects;  // that recorded the object
};

class Engine : public Api {
 public:
    Engine(EngineOptions options, ConductorSettings settings, ports::Store& store, ports::Reads& reads);
    ~Engine() override;

    // Hand to the executor that attach() takes.
    ports::ExecutorEvents executor_events();
    void attach(ports::Executor& executor);

    // Takes the lead, recovers, starts the thread.
    // Errors: Conflict: somebody else leads (call again later); Unavailable.
    Result<void> start();
    // While held it leads and takes commands, but does not say that it is ready: the app has not deployed its workflows yet.
    void hold_ready(bool held) { ready_held_ = held; }
    // Stops new work, interrupts what runs, hands it back uncounted, resigns. Idempotent.
    // Returns false when an attempt did not stop within `grace`: its thread still runs.
    bool stop(Duration grace);

    // The event and the effects, in one commit.
    Result<Reply> file_arrived(FileArrival file);

    Result<Reply> submit(Submission submission) override;
    Result<Reply> cancel(CancelRequest request) override;
    Result<Reply> control(ControlRequest request) override;
    Result<Reply> explain_run(ExplainRunRequest request) override;
    Result<Reply> decide(DecideRequest request) override;
    Result<Reply> backfill(BackfillRequest request) override;
    Result<Reply> turn_backfill(BackfillOrder order) override;
    Result<Reply> turn_pool(PoolRequest request) override;
    Result<Reply> pools(PoolsRequest request) override;
    Result<Reply> set_winner(WinnerRequest request) override;
    Result<Reply> end_alarm(AlarmRequest request) override;
    Result<Reply> clear_cache(CacheRequest request) override;
    Result<Reply> retire(RetireRequest request) override;
    Result<Reply> redrive(RedriveRequest request) override;
    Result<Reply> discard(DiscardRequest request) override;
    Result<Reply> start_letter_job(LetterJobRequest request) override;
    Result<Reply> stop_letter_job(StopLetterJobRequest request) override;
    Result<Reply> post_event(PostedEvent event) override;
    Result<Reply> post_events(std::vector<PostedEvent> events) override;
    Result<Reply> replay(ReplayRequest request) override;
    Result<Reply> explain_event(std::int64_t event) override;
    Result<Reply> preview(const PreviewRequest& request) override;
    Result<Reply> deploy(DeployRequest request) override;
    Result<Reply> compare(const std::string& workflow, int from, int to) override;
    Result<Reply> pause_schedule(PauseRequest request) override;
    Result<Reply> run_schedule_now(RunScheduleRequest request) override;
    Result<Reply> create_token(CreateTokenRequest request) override;
    Result<Reply> revoke_token(RevokeTokenRequest request) override;
    Result<Reply> accept(AcceptRequest request) override;
    void record(std::vector<ports::AuditRow> audit, std::vector<ports::TokenUse> uses) override;
    Result<std::string> read(std::string_view query, const std::vector<std::optional<std::string>>& params) override;
    Json status() const override;
    bool ready() const override;
    std::string metrics() const override;
    std::shared_ptr<void> listen(ChangeListener listener) override;

 private:
    struct Trouble {  // the database has taken no commit since
        Instant since;
        std::string what;
    };
    struct View {  // what status() and metrics() show; copied after a cycle
        Counters counters;
        Gauges gauges;
        std::int64_t seq = 0;
        std::int64_t inbox = 0;
        std::int64_t commit_failures = 0;
        std::optional<Trouble> trouble;
    };
    void run();
    bool wait_for_work();
    void after_step(const Result<void>& stepped);
    void post(Input input);
    using Answer = std::future<Result<Reply>>;
    Result<Answer> ask(const std::function<Input(ReplyTo)>& make);
    Result<Reply> await(Answer answer) const;
    Result<Reply> call(std::function<Input(ReplyTo)> make);
    Result<std::optional<Reply>> known_event(const PostedEvent& event);
    // plan.cpp: adds what differs from the text in force.
    Result<Reply> with_changes(const Reply& plan, const std::string& yaml);
    // letters_api.cpp
    Result<std::vector<std::int64_t>> selected_letters(const LetterSelection& wanted, const Countries& seen);
    Result<Reply> preview_letter_job(const LetterJobRequest& request, const std::vector<std::int64_t>& letters);
    Result<core::schedule::Schedule> schedule_of(const PreviewRequest& wanted) const;
    void publish(const std::shared_ptr<const Change>& change);
    void keep_lease();
    void give_up(const Error& error);
    void refresh_view();

    EngineOptions options_;
    Budget budget_;
    ParseWorkflow parse_;
    Conductor conductor_;
    ports::Store& store_;
    ports::Reads& reads_;
    ports::Executor* executor_ = nullptr;
    std::unique_ptr<Cycle> cycle_;

    std::mutex inbox_mutex_;
    std::condition_variable inbox_filled_;
    std::vector<Input> inbox_;
    bool draining_ = true;   // commands are refused: it does not lead yet, or it is stopping
    bool stopping_ = false;  // the thread ends once the inbox is empty

    mutable std::mutex view_mutex_;
    View view_;
    // One who listens. Its mutex is held while it is called, and recursive: a listener may destroy its own handle.
    struct Listening {
        std::recursive_mutex mutex;
        ChangeListener call;  // empty once its handle is gone
    };
    struct Listeners {
        std::mutex mutex;
        std::list<std::shared_ptr<Listening>> all;
    };
    std::shared_ptr<Listeners> listeners_ = std::make_shared<Listeners>();  // shared with the handles
    std::atomic<bool> ready_{false};
    std::atomic<bool> ready_held_{false};
    std::atomic<ports::Epoch> epoch_{0};
    Instant started_at_{};
    Instant lease_renewed_{};
    Instant view_refreshed_{};
    bool view_stale_ = false;  // something was done since
    Duration backoff_{0};
    bool deposed_ = false;
    std::thread thread_;
};

}  // namespace kontor::engine
