#include "live/batcher.hpp"

#include <algorithm>
#include <new>

#include "live/priority.hpp"

namespace kontor::live {
namespace {

template <class Value>
void append(std::vector<std::vector<Value>>& to, const std::vector<std::vector<Value>>& more) {
    to.resize(std::max(to.size(), more.size()));
    for (std::size_t column = 0; column < more.size(); ++column) {
        to[column].insert(to[column].end(), more[column].begin(), more[column].end());
    }
}

void append(ml::Table& to, const ml::Table& more) {
    to.ids.insert(to.ids.end(), more.ids.begin(), more.ids.end());
    append(to.text, more.text);
    append(to.numeric, more.numeric);
    append(to.categorical, more.categorical);
}

}  // namespace

Batcher::Batcher(BatcherLimits limits) : limits_(limits) {
    for (int i = 0; i < std::max(limits_.threads, 1); ++i) {
        threads_.emplace_back([this] {
            yield_to_answers();
            work();
        });
    }
}

Batcher::~Batcher() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    to_do_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

Result<void> Batcher::predict(const LoadedPtr& loaded, const ml::Table& rows, ml::Scores& out) {
    Job job;
    job.loaded = loaded;
    job.rows = &rows;
    job.out = &out;
    job.count = rows.rows();
    return wait_for(job);
}

Result<void> Batcher::carry_out(std::size_t rows, const std::function<void()>& work) {
    Job job;
    job.work = &work;
    job.count = rows;
    return wait_for(job);
}

Result<void> Batcher::wait_for(Job& job) {
    std::unique_lock lock(mutex_);
    // A request alone always fits: what it may hold is bounded where it is read.
    if (queued_rows_ > 0 && queued_rows_ + job.count > limits_.queue_rows_max) {
        ++counts_.refused;
        return unavailable(
            "live", std::to_string(queued_rows_) + " rows wait already, which is as many as this daemon lets wait: try again shortly"
        );
    }
    queue_.push_back(&job);
    queued_rows_ += job.count;
    to_do_.notify_one();
    done_.wait(lock, [&job] { return job.done; });
    if (!job.fault.empty()) {
        return internal("live.predict", job.fault);
    }
    return {};
}

// Requires: the lock, and something in the queue.
std::vector<Batcher::Job*> Batcher::take() {
    std::vector<Job*> taken{queue_.front()};
    queue_.pop_front();
    std::size_t rows = taken.front()->count;
    const Loaded* model = taken.front()->loaded.get();
    for (auto at = queue_.begin(); model != nullptr && at != queue_.end();) {
        if ((*at)->loaded.get() == model && rows + (*at)->count <= limits_.batch_rows_max) {
            rows += (*at)->count;
            taken.push_back(*at);
            at = queue_.erase(at);
        } else {
            ++at;
        }
    }
    queued_rows_ -= rows;
    counts_.rows += rows;
    ++counts_.batches;
    return taken;
}

void Batcher::compute(const std::vector<Job*>& jobs) {
    const Job& first = *jobs.front();
    if (first.work != nullptr) {
        (*first.work)();
        return;
    }
    if (jobs.size() == 1) {
        first.loaded->model->predict(*first.rows, *first.out);
        return;
    }
    ml::Table all;
    for (const Job* job : jobs) {
        append(all, *job->rows);
    }
    ml::Scores scores;
    first.loaded->model->predict(all, scores);
    std::size_t row = 0;
    for (const Job* job : jobs) {
        const auto begin = scores.values.begin() + static_cast<std::ptrdiff_t>(row * scores.classes);
        job->out->classes = scores.classes;
        job->out->values.assign(begin, begin + static_cast<std::ptrdiff_t>(job->count * scores.classes));
        row += job->count;
    }
}

void Batcher::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        to_do_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) {
            return;
        }
        const std::vector<Job*> jobs = take();
        lock.unlock();
        std::string fault;
        try {
            compute(jobs);
        } catch (const sdk::TaskFailure& failure) {
            fault = failure.reason();
        } catch (const std::exception& error) {
            fault = error.what();
        }
        lock.lock();
        for (Job* job : jobs) {
            job->fault = fault;
            job->done = true;
        }
        done_.notify_all();
    }
}

Batcher::Counts Batcher::counts() const {
    const std::lock_guard lock(mutex_);
    Counts counts = counts_;
    counts.waiting = queued_rows_;
    return counts;
}

}  // namespace kontor::live
