// States of runs and task instances, their texts, and which changes are allowed: the one table.
// The database's CHECK constraints and the diagram in ARCHITECTURE.md repeat it; tests hold them together.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::core::run {

enum class RunState { Queued, Running, Paused, Succeeded, Failed, Cancelled };

enum class TaskState {
    Waiting,    // parents have not settled
    Ready,      // may run; waits for a slot
    Running,    // an attempt was given to the executor
    Retrying,   // not before next_at; holds no slot
    Awaiting,   // a child run or a timer; holds no slot
    Succeeded,
    Failed,     // given up: its dead letter was discarded
    Skipped,    // its `when` said no, or all its parents were skipped
    Cancelled,
    Dead,       // attempts exhausted, or another try cannot help: a dead letter is open
};

std::string_view to_string(RunState state);
std::string_view to_string(TaskState state);
std::optional<RunState> run_state_from(std::string_view text);
std::optional<TaskState> task_state_from(std::string_view text);

bool is_final(RunState state);
bool is_open(RunState state);  // it has begun and not ended
bool is_final(TaskState state);

// What causes a change; also the label of its arrow in the diagram.
struct TaskTransition {
    TaskState from;
    TaskState to;
    std::string_view cause;
};
struct RunTransition {
    RunState from;
    RunState to;
    std::string_view cause;
};
const std::vector<TaskTransition>& task_transitions();
const std::vector<RunTransition>& run_transitions();
bool may_change(TaskState from, TaskState to);
bool may_change(RunState from, RunState to);

// Mermaid text of both tables, as it stands in ARCHITECTURE.md.
std::string task_diagram();
std::string run_diagram();

}  // namespace kontor::core::run
