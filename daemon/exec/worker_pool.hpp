// Threads that run attempts within a budget: the weights of the running ones never add up to more.
// First come, first served: a wide attempt at the head waits until it fits, and nothing overtakes it.
// Thread: any. Owner: ThreadPoolExecutor.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <condition_variable>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "exec/crash_file.hpp"
#include "exec/outbox.hpp"

namespace kontor::exec {

// A queue in which nothing has started for this long gets all idle threads woken, and more threads, up to threads_max.
inline constexpr std::chrono::milliseconds stall_before_growth{1};

struct PoolShape {
    std::string name;      // of its threads: cpu, io
    int budget = 1;        // sum of weights
    int threads_min = 1;   // started at once
    int threads_max = 1;   // no more than `budget` is ever useful
    int niceness = 0;      // added to the daemon's own
};

class WorkerPool {
 public:
    using Run = std::function<sdk::Outcome(Job&)>;
    // Asks for a tick() at that time or earlier. Must not block.
    using Wake = std::function<void(SteadyClock::time_point)>;

    WorkerPool(PoolShape shape, Run run, Outbox& outbox, Wake wake);
    // Shuts down and waits for every running attempt.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    // After shut_down() a job is interrupted instead of run.
    void push(std::vector<JobPtr> jobs);
    // False when it holds no such attempt.
    bool cancel(ports::AttemptKey key);
    // Stops what is past its deadline; wakes and adds threads when the queue has stalled.
    // Ensures: returns when it wants to be called again.
    SteadyClock::time_point tick(SteadyClock::time_point now);
    // Interrupts what is queued and asks what is running to stop.
    void shut_down();
    std::vector<ports::AttemptKey> unfinished();

 private:
    struct KeyHash {
        std::size_t operator()(const ports::AttemptKey& key) const {
            return std::hash<std::int64_t>()(key.task) * 31U + static_cast<std::size_t>(key.attempt);
        }
    };

    void work(WorkerPlace& place);
    bool head_fits();
    JobPtr take();
    void release(Job& job);
    void interrupt_queued(Job& job);
    void add_thread();

    const PoolShape shape_;
    const Run run_;
    Outbox& outbox_;
    const Wake wake_;

    std::mutex mutex_;
    std::condition_variable work_to_do_;
    std::deque<JobPtr> queue_;  // may hold taken ones at its front: cancelled before they ran
    std::unordered_map<ports::AttemptKey, JobPtr, KeyHash> jobs_;  // queued and running
    std::vector<JobPtr> running_;
    std::vector<std::thread> threads_;
    SteadyClock::time_point earliest_deadline_ = SteadyClock::time_point::max();
    std::uint64_t started_ = 0;
    std::uint64_t started_at_last_tick_ = 0;
    int free_ = 0;
    int idle_ = 0;
    bool stopping_ = false;
};

}  // namespace kontor::exec
