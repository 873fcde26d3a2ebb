// Whether a run may begin, and what its beginning would do. Changes nothing.
// Owner and thread: the conductor's, for one call.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "engine/conductor.hpp"

namespace kontor::engine {

struct Beginning {
    std::shared_ptr<const core::dag::Workflow> workflow;
    Json params;                          // checked, with defaults
    bool room = true;                     // in its concurrency group
    std::vector<ports::RunId> replaced;   // runs of its group that end for it, the oldest first
};

class RunStart {
 public:
    explicit RunStart(const Conductor& conductor) : conductor_(conductor) {}

    // Errors: NotFound: the workflow; Invalid: the parameters; Forbidden: it reaches beyond its starter's countries;
    // Conflict: its group rejects it, or the chain of causes is too long.
    Result<Beginning> check(const NewRun& wanted, Instant now) const;
    // In words for the API: {dry_run, workflow, hash, params, state, cancels, tasks, countries; null while a task finds them}.
    Result<Json> foresee(const NewRun& wanted, Instant now) const;
    // What a schedule starts at a time; `by` is who asks for it beside its ticks. Errors: its parameters cannot be made.
    Result<NewRun> of_schedule(const ScheduleState& state, Instant at, std::string_view by) const;
    bool group_has_room(const core::dag::Concurrency& concurrency) const;

 private:
    std::vector<ports::RunId> replaced_in(const core::dag::Concurrency& concurrency) const;

    const Conductor& conductor_;
};

}  // namespace kontor::engine
