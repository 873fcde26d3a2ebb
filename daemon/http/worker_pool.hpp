// Threads for handlers, because calls of the engine block. The queue is bounded: what does not fit
// is refused at once, and its caller hears 503, instead of waiting behind everybody else. Thread:
// submit from any; owned by the server.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kontor::http {

class WorkerPool {
  public:
    WorkerPool(std::size_t threads, std::size_t queue_max);
    ~WorkerPool() { stop(); }
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    // False when the queue is full or the pool stops. Requires: `job` throws nothing.
    bool submit(std::function<void()> job);
    // Finishes what was accepted, then joins. Idempotent; not from a job.
    void stop();
    std::size_t waiting() const;

  private:
    void work();

    const std::size_t queue_max_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> queue_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace kontor::http
