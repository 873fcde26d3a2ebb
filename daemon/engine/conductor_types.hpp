// What goes into a conductor, comes out of it, and can be seen of it. Plain data.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/dag/workflow.hpp"
#include "core/run/run.hpp"
#include "engine/inputs.hpp"
#include "ports/store.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::engine {

struct Budget {
    int cores = 2;      // sum of the cores of running compute attempts
    int io_slots = 16;  // running io attempts
    int memory_mb = 0;  // that attempts may say to need together; 0: no limit
};

struct Parsed {
    std::shared_ptr<const core::dag::Workflow> workflow;
    Error error;  // when there is none
};
using ParseWorkflow = std::function<Parsed(std::string_view yaml)>;

// Attempts of short types (measured: under 2 ms) that may lie in the executor's queue beyond a pool's limit: a few commits'
// worth, or waiting for the next commit would cost more than the tasks themselves.
inline constexpr int feed_ahead_max = 2048;

struct ConductorSettings {
    Budget budget;
    int feed_ahead = feed_ahead_max;
    const sdk::TaskRegistry* tasks = nullptr;
    ParseWorkflow parse;
    std::string code{};  // what the daemon's program is known by: results that another one gave are not taken from the cache
};

// To be carried out after the commit.
struct Actions {
    std::vector<ports::Dispatch> dispatches;
    std::vector<ports::AttemptKey> cancels;
    std::vector<std::pair<ReplyTo, Result<Reply>>> replies;
    std::shared_ptr<Change> change;  // null when nothing visible changed or nobody listens
    std::vector<std::string> log;    // sentences worth a line in the daemon's log
    bool empty() const;
};

// Counted since the start; read by the loop's thread after each cycle.
struct Counters {
    std::int64_t runs_started = 0;
    std::int64_t runs_finished[3] = {0, 0, 0};  // succeeded failed cancelled
    std::int64_t attempts_finished[5] = {0, 0, 0, 0, 0};  // succeeded failed interrupted lost cancelled
    std::int64_t dead_letters = 0;
    std::int64_t events = 0;
    std::int64_t stale_outcomes = 0;
};

struct Gauges {
    int runs_active = 0;
    int runs_queued = 0;
    int cores_used = 0;
    int io_used = 0;
    int ready = 0;
};

struct Place {  // of a task instance
    ports::RunId run = 0;
    core::run::Index index = 0;
};

struct InFlight {
    sdk::Pool pool = sdk::Pool::Compute;
    int cores = 1;
    int type = 0;
    bool ahead = false;  // fed to the executor beyond the pool's limit, because its type is short
    bool over = false;   // its instance was skipped or marked done meanwhile: it only holds its slots until it stops
    int attempt = 0;
    Place place{};
    // What it holds slots for, known also when its run is not any more.
    std::shared_ptr<const core::dag::Workflow> workflow{};
    int task = 0;
    std::string country{};
    const core::dag::TaskNode& node() const { return workflow->tasks[static_cast<std::size_t>(task)]; }
};

struct TypeSpeed {
    double mean_us = -1;  // exponentially weighted; -1: never seen
};

// A run to be made, whoever asks for it.
struct NewRun {
    std::string workflow;
    Json params;
    std::string correlation;
    Json cause;
    int depth = 0;
    int priority = 0;
    std::optional<ports::TaskId> parent_task;
    Countries countries = Countries::all();  // that its starter may work for: the run may not reach beyond
};

// A running run's reason while it is being cancelled, and that of a running instance: this, then why.
inline constexpr std::string_view cancelling_prefix = "cancelling: ";
// A running run's reason after a redrive: this, then when. Its deadline counts from there.
inline constexpr std::string_view resumed_prefix = "redriven at ";

// Who started the run, or the one that caused it; empty: nobody did.
std::string submitter_of(const ports::RunRow& row);
// The parameters with their defaults. Errors: Invalid, with what does not fit.
Result<Json> fitting_params(const core::dag::Workflow& workflow, Json given);
// Nothing new is begun once the daemon is stopping.
Error draining_error();
Json json_list(const std::vector<std::string>& texts);
// A run as the API shows it.
Json to_json(const ports::RunRow& row);
// Equal for equal causes: class, workflow, task and the reason without its numbers and quoted values.
std::string fingerprint_of(const ports::DeadLetterRow& row);
// What readers of a definition see (DefinitionRow::summary).
Json summary_of(const core::dag::Workflow& workflow);

}  // namespace kontor::engine
