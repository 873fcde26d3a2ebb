// The threads that compute live predictions. A free thread takes everything that waits for one model, up to a batch: under load
// requests are computed together, and without load none of them waits for another.
// Thread: any. Owner: Predictor; destroyed after the last call has returned.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "live/loaded.hpp"

namespace kontor::live {

struct BatcherLimits {
    int threads = 1;
    std::size_t queue_rows_max = 10'000;  // more rows than these do not wait: their callers hear 503
    std::size_t batch_rows_max = 512;     // a row of the widest model fits into a core's cache so many times
};

class Batcher {
 public:
    explicit Batcher(BatcherLimits limits);
    ~Batcher();
    Batcher(const Batcher&) = delete;
    Batcher& operator=(const Batcher&) = delete;

    // Replaces `out` by the probabilities of the rows. Blocks.
    // Errors: Unavailable (the queue is full), Internal (what the model threw).
    Result<void> predict(const LoadedPtr& loaded, const ml::Table& rows, ml::Scores& out);
    // Carries out `work`, which counts as so many rows, on one of the threads. Blocks. Errors: as above.
    Result<void> carry_out(std::size_t rows, const std::function<void()>& work);

    struct Counts {
        std::uint64_t rows = 0;
        std::uint64_t batches = 0;
        std::uint64_t refused = 0;
        std::size_t waiting = 0;
    };
    Counts counts() const;

 private:
    struct Job {
        LoadedPtr loaded;              // nullptr: `work` instead
        const ml::Table* rows = nullptr;
        ml::Scores* out = nullptr;
        const std::function<void()>* work = nullptr;
        std::size_t count = 0;
        bool done = false;
        std::string fault;
    };
    Result<void> wait_for(Job& job);
    std::vector<Job*> take();
    static void compute(const std::vector<Job*>& jobs);
    void work();

    const BatcherLimits limits_;
    mutable std::mutex mutex_;
    std::condition_variable to_do_;
    std::condition_variable done_;
    std::deque<Job*> queue_;
    std::size_t queued_rows_ = 0;
    Counts counts_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace kontor::live
