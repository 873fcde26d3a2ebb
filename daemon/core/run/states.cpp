#include "core/run/states.hpp"

#include <array>

#include "base/check.hpp"

namespace kontor::core::run {
namespace {

constexpr std::array<RunState, 6> run_states{
    RunState::Queued, RunState::Running, RunState::Paused, RunState::Succeeded, RunState::Failed, RunState::Cancelled
};
constexpr std::array<TaskState, 10> task_states{
    TaskState::Waiting,   TaskState::Ready,  TaskState::Running, TaskState::Retrying,  TaskState::Awaiting,
    TaskState::Succeeded, TaskState::Failed, TaskState::Skipped, TaskState::Cancelled, TaskState::Dead
};

template <class Transitions>
std::string diagram(const Transitions& transitions) {
    std::string text = "stateDiagram-v2\n";
    for (const auto& arrow : transitions) {
        text += "    " + std::string(to_string(arrow.from)) + " --> " + std::string(to_string(arrow.to)) + ": " +
                std::string(arrow.cause) + "\n";
    }
    return text;
}

}  // namespace

std::string_view to_string(RunState state) {
    switch (state) {
        case RunState::Queued: return "queued";
        case RunState::Running: return "running";
        case RunState::Paused: return "paused";
        case RunState::Succeeded: return "succeeded";
        case RunState::Failed: return "failed";
        case RunState::Cancelled: return "cancelled";
    }
    KONTOR_UNREACHABLE();
}

std::string_view to_string(TaskState state) {
    switch (state) {
        case TaskState::Waiting: return "waiting";
        case TaskState::Ready: return "ready";
        case TaskState::Running: return "running";
        case TaskState::Retrying: return "retrying";
        case TaskState::Awaiting: return "awaiting";
        case TaskState::Succeeded: return "succeeded";
        case TaskState::Failed: return "failed";
        case TaskState::Skipped: return "skipped";
        case TaskState::Cancelled: return "cancelled";
        case TaskState::Dead: return "dead";
    }
    KONTOR_UNREACHABLE();
}

std::optional<RunState> run_state_from(std::string_view text) {
    for (const RunState state : run_states) {
        if (to_string(state) == text) {
            return state;
        }
    }
    return std::nullopt;
}

std::optional<TaskState> task_state_from(std::string_view text) {
    for (const TaskState state : task_states) {
        if (to_string(state) == text) {
            return state;
        }
    }
    return std::nullopt;
}

bool is_final(RunState state) {
    return state == RunState::Succeeded || state == RunState::Failed || state == RunState::Cancelled;
}

bool is_open(RunState state) { return state == RunState::Running || state == RunState::Paused; }

bool is_final(TaskState state) {
    return state == TaskState::Succeeded || state == TaskState::Failed || state == TaskState::Skipped ||
           state == TaskState::Cancelled || state == TaskState::Dead;
}

const std::vector<TaskTransition>& task_transitions() {
    using enum TaskState;
    static const std::vector<TaskTransition> table{
        {Waiting, Ready, "parents settled"},
        {Waiting, Skipped, "when is false, or parents skipped"},
        {Waiting, Succeeded, "marked done"},
        {Waiting, Cancelled, "cancel"},
        {Waiting, Dead, "an expression fails"},
        {Ready, Running, "a slot is free"},
        {Ready, Awaiting, "child run, timer or approval started"},
        {Ready, Succeeded, "an event was emitted, or marked done"},
        {Ready, Skipped, "skip, or parents skipped after all"},
        {Ready, Cancelled, "cancel"},
        {Ready, Dead, "its input cannot be built"},
        {Running, Succeeded, "succeeded, or marked done"},
        {Running, Skipped, "skip"},
        {Running, Retrying, "failed, another try may help"},
        {Running, Dead, "failed for good"},
        {Running, Ready, "interrupted by a stop, or pause with kill"},
        {Running, Cancelled, "cancel"},
        {Retrying, Ready, "backoff is over, or retry now"},
        {Retrying, Succeeded, "marked done"},
        {Retrying, Skipped, "skip"},
        {Retrying, Cancelled, "cancel"},
        {Awaiting, Succeeded, "child succeeded, time is over, approved, or marked done"},
        {Awaiting, Skipped, "skip"},
        {Awaiting, Dead, "child failed, or rejected"},
        {Awaiting, Cancelled, "cancel"},
        {Dead, Ready, "redrive"},
        {Dead, Failed, "dead letter discarded"},
        {Dead, Succeeded, "marked done"},
        {Dead, Skipped, "skip"},
        {Failed, Succeeded, "marked done"},
        {Failed, Skipped, "skip"},
    };
    return table;
}

const std::vector<RunTransition>& run_transitions() {
    using enum RunState;
    static const std::vector<RunTransition> table{
        {Queued, Running, "its concurrency group has room"},
        {Queued, Cancelled, "cancel, or replaced"},
        {Running, Succeeded, "all instances succeeded or were skipped"},
        {Running, Failed, "all instances settled, some badly"},
        {Running, Cancelled, "cancel, or deadline"},
        {Running, Paused, "pause"},
        {Paused, Running, "resume"},
        {Paused, Succeeded, "its last attempts have succeeded"},
        {Paused, Failed, "all instances settled, some badly"},
        {Paused, Cancelled, "cancel, or deadline"},
        {Failed, Running, "redrive, rerun, skip or mark done"},
        {Succeeded, Running, "rerun"},
        {Cancelled, Running, "rerun"},
    };
    return table;
}

bool may_change(TaskState from, TaskState to) {
    for (const TaskTransition& arrow : task_transitions()) {
        if (arrow.from == from && arrow.to == to) {
            return true;
        }
    }
    return false;
}

bool may_change(RunState from, RunState to) {
    for (const RunTransition& arrow : run_transitions()) {
        if (arrow.from == from && arrow.to == to) {
            return true;
        }
    }
    return false;
}

std::string task_diagram() { return diagram(task_transitions()); }
std::string run_diagram() { return diagram(run_transitions()); }

}  // namespace kontor::core::run
