// Gathers outcomes until a worker has nothing more to start, so that a stream of short tasks costs the conductor one
// call per batch. Counts what is still owed. Thread: any. Owner: ThreadPoolExecutor.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

#include "exec/job.hpp"

namespace kontor::exec {

// A batch is handed over when it is this long, however much work is waiting.
inline constexpr std::size_t outcomes_batch_max = 256;

class Outbox {
 public:
    explicit Outbox(std::function<void(std::vector<ports::Finished>)> deliver);

    // `count` outcomes more are owed.
    void owe(std::size_t count);
    // Ensures: returns how many wait now; flush() hands them over.
    std::size_t put(ports::Finished finished);
    // Requires: no lock is held that `deliver` could need.
    void flush();
    // False when `deadline` passed before every owed outcome was handed over.
    bool wait_until_settled(SteadyClock::time_point deadline);

 private:
    const std::function<void(std::vector<ports::Finished>)> deliver_;
    std::mutex mutex_;
    std::condition_variable settled_;
    std::vector<ports::Finished> waiting_;
    std::size_t owed_ = 0;
};

}  // namespace kontor::exec
