// A place to run attempts in: a real executor, tasks given as functions, ports that only remember.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <latch>
#include <map>
#include <mutex>

#include "exec/thread_pool_executor.hpp"

namespace kontor::exec {

// Long enough for a loaded machine; a test that waits this long has failed.
inline constexpr std::chrono::seconds patience{30};

class FunctionTask final : public sdk::Task {
 public:
    explicit FunctionTask(std::function<sdk::Outcome(sdk::TaskContext&)> body) : body_(std::move(body)) {}
    sdk::Outcome run(sdk::TaskContext& context) override { return body_(context); }

 private:
    std::function<sdk::Outcome(sdk::TaskContext&)> body_;
};

class MemorySession final : public ports::ObjectSession {
 public:
    std::unique_ptr<sdk::ByteReader> open(const sdk::ObjectRef& object) override {
        effects_.push_back(sdk::ObjectOpened{object.key, "reader", "raw/DE/1"});
        return nullptr;
    }
    std::unique_ptr<sdk::ByteWriter> create(std::string_view, std::string_view, std::string_view) override { return nullptr; }
    std::vector<sdk::Effect> take_effects() override { return std::move(effects_); }

 private:
    std::vector<sdk::Effect> effects_;
};

class CountingObjects final : public ports::ObjectStore {
 public:
    std::unique_ptr<ports::ObjectSession> session(const sdk::TaskIdentity&, const std::string&) override {
        ++sessions;
        return std::make_unique<MemorySession>();
    }
    std::atomic<int> sessions{0};
};

class KeptLogs final : public ports::LogSink {
 public:
    void write(ports::LogLine line) override {
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
    }
    std::vector<ports::LogLine> lines() {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

 private:
    std::mutex mutex_;
    std::vector<ports::LogLine> lines_;
};

// Collects outcomes; waits for them by condition, never by time.
class Outcomes {
 public:
    void add(std::vector<ports::Finished> batch) {
        const std::lock_guard lock(mutex_);
        ++batches_;
        for (ports::Finished& finished : batch) {
            const bool first = by_task_.emplace(finished.key.task, std::move(finished.outcome)).second;
            doubled_ += first ? 0 : 1;
        }
        arrived_.notify_all();
    }
    bool wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        return arrived_.wait_for(lock, patience, [&] { return by_task_.size() >= count; });
    }
    sdk::Outcome of(std::int64_t task) {
        const std::lock_guard lock(mutex_);
        return by_task_.at(task);
    }
    bool has(std::int64_t task) {
        const std::lock_guard lock(mutex_);
        return by_task_.contains(task);
    }
    std::size_t batches() {
        const std::lock_guard lock(mutex_);
        return batches_;
    }
    int doubled() {
        const std::lock_guard lock(mutex_);
        return doubled_;
    }

 private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::map<std::int64_t, sdk::Outcome> by_task_;
    std::size_t batches_ = 0;
    int doubled_ = 0;
};

class BenchHall : public testing::Test {
 protected:
    using Body = std::function<sdk::Outcome(sdk::TaskContext&)>;

    void offer(std::string name, Body body) {
        sdk::TaskType type;
        type.name = std::move(name);
        type.make = [body] { return std::make_unique<FunctionTask>(body); };
        tasks.add(std::move(type));
    }
    void open(PoolSizes sizes, Settings settings = {}) {
        ports::ExecutorEvents events;
        events.finished = [this](std::vector<ports::Finished> batch) { outcomes.add(std::move(batch)); };
        events.progressed = [this](ports::AttemptKey, double fraction, std::string text) {
            const std::lock_guard lock(progress_mutex);
            progress.emplace_back(fraction, std::move(text));
        };
        executor.emplace(tasks, objects, logs, std::move(settings), std::move(events), sizes);
    }
    static ports::Dispatch dispatch(std::int64_t task, std::string uses, sdk::Pool pool = sdk::Pool::Compute, int cores = 1) {
        ports::Dispatch one;
        one.key = {task, 1};
        one.uses = std::move(uses);
        one.pool = pool;
        one.cores = cores;
        return one;
    }
    template <class... Dispatches>
    void start(Dispatches... dispatches) {
        std::vector<ports::Dispatch> all;
        (all.push_back(std::move(dispatches)), ...);
        executor->start(std::move(all));
    }
    sdk::Failed failure_of(std::int64_t task) {
        const sdk::Outcome outcome = outcomes.of(task);
        const auto* failed = std::get_if<sdk::Failed>(&outcome);
        EXPECT_NE(failed, nullptr) << "task " << task << " did not fail";
        return failed == nullptr ? sdk::Failed{} : *failed;
    }
    template <class Kind>
    bool ended_as(std::int64_t task) {
        return std::holds_alternative<Kind>(outcomes.of(task));
    }

    sdk::TaskRegistry tasks;
    CountingObjects objects;
    KeptLogs logs;
    Outcomes outcomes;
    std::mutex progress_mutex;
    std::vector<std::pair<double, std::string>> progress;
    std::optional<ThreadPoolExecutor> executor;
};

// Blocks until the task is asked to stop.
inline void wait_for_stop(const sdk::TaskContext& context) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait(lock, context.stop(), [] { return false; });
}

}  // namespace kontor::exec
