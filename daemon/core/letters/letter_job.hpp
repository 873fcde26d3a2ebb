// One command over many dead letters: redrive or discard them one by one, at a rate, the first as a canary if wanted.
// Which letter is next, when, and when it is over. Why apart: the caller owns letters, runs and rows; this owns the order.
//
// The letters are fixed when the job is made. One that dies again is a new letter and none of this job's, so that every job
// ends. Pure; a Job belongs to the conductor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::core::letters {

enum class JobState {
    Running,
    Canary,   // the first has gone; the others wait for what becomes of it
    Done,
    Stopped,  // by a person, or because the canary failed
};
std::string_view to_string(JobState state);
std::optional<JobState> job_state_from(std::string_view text);
inline bool is_over(JobState state) { return state == JobState::Done || state == JobState::Stopped; }

struct Job {
    std::vector<std::int64_t> letters;  // oldest first
    bool canary = false;
    int per_minute = 0;  // 0: as fast as they go
    JobState state = JobState::Running;
    std::size_t position = 0;  // letters before it were handled
    int carried_out = 0;
    int refused = 0;
    std::optional<Instant> next_at;  // not before; nullopt: at once
    std::string said;  // why it was stopped
};

// The next letter, once it is due.
std::optional<std::int64_t> due(const Job& job, Instant now);
// When the next is due; nullopt: not by time.
std::optional<Instant> next_due(const Job& job, Instant now);

// The letter that was due was carried out, or refused. A refused one is no canary. Requires: due() gave it.
void handled(Job& job, bool carried_out, Instant now);
// What became of the canary. Requires: the job waits for it.
void canary_ended(Job& job, bool passed, const std::string& how, Instant now);
// Errors: Conflict: it is over.
Result<void> stop(Job& job, const std::string& why);

}  // namespace kontor::core::letters
