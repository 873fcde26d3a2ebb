// A workflow as the engine knows it: names resolved to numbers, expressions parsed, defaults applied.
// Built by spec/ from YAML; immutable; shared by every run that is pinned to it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "core/expr/expr.hpp"
#include "core/schedule/schedule.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::core::dag {

enum class Jitter { None, Full };

// Attempts in all, the first included. Delay before attempt n+1: min(max, backoff * factor^(n-1)), times a random
// share of it under Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).
struct RetryPolicy {
    int attempts_max = 4;
    Duration backoff = std::chrono::seconds(2);
    double factor = 2.0;
    Duration max = std::chrono::minutes(5);
    Jitter jitter = Jitter::Full;
};

// What a join waits for among the instances of one parent.
struct Gate {
    double pass = 1.0;              // share of instances that must have succeeded; 0 with `any` semantics: at least one
    bool any = false;               // one success suffices
    std::vector<std::string> must;  // countries that must have succeeded whatever the share
    bool ended = false;             // open once all have settled, whatever has succeeded
    std::optional<Duration> within; // open this long after the run started, or once all have settled, whatever has succeeded by then
};

enum class When {
    Succeeded,   // the default: every parent (or gate) succeeded
    Always,      // every parent settled, however it ended
    Expression,  // parents succeeded and the expression is true; else skipped
};

// The dimensions of a task's instances: none, [country], or [country, <fan-out name>].
struct Fan {
    std::string name;         // "trial"
    expr::Template over;      // a count n (items "0".."n-1") or a list of texts/numbers
};

struct TaskNode {
    std::string name;
    std::string uses;
    std::string title;
    std::vector<int> after;     // indices into Workflow::tasks, all smaller than this task's own
    bool per_country = false;   // one instance per partition value
    std::optional<Fan> fan;     // and, within it, one per item of the fan
    Gate gate;
    When when = When::Succeeded;
    expr::Program when_expr;
    expr::Template with;
    RetryPolicy retry;
    std::map<sdk::FailureClass, RetryPolicy> retry_of;  // in its place for failures of these classes
    Duration timeout = std::chrono::minutes(30);  // of one attempt
    std::optional<Duration> total_timeout;        // of all of them, from when the first one began
    std::optional<Duration> start_timeout;        // until it begins, from when it might
    std::optional<Duration> cache_for;            // a result that is no older is taken from the cache
    std::string role;           // empty: the task type's
    int cores = 0;              // 0: the task type's
    int memory_mb = 0;          // that an attempt takes; 0: not said
    std::vector<std::pair<std::string, int>> pools;  // of tokens, and how many an attempt holds of each
    int priority = 0;           // higher first
};

enum class OnConflict { Queue, Reject, Replace, CancelOldest };

struct Concurrency {
    std::string group;  // empty: no limit
    int limit = 1;
    OnConflict on_conflict = OnConflict::Queue;
};

// How many attempts of the workflow run at once, over all its runs.
struct Limits {
    std::optional<int> attempts;
    std::optional<int> per_country;
};

// Runs of another workflow that have ended.
struct Completion {
    std::string workflow;
    std::vector<std::string> states;  // of succeeded failed cancelled
};

// Of the events with the same key, one in each window gets through.
struct Dedupe {
    expr::Program key;   // over `event`; empty: none
    Duration window{};
};

// Events gathered into one run, those of each key apart.
enum class Collect {
    None,      // each event starts a run of its own
    Batch,     // a run once there are `count` of them, or the first has waited for `within`
    Debounce,  // a run once none has come for `quiet`; also once the first has waited for `within`, or there are `count`
};
struct Collecting {
    Collect kind = Collect::None;
    int count = 100;
    Duration within{};
    Duration quiet{};
    expr::Program key;  // over `event`; empty: all of them together
};

struct Trigger {
    std::string name;
    std::optional<schedule::Schedule> cron;  // by the clock: cron or interval; absent for a trigger on events
    std::string event;          // CloudEvents type, or its beginning when it ends in ".*"; empty for a trigger by the clock
    std::optional<Completion> on;  // then event is trigger::run_finished
    std::string file;           // a pattern of names in the inbox; then event is trigger::file_arrived
    expr::Program when;         // over `event`; empty: always
    Dedupe dedupe;
    Collecting collect;
    expr::Template params;      // over `event` (or `tick`, or `event` and `batch`); empty: {}
};

struct Workflow {
    std::string name;
    std::string title;
    std::string hash;    // SHA-256 of the source, lowercase hex
    std::string source;  // the YAML as it was given
    Json params_schema = JsonObject{};  // JSON Schema of type object
    std::string partition_key;          // "country"; empty: no partition
    expr::Template partition_over;      // a list of texts
    std::vector<int> partition_needs;   // tasks whose outputs partition_over reads
    expr::Template partition_period;    // a text over `params` and `run`: the period that a run works for; empty: none
    expr::Template partition_counts;    // true or false over the same: whether a run is its partitions' work; empty: it is
    int partition_made_by = -1;         // the task whose success makes a partition; -1: that nothing of it went wrong
    std::vector<Trigger> triggers;
    Concurrency concurrency;
    Limits limits;
    std::optional<Duration> deadline;
    std::vector<TaskNode> tasks;        // in an order in which parents stand first

    int task_index(std::string_view task) const;  // -1 when there is none
};

}  // namespace kontor::core::dag
