// One dispatched attempt while it is queued or running. Owner: the worker pool that holds it.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <stop_token>

#include "ports/executor.hpp"

namespace kontor::exec {

using SteadyClock = std::chrono::steady_clock;

enum class StopCause { None, Asked, TimedOut };

struct Job {
    explicit Job(ports::Dispatch what) : dispatch(std::move(what)) {}

    // The first cause counts. Runs the task's stop callbacks: call it without holding a lock.
    // Thread: any.
    void ask_to_stop(StopCause why) {
        StopCause none = StopCause::None;
        cause.compare_exchange_strong(none, why);
        stop.request_stop();
    }

    ports::Dispatch dispatch;
    std::stop_source stop;
    std::atomic<StopCause> cause{StopCause::None};

    // Guarded by the pool's mutex.
    int weight = 1;       // of the pool's budget
    bool taken = false;   // out of the queue: running, or cancelled before it ran
    SteadyClock::time_point deadline = SteadyClock::time_point::max();
};

using JobPtr = std::shared_ptr<Job>;

}  // namespace kontor::exec
