// Runs attempts on threads of the daemon: a compute pool with a budget of cores, and an io pool with slots.
// Why threads: a no-op costs a microsecond, a model is trained where its data is, and nothing else need be installed.
// Thread: any. Owner: app. Everything in Surroundings outlives it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "exec/worker_pool.hpp"
#include "exec/attempt_context.hpp"

namespace kontor::exec {

struct PoolSizes {
    int cores = 1;      // budget of the compute pool: XGBoost threads running never exceed it
    int io_slots = 32;  // attempts of the io pool at a time; its threads are made as they are needed
};

// Where attempts keep how far they are, and whose they are: a checkpoint of another program is not gone on from.
struct Resuming {
    ports::Checkpoints* checkpoints = nullptr;  // null: none are kept
    std::string program{};
};

class ThreadPoolExecutor final : public ports::Executor {
 public:
    ThreadPoolExecutor(
        const sdk::TaskRegistry& tasks, ports::ObjectStore& objects, ports::LogSink& logs, Settings settings,
        ports::ExecutorEvents events, PoolSizes sizes, Redaction redaction = {}, Resuming resuming = {}
    );
    // Waits for every running attempt, however long: a process that stop() could not empty leaves by _exit.
    ~ThreadPoolExecutor() override;
    ThreadPoolExecutor(const ThreadPoolExecutor&) = delete;
    ThreadPoolExecutor& operator=(const ThreadPoolExecutor&) = delete;

    void start(std::vector<ports::Dispatch> dispatches) override;
    void cancel(ports::AttemptKey key) override;
    // Attempts that are started afterwards are interrupted at once. May be called again.
    std::vector<ports::AttemptKey> stop(Duration grace) override;

 private:
    void wake_at(SteadyClock::time_point when);
    void keep_time();

    const Settings settings_;
    const Redaction redaction_;
    const Resuming resuming_;
    const Surroundings world_;
    Outbox outbox_;

    std::mutex timer_mutex_;
    std::condition_variable timer_changed_;
    SteadyClock::time_point next_tick_ = SteadyClock::time_point::max();
    bool timer_ends_ = false;

    WorkerPool compute_;
    WorkerPool io_;
    std::thread timer_;
};

}  // namespace kontor::exec
