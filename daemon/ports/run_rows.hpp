// Rows of runs and of what belongs to them: task instances, attempts, dead letters, definitions, effects. Part of ports/store.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"
#include "ports/ids.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::ports {

// States as text, exactly as in the database's CHECK constraints: core/run/states.hpp owns the enumerations.
struct RunRow {
    RunId id = 0;
    std::string workflow;
    std::string hash;   // of the definition it is pinned to
    std::string state;  // queued running paused succeeded failed cancelled
    Json params;
    std::string correlation;
    // {"kind": "api"|"schedule"|"event"|"child"|"redrive", ...}: who or what started it.
    Json cause;
    std::optional<TaskId> parent_task;  // the waiting workflow.run instance
    int depth = 0;                      // length of the chain of causes, bounded by limits::cause_depth_max
    int priority = 0;
    Instant created_at;
    std::optional<Instant> started_at;
    std::optional<Instant> finished_at;
    std::string reason;  // why it failed or was cancelled; empty otherwise
    Json totals;         // {"succeeded": n, "dead": n, ...} over task instances, written when it ends
    Json countries;      // ["DE", ...] it works for, once they are known; null before
    Json pauses{};       // [{"country", "task", "by", "reason", "at"}, ...]; null: nothing of it is paused
    Json edits{};        // [{"country", "task", "item", "with", "by", "at"}, ...]: inputs edited by hand; null: none
};

// A task instance in flight: running, retrying, awaiting, or dead and not yet given up.
struct LiveTaskRow {
    TaskId id = 0;
    RunId run = 0;
    std::string task;
    std::string country;
    std::string item;
    int siblings = 1;   // instances of its cell: the fan's size, 1 without a fan; also those that have no row yet
    std::string state;  // running retrying awaiting
    int attempt = 0;    // the one running, or the last one that ran; counted when it starts
    std::optional<Instant> started_at;  // of this attempt
    std::optional<Instant> next_at;     // retrying: not before; awaiting a timer: until
    std::optional<RunId> child_run;     // awaiting a child run
    Json input;                         // the rendered `with`
    std::string reason;                 // of the last failure
};

// A task instance that has ended: succeeded failed skipped cancelled dead.
struct DoneTaskRow {
    TaskId id = 0;
    RunId run = 0;
    std::string task;
    std::string country;
    std::string item;
    int siblings = 1;  // as in LiveTaskRow
    std::string state;
    int attempts = 0;
    std::optional<Instant> started_at;  // of the last attempt
    Instant finished_at;
    Json input;
    Json outputs;  // null unless succeeded
    std::string reason;
    std::optional<RunId> child_run;
};

// An attempt that has ended. One that succeeded comes with its instance's DoneTaskRow, which tells the same: a store need not
// keep it twice.
struct AttemptRow {
    TaskId task = 0;
    RunId run = 0;
    int attempt = 0;
    Instant started_at;
    Instant finished_at;
    std::string outcome;  // succeeded failed interrupted lost cancelled timeout
    std::string failure_class;  // empty unless failed, lost or timeout
    std::string reason;
};

struct DeadLetterRow {
    std::int64_t id = 0;
    std::string kind;  // task, delivery
    std::optional<RunId> run;
    std::optional<TaskId> task_id;
    std::optional<std::int64_t> event_id;
    std::string workflow;
    std::string task;     // or the trigger's name
    std::string country;
    std::string item;
    std::string failure_class;
    std::string reason;
    std::string fingerprint;  // equal for equal causes: class, task and normalised reason
    Json input;
    int attempts = 0;
    Instant created_at;
};
struct DeadLetterClosed {
    std::int64_t id = 0;
    std::string state;  // redriven discarded
    std::string reason;
    Instant closed_at;
};

struct DefinitionRow {
    std::string hash;
    std::string workflow;
    std::string title;
    std::string source;
    Json summary;  // for readers: tasks, triggers, params schema
    Instant created_at;
};

struct IdempotencyRow {
    std::string key;
    std::string fingerprint;  // SHA-256 of method, path and canonical body
    int status = 0;
    std::string reply;
    Instant created_at;
};

// An effect with the attempt that caused it.
struct EffectRow {
    std::int64_t id = 0;
    RunId run = 0;
    TaskId task = 0;
    Instant at;
    sdk::Effect effect;  // EventEmitted never stands here: it becomes an EventRow
};

struct Progress {
    TaskId task = 0;
    double fraction = 0;
    std::string what;
};

}  // namespace kontor::ports
