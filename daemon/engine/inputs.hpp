// What may happen to the conductor, one struct each. Made by the API, the executor and the clock; handled in order.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "engine/api.hpp"
#include "ports/executor.hpp"

namespace kontor::engine {

// Called once, after the commit that carries the command (or at once when it was refused). Conductor's thread.
using ReplyTo = std::function<void(Result<Reply>)>;

struct SubmitInput {
    Submission submission;
    ReplyTo reply;
};
struct CancelInput {
    CancelRequest request;
    ReplyTo reply;
};
struct RedriveInput {
    RedriveRequest request;
    ReplyTo reply;
};
struct DiscardInput {
    std::int64_t dead_letter = 0;
    std::string reason;
    std::string by;
    ReplyTo reply;
};
struct EventInput {
    PostedEvent event;
    ReplyTo reply;
};
struct DeployInput {
    std::string name;  // must be the text's own; empty: whatever it says
    std::string yaml;
    ReplyTo reply;
};
struct PauseInput {
    std::string workflow;
    std::string trigger;
    bool paused = false;
    ReplyTo reply;
};
struct RunScheduleInput {
    std::string workflow;
    std::string trigger;
    std::string by;
    ReplyTo reply;
};
struct FinishedInput {
    std::vector<ports::Finished> finished;
};
struct ProgressInput {
    ports::AttemptKey key;
    double fraction = 0;
    std::string what;
};

// The daemon is stopping: nothing new is started from here on.
struct DrainInput {};

using Input = std::variant<
    SubmitInput, CancelInput, RedriveInput, DiscardInput, EventInput, DeployInput, PauseInput, RunScheduleInput,
    FinishedInput, ProgressInput, DrainInput>;

}  // namespace kontor::engine
