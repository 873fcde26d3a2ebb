// What every command carries, and what an operator may ask of a run that is there. Part of the API (api.hpp).
// Thread: any; plain values.
#pragma once

#include <cstddef>
#include <string>

#include "base/caller.hpp"
#include "base/json.hpp"
#include "ports/ids.hpp"

namespace kontor::engine {

struct IdempotencyKey {
    std::string key;          // empty: none was sent
    std::string fingerprint;  // SHA-256 of method, path and canonical body
};

// What the record says of a command besides its caller and its outcome. No route: the command is not recorded.
struct AuditNote {
    std::string route;     // "POST /v1/runs"
    std::string resource;  // the path
    std::string country;
    bool dry_run = false;  // nothing is changed; commands without such a word of their own say what they would do
    std::string reason;
};

// What every command carries besides its own words.
struct Command {
    Caller by{};
    IdempotencyKey idempotency{};
    AuditNote audit{};
};

struct CancelRequest : Command {
    ports::RunId run = 0;
    std::string country;  // empty: all
    std::string task;     // empty: all
    std::string reason;
    bool dry_run = false;  // say what would happen
};

// What an operator asks of a part of a run.
enum class ControlVerb {
    Pause,   // nothing new begins
    Resume,
    Retry,   // what waits for its next attempt starts at once
    Skip,
    Done,    // as succeeded, with the outputs that are given
    Rerun,   // the part and all behind it again; also of a run that has ended
};
struct ControlRequest : Command {
    ports::RunId run = 0;
    ControlVerb verb = ControlVerb::Pause;
    std::string country;  // empty: all
    std::string task;     // empty: all
    std::string item;     // empty: all
    bool kill = false;    // pause: what runs is interrupted, and not counted
    Json outputs{};       // done
    std::string reason;
    bool dry_run = false; // say what would happen
};
// How many instances an answer lists.
inline constexpr std::size_t control_items_max = 200;

// Why each part of a run is where it is.
struct ExplainRunRequest {
    ports::RunId run = 0;
    std::string country;  // empty: all
    std::string task;     // empty: all that has not succeeded
    Countries countries;  // of the asker
};
inline constexpr std::size_t explained_max = 500;

}  // namespace kontor::engine
