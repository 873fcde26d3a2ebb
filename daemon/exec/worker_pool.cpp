#include "exec/worker_pool.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "base/check.hpp"

namespace kontor::exec {
namespace {

// An outcome that took longer than this is handed over at once: it does not belong to a stream of short ones.
constexpr std::chrono::microseconds short_task{500};
// Threads woken for new jobs, however many jobs there are: short ones are done before a third thread of two cores would have
// run, and every thread woken for nothing costs more than they do. If the jobs turn out to be long, tick() wakes the others.
const std::size_t wake_at_once = std::max(2U, std::thread::hardware_concurrency());
// Outcomes that wait for a batch wait no longer than this.
constexpr std::chrono::milliseconds batch_wait_max{1};

}  // namespace

WorkerPool::WorkerPool(PoolShape shape, Run run, Outbox& outbox, Wake wake)
    : shape_(std::move(shape)), run_(std::move(run)), outbox_(outbox), wake_(std::move(wake)), free_(shape_.budget) {
    KONTOR_CHECK(shape_.budget >= 1 && shape_.threads_min >= 1 && shape_.threads_max >= shape_.threads_min);
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < shape_.threads_min; ++i) {
        add_thread();
    }
}

WorkerPool::~WorkerPool() {
    shut_down();
    // No thread is added from now on.
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

void WorkerPool::add_thread() {
    threads_.emplace_back([this] {
        WorkerPlace place(shape_.name);
        if (shape_.niceness != 0) {
            // On Linux this is the thread's own niceness: computing must not slow the answers of the API.
            setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), getpriority(PRIO_PROCESS, 0) + shape_.niceness);
            // And whatever wakes to answer takes the core at once; threads that a task starts inherit both.
            const sched_param none{};
            sched_setscheduler(0, SCHED_BATCH, &none);
        }
        work(place);
    });
}

void WorkerPool::push(std::vector<JobPtr> jobs) {
    std::size_t accepted = 0;
    std::size_t interrupted = 0;
    std::size_t to_wake = 0;
    bool may_stall = false;
    {
        const std::lock_guard lock(mutex_);
        for (JobPtr& job : jobs) {
            job->weight = std::clamp(job->weight, 1, shape_.budget);
            const bool is_new = jobs_.emplace(job->dispatch.key, job).second;
            if (!is_new) {
                continue;
            }
            outbox_.owe(1);
            if (stopping_) {
                interrupt_queued(*job);
                ++interrupted;
            } else {
                queue_.push_back(std::move(job));
                ++accepted;
            }
        }
        to_wake = std::min({accepted, static_cast<std::size_t>(idle_), wake_at_once});
        // An idle thread may have been woken for an earlier job already, so the whole queue is compared.
        may_stall = queue_.size() > to_wake;
    }
    for (std::size_t i = 0; i < to_wake; ++i) {
        work_to_do_.notify_one();
    }
    if (may_stall) {
        wake_(SteadyClock::now() + stall_before_growth);
    }
    if (interrupted > 0) {
        wake_(SteadyClock::now());
    }
}

// The outcome is left in the outbox: the caller's thread must not be called back.
void WorkerPool::interrupt_queued(Job& job) {
    job.taken = true;
    const ports::AttemptKey key = job.dispatch.key;
    outbox_.put({key, sdk::Interrupted{}});
    jobs_.erase(key);
}

bool WorkerPool::cancel(ports::AttemptKey key) {
    JobPtr running;
    {
        const std::lock_guard lock(mutex_);
        const auto found = jobs_.find(key);
        if (found == jobs_.end()) {
            return false;
        }
        if (found->second->taken) {
            running = found->second;
        } else {
            const JobPtr queued = found->second;
            interrupt_queued(*queued);
        }
    }
    if (running != nullptr) {
        running->ask_to_stop(StopCause::Asked);
        return true;
    }
    // It may have been a wide one at the head that kept others waiting.
    work_to_do_.notify_all();
    wake_(SteadyClock::now());
    return true;
}

