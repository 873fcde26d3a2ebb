#include "core/letters/letter_job.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace kontor::core::letters {
namespace {

Duration interval(const Job& job) { return job.per_minute <= 0 ? Duration(0) : Duration(std::chrono::minutes(1)) / job.per_minute; }

void end_if_all(Job& job) {
    if (job.position >= job.letters.size()) {
        job.state = JobState::Done;
        job.next_at.reset();
    }
}

}  // namespace

std::string_view to_string(JobState state) {
    switch (state) {
        case JobState::Running: return "running";
        case JobState::Canary: return "canary";
        case JobState::Done: return "done";
        case JobState::Stopped: return "stopped";
    }
    KONTOR_UNREACHABLE();
}

std::optional<JobState> job_state_from(std::string_view text) {
    for (const JobState each : {JobState::Running, JobState::Canary, JobState::Done, JobState::Stopped}) {
        if (to_string(each) == text) {
            return each;
        }
    }
    return std::nullopt;
}

std::optional<Instant> next_due(const Job& job, Instant now) {
    if (job.state != JobState::Running) {
        return std::nullopt;
    }
    // A clock that was set back does not make anybody wait longer than one interval.
    return std::min(job.next_at.value_or(now), now + interval(job));
}

std::optional<std::int64_t> due(const Job& job, Instant now) {
    const std::optional<Instant> at = next_due(job, now);
    return at && *at <= now && job.position < job.letters.size() ? std::optional(job.letters[job.position]) : std::nullopt;
}

void handled(Job& job, bool carried_out, Instant now) {
    KONTOR_CHECK(job.state == JobState::Running && job.position < job.letters.size());
    ++job.position;
    (carried_out ? job.carried_out : job.refused) += 1;
    if (!carried_out) {
        job.next_at.reset();  // it cost nothing
    } else {
        job.next_at = job.per_minute > 0 ? std::optional(now + interval(job)) : std::nullopt;
        if (job.canary && job.carried_out == 1) {
            job.state = JobState::Canary;
            return;
        }
    }
    end_if_all(job);
}

void canary_ended(Job& job, bool passed, const std::string& how, Instant now) {
    KONTOR_CHECK(job.state == JobState::Canary);
    if (!passed) {
        job.state = JobState::Stopped;
        job.said = "the canary failed: " + how;
        job.next_at.reset();
        return;
    }
    job.state = JobState::Running;
    job.next_at = job.next_at ? std::optional(std::max(*job.next_at, now)) : std::nullopt;
    end_if_all(job);
}

Result<void> stop(Job& job, const std::string& why) {
    if (is_over(job.state)) {
        return conflict("stop", "the job is " + std::string(to_string(job.state)) + " already" + (job.said.empty() ? "" : ": " + job.said));
    }
    job.state = JobState::Stopped;
    job.said = why;
    job.next_at.reset();
    return {};
}

}  // namespace kontor::core::letters
