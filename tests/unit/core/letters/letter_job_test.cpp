#include "core/letters/letter_job.hpp"

#include <gtest/gtest.h>

namespace kontor::core::letters {
namespace {

using std::chrono::seconds;

const Instant start{seconds(1'800'000'000)};

Job a_job(std::vector<std::int64_t> letters, bool canary = false, int per_minute = 0) {
    Job job;
    job.letters = std::move(letters);
    job.canary = canary;
    job.per_minute = per_minute;
    return job;
}

TEST(LetterJob, TakesEachLetterOnceAndEnds) {
    Job job = a_job({3, 5});
    EXPECT_EQ(due(job, start), 3);
    handled(job, true, start);
    EXPECT_EQ(due(job, start), 5);
    handled(job, false, start);
    EXPECT_EQ(job.state, JobState::Done);
    EXPECT_EQ(due(job, start), std::nullopt);
    EXPECT_EQ(next_due(job, start), std::nullopt);
    EXPECT_EQ(job.carried_out, 1);
    EXPECT_EQ(job.refused, 1);
}

TEST(LetterJob, KeepsToItsRateAndARefusalCostsNothing) {
    Job job = a_job({1, 2, 3}, false, 6);
    handled(job, true, start);
    EXPECT_EQ(due(job, start + seconds(9)), std::nullopt);
    EXPECT_EQ(next_due(job, start), start + seconds(10));
    EXPECT_EQ(due(job, start + seconds(10)), 2);
    handled(job, false, start + seconds(10));
    EXPECT_EQ(due(job, start + seconds(10)), 3);
}

TEST(LetterJob, WaitsNoLongerThanOneIntervalWhenTheClockIsSetBack) {
    Job job = a_job({1, 2}, false, 6);
    handled(job, true, start);
    const Instant back = start - seconds(3600);
    EXPECT_EQ(next_due(job, back), back + seconds(10));
}

TEST(LetterJob, TheRestWaitsForTheCanaryAndARefusedLetterIsNone) {
    Job job = a_job({1, 2, 3}, true);
    handled(job, false, start);
    EXPECT_EQ(job.state, JobState::Running);
    handled(job, true, start);
    EXPECT_EQ(job.state, JobState::Canary);
    EXPECT_EQ(due(job, start + seconds(1000)), std::nullopt);
    canary_ended(job, true, "", start);
    EXPECT_EQ(due(job, start), 3);
    handled(job, true, start);
    EXPECT_EQ(job.state, JobState::Done);
}

TEST(LetterJob, AFailedCanaryStopsTheRest) {
    Job job = a_job({1, 2, 3}, true);
    handled(job, true, start);
    canary_ended(job, false, "it is dead again", start);
    EXPECT_EQ(job.state, JobState::Stopped);
    EXPECT_EQ(job.said, "the canary failed: it is dead again");
    EXPECT_EQ(due(job, start + seconds(1000)), std::nullopt);
    EXPECT_EQ(job.position, 1U);
}

TEST(LetterJob, ALoneCanaryDecidesHowTheJobEnds) {
    Job job = a_job({1}, true);
    handled(job, true, start);
    EXPECT_EQ(job.state, JobState::Canary);
    canary_ended(job, true, "", start);
    EXPECT_EQ(job.state, JobState::Done);
}

TEST(LetterJob, WhatIsOverCannotBeStopped) {
    Job job = a_job({1});
    ASSERT_TRUE(stop(job, "by anna"));
    EXPECT_EQ(job.state, JobState::Stopped);
    const Result<void> again = stop(job, "by anna");
    EXPECT_EQ(again.error().kind, ErrorKind::Conflict);
    EXPECT_EQ(again.error().message, "the job is stopped already: by anna");
}

TEST(LetterJob, StatesReadBack) {
    for (const JobState state : {JobState::Running, JobState::Canary, JobState::Done, JobState::Stopped}) {
        EXPECT_EQ(job_state_from(to_string(state)), state);
    }
    EXPECT_EQ(job_state_from("lost"), std::nullopt);
}

}  // namespace
}  // namespace kontor::core::letters
