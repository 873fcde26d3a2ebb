// What may happen to the conductor, one struct each. Made by the API, the executor and the clock; handled in order.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/api.hpp"
#include "ports/executor.hpp"
#include "ports/store.hpp"

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
// These two may need the store: see Cycle::with_run.
struct ControlInput {
    ControlRequest request;
    ReplyTo reply;
};
struct ExplainRunInput {
    ExplainRunRequest request;
    ReplyTo reply;
};
struct DecideInput {
    DecideRequest request;
    ReplyTo reply;
};
struct BackfillInput {
    BackfillRequest request;
    ReplyTo reply;
    std::vector<std::string> ever{};              // the countries that the workflow has worked for
    std::vector<core::backfill::Known> known{};   // what is known of the wanted periods
};
struct BackfillOrderInput {
    BackfillOrder request;
    ReplyTo reply;
};
struct PoolInput {
    PoolRequest request;
    ReplyTo reply;
};
struct PoolsInput {
    PoolsRequest request;
    ReplyTo reply;
};
struct WinnerInput {
    WinnerRequest request;
    ReplyTo reply;
    Json details{};  // of the wanted model, as `winner` gives them; null: there is no such model
};
struct CacheInput {
    CacheRequest request;
    ReplyTo reply;
};
struct AlarmInput {
    AlarmRequest request;
    ReplyTo reply;
};
struct RedriveInput {
    RedriveRequest request;
    ReplyTo reply;
};
struct DiscardInput {
    DiscardRequest request;
    ReplyTo reply;
};
struct LetterJobInput {
    LetterJobRequest request;
    ReplyTo reply;
    std::vector<std::int64_t> letters{};  // that were selected, oldest first
    Json selection{};                     // as it is shown
};
struct StopLetterJobInput {
    StopLetterJobRequest request;
    ReplyTo reply;
};
struct EventInput {
    PostedEvent event;
    ReplyTo reply;
    std::optional<Reply> known{};  // what to answer when the database has this event already
    std::vector<sdk::Effect> effects{};  // recorded with the event, unless it is known: the object of a file that arrived
};
// Events out of the database, to be offered to triggers again.
struct ReplayInput {
    ReplayRequest request;
    ReplyTo reply;
    std::vector<ports::EventRow> events{};
};
// Changes nothing: asks what the deployed triggers say to an event that is in the database.
struct ExplainInput {
    ports::EventRow event;
    Json deliveries;  // as the API shows them
    ReplyTo reply;
};
struct DeployInput {
    DeployRequest request;
    ReplyTo reply;
};
struct RetireInput {
    RetireRequest request;
    ReplyTo reply;
};
struct PauseInput {
    PauseRequest request;
    ReplyTo reply;
};
struct RunScheduleInput {
    RunScheduleRequest request;
    ReplyTo reply;
};
struct CreateTokenInput {
    CreateTokenRequest request;
    ReplyTo reply;
};
struct RevokeTokenInput {
    RevokeTokenRequest request;
    ReplyTo reply;
};
struct AcceptInput {
    AcceptRequest request;
    ReplyTo reply;
};
struct RecordInput {
    std::vector<ports::AuditRow> audit;
    std::vector<ports::TokenUse> uses;
};
struct FinishedInput {
    std::vector<ports::Finished> finished;
};
struct ProgressInput {
    ports::AttemptKey key;
    double fraction = 0;
    std::string what;
};

// The daemon is stopping: once this is answered, nothing new is given to the executor.
struct DrainInput {
    ReplyTo reply{};
};

using Input = std::variant<
    SubmitInput, CancelInput, ControlInput, ExplainRunInput, DecideInput, BackfillInput, BackfillOrderInput, PoolInput, PoolsInput, WinnerInput, AlarmInput, CacheInput, RedriveInput, DiscardInput,
    LetterJobInput, StopLetterJobInput, EventInput, ReplayInput, ExplainInput, DeployInput, RetireInput, PauseInput,
    RunScheduleInput, CreateTokenInput, RevokeTokenInput, AcceptInput, RecordInput, FinishedInput, ProgressInput, DrainInput>;

}  // namespace kontor::engine
