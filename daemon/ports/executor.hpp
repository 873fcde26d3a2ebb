// Where tasks run. The conductor decides what runs; an executor only runs it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "ports/ids.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::ports {

// Names one attempt: an outcome that names another attempt than the current one changes nothing.
struct AttemptKey {
    TaskId task = 0;
    int attempt = 0;
    friend bool operator==(const AttemptKey&, const AttemptKey&) = default;
};

// An attempt during which, on one of its own threads, the daemon died.
struct Crash {
    AttemptKey key;
    std::string how;  // "SIGSEGV (...)"
};

struct Dispatch {
    AttemptKey key;
    std::string uses;
    sdk::TaskIdentity identity;
    sdk::JsonObject input;
    std::string role;
    sdk::Pool pool = sdk::Pool::Compute;
    int cores = 1;
    std::uint64_t seed = 0;
    Duration timeout = std::chrono::minutes(30);
};

struct Finished {
    AttemptKey key;
    sdk::Outcome outcome;
    // How long the task itself ran, without waiting for a slot or a commit; absent when it never did.
    std::optional<Duration> ran{};
};

// Called from any thread, possibly from several at once, never from within start() or cancel(); must not block or throw.
struct ExecutorEvents {
    // Every outcome comes once. Outcomes of short tasks come in batches, at most a millisecond late.
    std::function<void(std::vector<Finished>)> finished;
    std::function<void(AttemptKey, double fraction, std::string what)> progressed;
};

class Executor {
 public:
    virtual ~Executor() = default;
    // Requires: the conductor has committed that this attempt runs. Never blocks.
    // Ensures: exactly one `finished` for each attempt, unless the process dies. An attempt that is already queued or
    // running here is not started a second time.
    virtual void start(std::vector<Dispatch> dispatches) = 0;
    // Asks the attempt to stop; its outcome still comes. Unknown keys are ignored.
    virtual void cancel(AttemptKey key) = 0;
    // Asks everything to stop and waits until all outcomes were handed over or `grace` has passed.
    // Returns the attempts that did not stop.
    virtual std::vector<AttemptKey> stop(Duration grace) = 0;
};

}  // namespace kontor::ports
