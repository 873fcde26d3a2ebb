// Task instances of a run and what happens to them, as plain data: what Run takes, keeps and gives.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/caller.hpp"
#include "base/json.hpp"
#include "base/time.hpp"
#include "core/run/states.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::core::run {

using Index = int;  // of an instance within its run; stable for the run's life

// Where an instance's row stands; the conductor keeps it.
enum class Stored { Nowhere, Live, Done };

struct Instance {
    std::int64_t id = 0;  // 0 until the conductor first writes it
    int task = 0;
    int cell = 0;
    std::string item;
    TaskState state = TaskState::Waiting;
    Stored stored = Stored::Nowhere;
    bool dirty = false;       // already in Changes::touched of the batch being built
    bool blocked = false;     // same item of a chained parent went wrong
    bool stopping = false;    // cancel was asked for while running
    int attempt = 0;          // counted when it starts
    int lost = 0;             // of these, ended by a death of the daemon that was not their doing: the policy does not pay
    std::optional<Instant> began_at;    // its first attempt
    std::optional<Instant> started_at;  // its newest one
    std::optional<Instant> next_at;
    std::optional<Instant> late_at;     // ready: when it is too late to begin
    std::optional<Instant> finished_at;
    std::optional<std::int64_t> child_run;
    Json input;
    Json outputs;
    std::string reason;
};

// Waiting and ready follow from the rows of what stands before; an instance that was tried has a row of its own.
inline bool has_row(const Instance& instance) {
    const bool tried = instance.attempt > 0 || instance.next_at.has_value();
    return instance.state != TaskState::Waiting && (instance.state != TaskState::Ready || tried);
}

struct AttemptEnd {
    Index instance = 0;
    int attempt = 0;
    Instant started_at;
    Instant finished_at;
    std::string outcome;  // succeeded failed interrupted lost cancelled
    std::string failure_class;
    std::string reason;
};

struct DeadLetter {
    Index instance = 0;
    sdk::FailureClass kind = sdk::FailureClass::Bug;
    std::string reason;
};

// What the conductor must do; appended to by every call.
struct Changes {
    std::vector<Index> ready;         // wait for a slot now
    std::vector<Index> touched;       // rows to write
    std::vector<Index> stop_running;  // ask the executor to stop them
    std::vector<std::int64_t> cancel_children;
    std::vector<AttemptEnd> attempts;
    std::vector<DeadLetter> dead;
    std::vector<Instant> timers;      // call on_time() then
    std::vector<Index> dropped;       // belong to no cell any more: their rows go
    bool run_changed = false;
};

// What expressions may read beside the run itself.
struct World {
    std::function<const Json*(std::string_view country)> winner;  // nullptr: none in force
};

struct Identity {
    std::int64_t id = 0;
    Json params;
    std::string correlation;
    Instant created_at;
    Countries allowed = Countries::all();  // that its partition may hold
};

// One stored instance, as restore() takes it.
struct StoredInstance {
    std::int64_t id = 0;
    std::string task;
    std::string country;
    std::string item;
    TaskState state = TaskState::Waiting;
    int attempt = 0;
    std::optional<Instant> started_at;
    std::optional<Instant> next_at;
    std::optional<Instant> finished_at;
    std::optional<std::int64_t> child_run;
    Json input;
    Json outputs;
    std::string reason;
    bool stopping = false;  // running, and its cancel was accepted
    int lost = 0;
    std::optional<Instant> began_at{};
};

struct Scope {  // a part of a run; empty members mean all
    std::string country;
    std::string task;
    std::string item{};
    bool whole() const { return country.empty() && task.empty() && item.empty(); }
};

// Nothing of this part begins until it is resumed. What runs ends.
struct Pause {
    Scope part;
    std::string by;
    std::string reason;
    Instant at;
};

// Members of the rendered `with` of a part, given by hand at a redrive; they hold for the rest of the run.
struct Edit {
    Scope part;
    Json with;  // merged into the input: objects member by member, null removes
    std::string by;
    Instant at;
};
// Requires: `with` is an object. (RFC 7396.)
void merge_into(Json& input, const Json& with);

// What a command changes at one instance; `to` is "waiting" where it is judged anew.
struct Move {
    std::string task;
    std::string country;
    std::string item;
    std::string from;
    std::string to;
};

// Why an instance, or a cell that has not opened, is where it is.
struct Account {
    std::string task;
    std::string country;
    std::string item;
    std::string state;
    std::string sentence;   // empty for one that is ready: only the caller knows of slots
    Index instance = -1;    // of a cell that has not opened: -1
    bool ended = false;
};

// What a stored run says of itself, as restore() takes it.
struct Former {
    Instant started_at;
    std::optional<Instant> resumed_at;  // it had ended and was taken up again: its deadline counts from here
    std::string cancel_reason;          // not empty: it is being cancelled
    std::vector<Pause> pauses{};
    std::vector<Edit> edits{};
};

}  // namespace kontor::core::run
