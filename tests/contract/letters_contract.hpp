// What every implementation of ports::Store must do with jobs over dead letters, and with what a redrive edits.
#pragma once

#include "contract/store_contract.hpp"

namespace kontor::contract {

TEST_P(StoreContract, KeepsHowFarAJobOverDeadLettersIs) {
    Batch batch = next();
    batch.letter_jobs_inserted = {a_letter_job(31), a_letter_job(32)};
    ASSERT_TRUE(commit_next(batch));
    Batch on = next();
    LetterJobRow first = a_letter_job(31);
    first.state = "canary";
    first.position = 2;
    first.carried_out = 1;
    first.refused = 1;
    first.refusals = JsonArray{JsonObject{{"letter", 21}, {"why", "it is gone"}}};
    first.watched = JsonObject{{"letter", 22}, {"run", 1}, {"task", "prepare"}, {"country", "DE"}, {"item", ""}};
    first.next_at = at_second(40);
    LetterJobRow second = a_letter_job(32);
    second.state = "stopped";
    second.finished_at = at_second(41);
    second.said = "stopped by anna";
    on.letter_jobs_updated = {first, second};
    ASSERT_TRUE(commit_next(on));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.letter_jobs.size(), 1U) << "what is over is not loaded";
    const LetterJobRow& kept = snapshot.letter_jobs[0];
    EXPECT_EQ(kept.id, 31);
    EXPECT_EQ(kept.action, "redrive");
    EXPECT_EQ(kept.letters, first.letters);
    EXPECT_EQ(kept.edits, first.edits);
    EXPECT_EQ(kept.reach, first.reach);
    EXPECT_EQ(kept.selection, first.selection);
    EXPECT_TRUE(kept.canary);
    EXPECT_TRUE(kept.newest);
    EXPECT_EQ(kept.per_minute, 10);
    EXPECT_EQ(kept.reason, "mended");
    EXPECT_EQ(kept.state, "canary");
    EXPECT_EQ(kept.position, 2);
    EXPECT_EQ(kept.carried_out, 1);
    EXPECT_EQ(kept.refused, 1);
    EXPECT_EQ(kept.refusals, first.refusals);
    EXPECT_EQ(kept.watched, first.watched);
    EXPECT_EQ(kept.next_at, first.next_at);
    EXPECT_EQ(kept.created_at, first.created_at);
}

TEST_P(StoreContract, KeepsInputsThatWereEdited) {
    Batch batch = next();
    batch.definitions = {a_definition()};
    batch.runs_inserted = {a_run(1), a_run(2)};
    batch.runs_inserted[0].edits = JsonArray{JsonObject{{"task", "prepare"}, {"with", JsonObject{{"x", 2}}}}};
    ASSERT_TRUE(commit_next(batch));
    EXPECT_EQ(loaded().runs[0].edits, batch.runs_inserted[0].edits);
    EXPECT_TRUE(loaded().runs[1].edits.is_null());
    Batch again = next();
    again.runs_updated = {a_run(1)};
    again.runs_updated[0].edits = JsonArray{JsonObject{{"task", "prepare"}, {"with", JsonObject{{"x", 3}}}}};
    ASSERT_TRUE(commit_next(again));
    EXPECT_EQ(loaded().runs[0].edits, again.runs_updated[0].edits);
}

}  // namespace kontor::contract
