#include "exec/thread_pool_executor.hpp"

#include <pthread.h>

#include <algorithm>

#include "exec/run_attempt.hpp"

namespace kontor::exec {
namespace {

// Computing yields to answering: the API's threads keep the daemon's own niceness.
constexpr int compute_niceness = 5;

PoolShape compute_shape(int cores) { return {"cpu", cores, cores, cores, compute_niceness}; }
PoolShape io_shape(int slots) { return {"io", slots, std::min(slots, 2), slots, 0}; }

}  // namespace

ThreadPoolExecutor::ThreadPoolExecutor(
    const sdk::TaskRegistry& tasks, ports::ObjectStore& objects, ports::LogSink& logs, Settings settings,
    ports::ExecutorEvents events, PoolSizes sizes, Redaction redaction, Resuming resuming
)
    : settings_(std::move(settings)),
      redaction_(std::move(redaction)),
      resuming_(std::move(resuming)),
      world_{tasks, objects, logs, settings_, redaction_, std::move(events.progressed), resuming_.checkpoints, resuming_.program},
      outbox_(std::move(events.finished)),
      compute_(
          compute_shape(sizes.cores), [this](Job& job) { return run_attempt(job, world_); }, outbox_,
          [this](SteadyClock::time_point when) { wake_at(when); }
      ),
      io_(
          io_shape(sizes.io_slots), [this](Job& job) { return run_attempt(job, world_); }, outbox_,
          [this](SteadyClock::time_point when) { wake_at(when); }
      ),
      timer_([this] { keep_time(); }) {}

ThreadPoolExecutor::~ThreadPoolExecutor() {
    compute_.shut_down();
    io_.shut_down();
    outbox_.flush();
    outbox_.wait_until_settled(SteadyClock::time_point::max());
    {
        const std::lock_guard lock(timer_mutex_);
        timer_ends_ = true;
    }
    timer_changed_.notify_all();
    timer_.join();
}

void ThreadPoolExecutor::start(std::vector<ports::Dispatch> dispatches) {
    std::vector<JobPtr> compute;
    std::vector<JobPtr> io;
    for (ports::Dispatch& dispatch : dispatches) {
        const bool computes = dispatch.pool == sdk::Pool::Compute;
        auto job = std::make_shared<Job>(std::move(dispatch));
        job->weight = computes ? job->dispatch.cores : 1;
        (computes ? compute : io).push_back(std::move(job));
    }
    if (!compute.empty()) {
        compute_.push(std::move(compute));
    }
    if (!io.empty()) {
        io_.push(std::move(io));
    }
}

void ThreadPoolExecutor::cancel(ports::AttemptKey key) {
    if (!compute_.cancel(key)) {
        io_.cancel(key);
    }
}

std::vector<ports::AttemptKey> ThreadPoolExecutor::stop(Duration grace) {
    const auto deadline = SteadyClock::now() + std::min<Duration>(grace, std::chrono::hours(24));
    compute_.shut_down();
    io_.shut_down();
    outbox_.flush();
    if (outbox_.wait_until_settled(deadline)) {
        return {};
    }
    std::vector<ports::AttemptKey> left = compute_.unfinished();
    const std::vector<ports::AttemptKey> left_io = io_.unfinished();
    left.insert(left.end(), left_io.begin(), left_io.end());
    return left;
}

void ThreadPoolExecutor::wake_at(SteadyClock::time_point when) {
    {
        const std::lock_guard lock(timer_mutex_);
        if (when >= next_tick_) {
            return;
        }
        next_tick_ = when;
    }
    timer_changed_.notify_one();
}

void ThreadPoolExecutor::keep_time() {
    pthread_setname_np(pthread_self(), "kontor-timer");
    std::unique_lock lock(timer_mutex_);
    while (!timer_ends_) {
        if (SteadyClock::now() < next_tick_) {
            // Waiting until time_point::max() would overflow inside the library: an hour is as good.
            timer_changed_.wait_until(lock, std::min(next_tick_, SteadyClock::now() + std::chrono::hours(1)));
            continue;
        }
        next_tick_ = SteadyClock::time_point::max();
        lock.unlock();
        outbox_.flush();
        const auto now = SteadyClock::now();
        const auto next = std::min(compute_.tick(now), io_.tick(now));
        lock.lock();
        next_tick_ = std::min(next_tick_, next);
    }
}

}  // namespace kontor::exec