SteadyClock::time_point WorkerPool::tick(SteadyClock::time_point now) {
    std::vector<JobPtr> late;
    SteadyClock::time_point next = SteadyClock::time_point::max();
    {
        const std::lock_guard lock(mutex_);
        if (now >= earliest_deadline_) {
            earliest_deadline_ = SteadyClock::time_point::max();
            for (const JobPtr& job : running_) {
                if (job->deadline > now) {
                    earliest_deadline_ = std::min(earliest_deadline_, job->deadline);
                } else if (job->cause.load() == StopCause::None) {
                    late.push_back(job);
                }
            }
        }
        next = earliest_deadline_;
        const int spare = shape_.threads_max - static_cast<int>(threads_.size());
        if (!stopping_ && head_fits() && (idle_ > 0 || spare > 0)) {
            const bool stalled = started_ == started_at_last_tick_;
            if (stalled && idle_ > 0) {
                work_to_do_.notify_all();
            }
            if (stalled && spare > 0 && queue_.size() > static_cast<std::size_t>(idle_)) {
                const std::size_t more =
                    std::min(queue_.size() - static_cast<std::size_t>(idle_), static_cast<std::size_t>(spare));
                try {
                    for (std::size_t i = 0; i < more; ++i) {
                        add_thread();
                    }
                } catch (const std::system_error&) {
                    // The system gives no more threads now: those that exist go on, and the next tick tries again.
                    next = std::min(next, now + std::chrono::seconds(1));
                }
            }
            next = std::min(next, now + stall_before_growth);
        }
        started_at_last_tick_ = started_;
    }
    for (const JobPtr& job : late) {
        job->ask_to_stop(StopCause::TimedOut);
    }
    return next;
}

void WorkerPool::shut_down() {
    std::vector<JobPtr> running;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const JobPtr& job : queue_) {
            if (!job->taken) {
                interrupt_queued(*job);
            }
        }
        queue_.clear();
        running = running_;
    }
    work_to_do_.notify_all();
    for (const JobPtr& job : running) {
        job->ask_to_stop(StopCause::Asked);
    }
}

std::vector<ports::AttemptKey> WorkerPool::unfinished() {
    const std::lock_guard lock(mutex_);
    std::vector<ports::AttemptKey> keys;
    keys.reserve(jobs_.size());
    for (const auto& [key, job] : jobs_) {
        keys.push_back(key);
    }
    return keys;
}

bool WorkerPool::head_fits() {
    while (!queue_.empty() && queue_.front()->taken) {
        queue_.pop_front();
    }
    return !queue_.empty() && queue_.front()->weight <= free_;
}

JobPtr WorkerPool::take() {
    JobPtr job = std::move(queue_.front());
    queue_.pop_front();
    job->taken = true;
    free_ -= job->weight;
    running_.push_back(job);
    ++started_;
    return job;
}

void WorkerPool::release(Job& job) {
    free_ += job.weight;
    const auto at = std::find_if(running_.begin(), running_.end(), [&](const JobPtr& other) { return other.get() == &job; });
    std::swap(*at, running_.back());
    running_.pop_back();
    jobs_.erase(job.dispatch.key);
}

void WorkerPool::work(WorkerPlace& place) {
    std::unique_lock lock(mutex_);
    for (;;) {
        while (!head_fits()) {
            if (stopping_) {
                return;
            }
            ++idle_;
            work_to_do_.wait(lock);
            --idle_;
        }
        const JobPtr job = take();
        const auto begun = SteadyClock::now();
        const auto timeout = job->dispatch.timeout;
        if (timeout < std::chrono::floor<Duration>(SteadyClock::time_point::max() - begun)) {
            job->deadline = begun + timeout;
        }
        const bool is_earliest = job->deadline < earliest_deadline_;
        if (is_earliest) {
            earliest_deadline_ = job->deadline;
        }
        lock.unlock();

        if (is_earliest) {
            wake_(job->deadline);
        }
        place.begin(job->dispatch.key);
        sdk::Outcome outcome = run_(*job);
        place.end();
        const auto ran = SteadyClock::now() - begun;
        const bool was_short = ran < short_task;
        const std::size_t waiting =
            outbox_.put({job->dispatch.key, std::move(outcome), std::chrono::duration_cast<Duration>(ran)});

        lock.lock();
        const int freed = job->weight;
        release(*job);
        const bool more = head_fits();
        // Freeing several cores may let several narrow attempts start; this thread takes one itself.
        if (more && freed > 1 && idle_ > 0) {
            work_to_do_.notify_all();
        }
        if (more && was_short && waiting < outcomes_batch_max) {
            if (waiting == 1) {
                wake_(SteadyClock::now() + batch_wait_max);
            }
            continue;
        }
        lock.unlock();
        outbox_.flush();
        lock.lock();
    }
}

}  // namespace kontor::exec
