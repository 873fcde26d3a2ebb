// The contract between Kontor and a task. A task reads objects and its input, computes, and returns an Outcome.
// It never sees Kontor's tables, and may run twice: what counts is the one outcome that is recorded.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/sdk/objects.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::sdk {

struct TaskIdentity {
    std::int64_t run = 0;
    std::string workflow;
    std::string task;
    std::string country;  // empty for a task without partition
    std::string item;     // second fan-out level, e.g. the trial's number; empty without
    int attempt = 1;
    std::string correlation;
};

enum class LogLevel { Debug, Info, Warn, Error };

// Everything a running task may use. Thread: the task's own thread, and threads that it joins before it returns.
class TaskContext {
 public:
    virtual ~TaskContext() = default;
    virtual const TaskIdentity& identity() const = 0;
    // The rendered `with` of the workflow.
    virtual const JsonObject& input() const = 0;
    // Threads this task may keep busy, itself included; at least 1.
    virtual int cores() const = 0;
    // Stable for (task, country, item) and the run's `seed` parameter: the same inputs give the same numbers.
    virtual std::uint64_t seed() const = 0;
    virtual Objects& objects() = 0;
    virtual std::stop_token stop() const = 0;
    // 0..1 and what is being done now; shown live, at most every 500 ms.
    virtual void progress(double fraction, std::string_view what) = 0;
    virtual void log(LogLevel level, std::string_view line) = 0;
    // What an earlier attempt of this task instance kept last, if it was asked the same (input, seed, cores) by the same program;
    // nullopt otherwise.
    virtual std::optional<std::string> checkpoint() = 0;
    // Keeps `bytes`, encrypted, for a later attempt, in place of what was kept before; gone once the task has succeeded. That
    // they cannot be kept is logged, and no failure of the task. Thread: the task's own.
    virtual void keep_checkpoint(std::string_view bytes) = 0;
    // A value of the daemon's configuration, e.g. "warehouse.default" (a PostgreSQL URL), "folder.workflows".
    // Absent names give nullopt.
    virtual std::optional<std::string> setting(std::string_view name) const = 0;

    // Throws TaskInterrupted once a stop was asked for. Call it in every long loop.
    void stop_point() const {
        if (stop().stop_requested()) {
            throw TaskInterrupted();
        }
    }
};

class Task {
 public:
    virtual ~Task() = default;
    virtual Outcome run(TaskContext& context) = 0;
};

enum class Pool {
    Compute,  // takes `cores` of the cores budget
    Io,       // waits more than it computes: takes a slot of the io pool
};

// What the engine and `kontor validate` must know about a task before it runs.
struct TaskType {
    std::string name;     // "dataset.prepare"
    std::string summary;  // one sentence
    Json input_schema;    // JSON Schema of `with` (expressions are checked after rendering)
    std::string role;     // the role it runs under unless the workflow says otherwise
    Pool pool = Pool::Compute;
    int cores = 1;        // unless `with.cores` or the workflow says otherwise
    std::function<std::unique_ptr<Task>()> make;
    // The same input, seed and country give the same result, and nothing else follows from it than data and models that it
    // registers: a workflow may say `cache` of it. Of a program (exec) its author says so by `cache` itself.
    bool repeatable = false;
};

// Filled once at start, then only read.
class TaskRegistry {
 public:
    void add(TaskType type);
    const TaskType* find(std::string_view name) const;
    std::vector<std::string> names() const;

 private:
    std::map<std::string, TaskType, std::less<>> types_;
};

// Reads a required or optional member of the input; throws TaskFailure(Config) with a sentence that names it.
std::string text_input(const JsonObject& input, std::string_view name);
std::string text_input_or(const JsonObject& input, std::string_view name, std::string_view otherwise);
double number_input_or(const JsonObject& input, std::string_view name, double otherwise);
std::int64_t int_input_or(const JsonObject& input, std::string_view name, std::int64_t otherwise);
bool bool_input_or(const JsonObject& input, std::string_view name, bool otherwise);
// Absent or null gives nullptr.
const Json* optional_input(const JsonObject& input, std::string_view name);
const Json& required_input(const JsonObject& input, std::string_view name);

}  // namespace kontor::sdk
