// What may be asked about dead letters: one, or many by one command. Part of the API (api.hpp). Thread: any; plain values.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"
#include "engine/run_requests.hpp"

namespace kontor::engine {

struct RedriveRequest : Command {
    std::int64_t dead_letter = 0;
    bool newest_definition = false;
    Json with{};           // merged into the task's input, for the rest of the run; null: nothing
    bool dry_run = false;  // say what would run, and with which input
    std::int64_t job = 0;  // asked by a job over many; 0: by somebody
};

struct DiscardRequest : Command {
    std::int64_t dead_letter = 0;
    std::string reason;
    std::int64_t job = 0;
};

// Open letters; empty members select all.
struct LetterSelection {
    std::string workflow;
    std::string task;
    std::string country;
    std::string failure_class;
    std::string fingerprint;
    Duration older_than{0};  // 0: of any age
    Duration newer_than{0};
};
inline constexpr std::size_t job_letters_max = 10'000;
// How many letters a preview shows, and for how long it may ask the conductor.
inline constexpr std::size_t previewed_letters_max = 20;
inline constexpr Duration preview_time_max = std::chrono::seconds(5);
inline constexpr int letters_per_minute_max = 6000;

// Redrive or discard all that are selected now. A letter that dies again is a new one and none of the job's.
struct LetterJobRequest : Command {
    bool discard = false;
    LetterSelection selection;
    bool canary = false;   // one first, the rest only if it passes
    int per_minute = 0;    // 0: as fast as they go
    bool newest_definition = false;
    Json with{};
    std::string reason;
    bool dry_run = false;
};

struct StopLetterJobRequest : Command {
    std::int64_t job = 0;
    std::string reason;
};

}  // namespace kontor::engine
