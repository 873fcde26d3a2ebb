// The whole engine on a database of its own, put together as app/daemon.cpp does: embedded PostgreSQL, store, engine,
// thread pool. What is added looks on only: when a body starts, and when a run's end is in the database.
// Owner: main. Thread: one measuring thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "embedded_pg/cluster.hpp"
#include "engine/engine.hpp"
#include "exec/thread_pool_executor.hpp"
#include "objects/local_objects.hpp"
#include "store_pg/store_pg.hpp"

namespace kontor::bench {

using Clock = std::chrono::steady_clock;

// The real store, and a note of every commit that ended a run.
class WatchedStore final : public ports::Store {
 public:
    explicit WatchedStore(std::unique_ptr<ports::Store> store) : store_(std::move(store)) {}

    Result<ports::Leadership> lead(const std::string& holder, bool takeover) override { return store_->lead(holder, takeover); }
    Result<void> renew(ports::Epoch epoch) override { return store_->renew(epoch); }
    Result<void> resign(ports::Epoch epoch) override { return store_->resign(epoch); }
    Result<ports::Snapshot> load(Instant now) override { return store_->load(now); }
    Result<ports::EndedRun> load_ended(ports::RunId run) override { return store_->load_ended(run); }
    Result<DeadLetterState> load_dead_letter(std::int64_t id) override { return store_->load_dead_letter(id); }
    Result<std::vector<ports::OpenLetter>> open_letters(ports::RunId run) override { return store_->open_letters(run); }
    Result<std::optional<ports::EventRow>> load_event(std::int64_t id) override { return store_->load_event(id); }
    void begin_commit(const ports::Batch& batch) override;
    std::optional<Result<void>> finish_commit(Duration wait_max) override;
    Result<ports::Seq> committed(ports::Epoch epoch) override { return store_->committed(epoch); }

    // Waits until the end of this run is committed. Throws when it did not succeed, or not within a minute.
    Clock::time_point wait_for_end(ports::RunId run);

    struct Totals {
        std::int64_t commits = 0;
        Clock::duration in_commit{0};
    };
    Totals totals();

 private:
    struct End {
        Clock::time_point at;
        std::string state;
    };
    std::unique_ptr<ports::Store> store_;
    std::mutex mutex_;
    std::condition_variable ended_;
    std::map<ports::RunId, End> ends_;
    Totals totals_;
    // Of the commit under way; the engine's thread only.
    Clock::time_point begun_;
    std::vector<std::pair<ports::RunId, std::string>> ending_;
};

class Plant {
 public:
    // Throws std::runtime_error with a sentence.
    explicit Plant(const std::filesystem::path& folder);
    ~Plant();
    Plant(const Plant&) = delete;
    Plant& operator=(const Plant&) = delete;

    void deploy(const std::string& yaml);
    ports::RunId submit(const std::string& workflow);
    // As many clients would at once; returns when all are answered.
    std::vector<ports::RunId> submit_together(const std::string& workflow, int count);
    Clock::time_point wait_for_end(ports::RunId run) { return store_->wait_for_end(run); }
    // When the latest body started.
    Clock::time_point last_body() const { return Clock::time_point(Clock::duration(body_started_.load())); }
    // CPU seconds used so far: by this process (engine and thread pool), and by PostgreSQL's.
    static double own_cpu();
    double server_cpu() const;
    WatchedStore::Totals commits() { return store_->totals(); }
    // VACUUM ANALYZE and CHECKPOINT, so that a round does not pay for the one before it.
    void tidy();

 private:
    std::atomic<Clock::rep> body_started_{0};
    std::unique_ptr<embedded_pg::EmbeddedCluster> cluster_;
    sdk::TaskRegistry tasks_;
    std::unique_ptr<WatchedStore> store_;
    std::unique_ptr<ports::Reads> reads_;
    std::unique_ptr<ports::LogSink> logs_;
    std::unique_ptr<objects::LocalObjects> objects_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<exec::ThreadPoolExecutor> executor_;
};

}  // namespace kontor::bench
