// What every implementation of ports::Store must do: PostgreSQL's and the simulation's alike.
// Instantiate with INSTANTIATE_TEST_SUITE_P(<Name>, StoreContract, ::testing::Values(StoreFactory(...))).
// The factory gives a store on an empty, migrated database, a new one at every call.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "contract/store_rows.hpp"
#include "ports/store.hpp"

namespace kontor::contract {

using StoreFactory = std::function<std::unique_ptr<Store>()>;

class StoreContract : public ::testing::TestWithParam<StoreFactory> {
 protected:
    void SetUp() override {
        store_ = GetParam()();
        const auto led = store_->lead("daemon-a", false);
        ASSERT_TRUE(led) << describe(led.error());
        leadership_ = *led;
    }

    // The next batch in order; commit_next() sends it.
    Batch next() {
        Batch batch;
        batch.epoch = leadership_.epoch;
        batch.seq = leadership_.seq + 1;
        batch.last_id = 1000;
        batch.at = at_second(10);
        return batch;
    }
    Result<void> commit_next(const Batch& batch) {
        Result<void> done = store_->commit(batch);
        if (done) {
            leadership_.seq = batch.seq;
        }
        return done;
    }
    Snapshot loaded() {
        auto snapshot = store_->load(at_second(20));
        EXPECT_TRUE(snapshot) << describe(snapshot.error());
        return snapshot ? *snapshot : Snapshot{};
    }
    static EffectRow winner(std::int64_t id, const std::string& country, const std::string& model, int second) {
        sdk::WinnerChosen chosen{country, model, JsonObject{{"rule", "better"}}, JsonObject{{"model", model}}};
        return EffectRow{id, 1, 11, at_second(second), std::move(chosen)};
    }

    std::unique_ptr<Store> store_;
    Leadership leadership_;
};

TEST_P(StoreContract, LetsOneHolderLeadAtATime) {
    const auto second = store_->lead("daemon-b", false);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::Conflict);
    EXPECT_NE(second.error().message.find("daemon-a"), std::string::npos) << second.error().message;
}

TEST_P(StoreContract, LetsAnotherLeadAfterResignation) {
    ASSERT_TRUE(store_->resign(leadership_.epoch));
    const auto renewed = store_->renew(leadership_.epoch);
    ASSERT_FALSE(renewed);
    EXPECT_EQ(renewed.error().kind, ErrorKind::Conflict);
    const auto second = store_->lead("daemon-b", false);
    ASSERT_TRUE(second) << describe(second.error());
    EXPECT_GT(second->epoch, leadership_.epoch);
    EXPECT_EQ(second->seq, leadership_.seq);
}

TEST_P(StoreContract, RefusesACommitAfterResignation) {
    ASSERT_TRUE(store_->resign(leadership_.epoch));
    const auto done = store_->commit(next());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Conflict);
}

TEST_P(StoreContract, DeposesTheFormerLeaderAtATakeover) {
    const auto second = store_->lead("daemon-b", true);
    ASSERT_TRUE(second) << describe(second.error());
    EXPECT_GT(second->epoch, leadership_.epoch);

    Batch late = next();
    late.runs_inserted = {a_run(1)};
    const auto commit = store_->commit(late);
    ASSERT_FALSE(commit);
    EXPECT_EQ(commit.error().kind, ErrorKind::Conflict);
    const auto renewed = store_->renew(leadership_.epoch);
    ASSERT_FALSE(renewed);
    EXPECT_EQ(renewed.error().kind, ErrorKind::Conflict);
    const auto seq = store_->committed(leadership_.epoch);
    ASSERT_FALSE(seq);
    EXPECT_EQ(seq.error().kind, ErrorKind::Conflict);
    EXPECT_TRUE(loaded().runs.empty());
    EXPECT_TRUE(store_->renew(second->epoch));
}

TEST_P(StoreContract, CommitsInSequenceOnly) {
    Batch batch = next();
    batch.seq += 1;
    const auto ahead = store_->commit(batch);
    ASSERT_FALSE(ahead);
    EXPECT_EQ(ahead.error().kind, ErrorKind::Conflict);

    ASSERT_TRUE(commit_next(next()));
    batch.seq = leadership_.seq;
    const auto again = store_->commit(batch);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::Conflict);

    const auto seq = store_->committed(leadership_.epoch);
    ASSERT_TRUE(seq);
    EXPECT_EQ(*seq, leadership_.seq);
    EXPECT_EQ(loaded().seq, leadership_.seq);
    EXPECT_EQ(loaded().last_id, 1000);
}

TEST_P(StoreContract, CommitsAllOfABatchOrNothing) {
    Batch first = next();
    first.runs_inserted = {a_run(1)};
    ASSERT_TRUE(commit_next(first));

    Batch broken = next();
    broken.runs_inserted = {a_run(2), a_run(1)};  // run 1 is there already
    broken.live_inserted = {a_live_task(11, 2)};
    const auto done = store_->commit(broken);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Invalid);
    EXPECT_EQ(loaded().runs.size(), 1U);
    EXPECT_TRUE(loaded().live.empty());
    EXPECT_EQ(loaded().seq, leadership_.seq);

    Batch mended = next();
    mended.runs_inserted = {a_run(2)};
    const auto after = commit_next(mended);
    EXPECT_TRUE(after) << describe(after.error());
}

TEST_P(StoreContract, TellsTheOutcomeOfABatchUnderWayOnceItIsKnown) {
    Batch batch = next();
    batch.runs_inserted = {a_run(1)};
    store_->begin_commit(batch);
    std::optional<Result<void>> told;
    while (!told) {
        told = store_->finish_commit(Duration(100));
    }
    ASSERT_TRUE(*told) << describe(told->error());
    leadership_.seq = batch.seq;
    EXPECT_EQ(loaded().runs.size(), 1U);

    Batch broken = next();
    broken.runs_inserted = {a_run(1)};
    store_->begin_commit(broken);
    told = store_->finish_commit(Duration::max());
    ASSERT_TRUE(told.has_value());
    ASSERT_FALSE(*told);
    EXPECT_EQ(told->error().kind, ErrorKind::Invalid);

    Batch mended = next();
    mended.runs_inserted = {a_run(2)};
    EXPECT_TRUE(commit_next(mended));
    EXPECT_EQ(loaded().runs.size(), 2U);
}

TEST_P(StoreContract, GivesRunsAndTasksBackAsTheyWere) {
    Batch batch = next();
    RunRow run = a_run(1);
    run.parent_task = 77;
    run.depth = 3;
    run.priority = -2;
    run.reason = "because 'quotes' \"and\" {braces}, \\ and\nlines";
    LiveTaskRow live = a_live_task(11, 1);
    live.item = "7";
    live.siblings = 40;
    live.state = "retrying";
    live.next_at = at_second(99) + Duration(123456);
    live.child_run = 5;
    live.reason = "NULL";
    DoneTaskRow done = a_done_task(12, 1);
    done.child_run = 6;
    done.siblings = 3;
    batch.definitions = {a_definition()};
    batch.runs_inserted = {run};
    batch.live_inserted = {live};
    batch.done_inserted = {done};
    const auto committed = commit_next(batch);
    ASSERT_TRUE(committed) << describe(committed.error());

    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.runs.size(), 1U);
    EXPECT_EQ(snapshot.runs[0].parent_task, run.parent_task);
    EXPECT_EQ(snapshot.runs[0].depth, 3);
    EXPECT_EQ(snapshot.runs[0].priority, -2);
    EXPECT_EQ(snapshot.runs[0].reason, run.reason);
    EXPECT_EQ(snapshot.runs[0].params, run.params);
    EXPECT_EQ(snapshot.runs[0].created_at, run.created_at);
    EXPECT_EQ(snapshot.runs[0].started_at, run.started_at);
    EXPECT_EQ(snapshot.runs[0].finished_at, std::nullopt);
    ASSERT_EQ(snapshot.live.size(), 1U);
    EXPECT_EQ(snapshot.live[0].item, "7");
    EXPECT_EQ(snapshot.live[0].siblings, 40);
    EXPECT_EQ(snapshot.live[0].state, "retrying");
    EXPECT_EQ(snapshot.live[0].next_at, live.next_at);
    EXPECT_EQ(snapshot.live[0].child_run, live.child_run);
    EXPECT_EQ(snapshot.live[0].input, live.input);
    EXPECT_EQ(snapshot.live[0].reason, "NULL");
    ASSERT_EQ(snapshot.done.size(), 1U);
    EXPECT_EQ(snapshot.done[0].outputs, done.outputs);
    EXPECT_EQ(snapshot.done[0].siblings, 3);
    EXPECT_EQ(snapshot.done[0].finished_at, done.finished_at);
    EXPECT_EQ(snapshot.done[0].child_run, done.child_run);
    ASSERT_EQ(snapshot.definitions.size(), 1U);
    EXPECT_EQ(snapshot.definitions[0].source, "workflow: train");
    EXPECT_EQ(snapshot.deployed, std::vector<std::string>{"hash-1"});
}

TEST_P(StoreContract, TellsHowOftenAnInstanceWasLostAndWhenItBegan) {
    Batch batch = next();
    batch.definitions = {a_definition()};
    batch.runs_inserted = {a_run(1)};
    batch.live_inserted = {a_live_task(11, 1), a_live_task(12, 1), a_live_task(13, 1)};
    const auto ended = [](TaskId task, int attempt, const std::string& outcome) {
        return AttemptRow{task, 1, attempt, at_second(4 + attempt), at_second(5 + attempt), outcome, outcome == "interrupted" ? "" : "transient", ""};
    };
    batch.attempts = {ended(11, 1, "lost"), ended(11, 2, "failed"), ended(11, 3, "lost"), ended(12, 1, "interrupted"), ended(13, 1, "lost")};
    batch.live_deleted = {13};
    ASSERT_TRUE(commit_next(batch));
    EXPECT_EQ(loaded().tried, (std::vector<TriedRow>{{11, at_second(5), 2}}));
}

TEST_P(StoreContract, GivesManyTasksBackWhetherAlikeOrDifferent) {
    Batch batch = next();
    batch.definitions = {a_definition()};
    batch.runs_inserted = {a_run(1)};
    constexpr TaskId last = 40;
    for (TaskId id = 11; id <= last; ++id) {
        batch.live_inserted.push_back(a_live_task(id, 1));
        batch.done_inserted.push_back(a_done_task(100 + id, 1));
        batch.done_inserted.back().outputs = Json();
    }
    // The last of many has what all others lack, and lacks what they have.
    batch.live_inserted.back().child_run = 5;
    batch.live_inserted.back().started_at.reset();
    batch.live_inserted.back().input = Json();
    batch.live_inserted.back().country = "FR";
    const auto committed = commit_next(batch);
    ASSERT_TRUE(committed) << describe(committed.error());

    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.live.size(), batch.live_inserted.size());
    ASSERT_EQ(snapshot.done.size(), batch.done_inserted.size());
    for (const LiveTaskRow& row : snapshot.live) {
        const LiveTaskRow& sent = row.id == last ? batch.live_inserted.back() : batch.live_inserted.front();
        EXPECT_EQ(row.run, 1);
        EXPECT_EQ(row.task, sent.task);
        EXPECT_EQ(row.country, sent.country) << row.id;
        EXPECT_EQ(row.child_run, sent.child_run) << row.id;
        EXPECT_EQ(row.started_at, sent.started_at) << row.id;
        EXPECT_EQ(row.input, sent.input) << row.id;
    }
    for (const DoneTaskRow& row : snapshot.done) {
        EXPECT_EQ(row.input, batch.done_inserted.front().input) << row.id;
        EXPECT_TRUE(row.outputs.is_null()) << row.id;
        EXPECT_EQ(row.finished_at, batch.done_inserted.front().finished_at);
    }
}

// However many begin alike, each goes its own way.
TEST_P(StoreContract, FollowsEachOfManyThatBeganAlike) {
    Batch batch = next();
    batch.definitions = {a_definition()};
    batch.runs_inserted = {a_run(1)};
    for (TaskId id = 11; id <= 90; ++id) {
        batch.live_inserted.push_back(a_live_task(id, 1));
        batch.live_inserted.back().item = std::to_string(id);
        if (id > 50) {
            batch.live_inserted.back().input = JsonObject{{"item", id}};
        }
    }
    batch.live_inserted.back().attempt = 2;
    ASSERT_TRUE(commit_next(batch));

    Batch changes = next();
    LiveTaskRow retried = batch.live_inserted[5];
    retried.state = "retrying";
    retried.reason = "once more";
    retried.next_at = at_second(99);
    changes.live_updated = {retried};
    changes.progress = {{18, 0.5, "half"}, {60, 0.25, "a quarter"}};
    changes.live_deleted = {11, 61, 62};
    changes.done_inserted = {a_done_task(11, 1), a_done_task(61, 1), a_done_task(62, 1)};
    ASSERT_TRUE(commit_next(changes));
    Batch again = next();
    retried.state = "running";
    retried.attempt = 2;
    again.live_updated = {retried};
    again.progress = {{18, 0.75, "more"}};
    again.live_deleted = {60};
    again.done_inserted = {a_done_task(60, 1)};
    ASSERT_TRUE(commit_next(again));

    std::map<TaskId, LiveTaskRow> left;
    for (const LiveTaskRow& row : loaded().live) {
        EXPECT_TRUE(left.emplace(row.id, row).second) << row.id;
    }
    EXPECT_EQ(left.size(), 76U);
    for (const LiveTaskRow& sent : batch.live_inserted) {
        if (sent.id == 11 || (sent.id >= 60 && sent.id <= 62)) {
            EXPECT_FALSE(left.contains(sent.id)) << sent.id;
            continue;
        }
        ASSERT_TRUE(left.contains(sent.id)) << sent.id;
        const LiveTaskRow& row = left.at(sent.id);
        EXPECT_EQ(row.item, sent.item);
        EXPECT_EQ(row.input, sent.input);
        EXPECT_EQ(row.started_at, sent.started_at);
        EXPECT_EQ(row.siblings, sent.siblings);
        EXPECT_EQ(row.state, "running");
        EXPECT_EQ(row.attempt, sent.id == retried.id ? 2 : sent.attempt) << sent.id;
    }

    Batch rest = next();
    for (const auto& [id, row] : left) {
        rest.live_deleted.push_back(id);
        rest.done_inserted.push_back(a_done_task(id, 1));
    }
    ASSERT_TRUE(commit_next(rest));
    EXPECT_TRUE(loaded().live.empty());
    EXPECT_EQ(loaded().done.size(), 80U);
}

TEST_P(StoreContract, AppliesABatchInTheOrderOfItsMembers) {
    Batch first = next();
    first.runs_inserted = {a_run(1)};
    first.live_inserted = {a_live_task(11, 1), a_live_task(12, 1)};
    ASSERT_TRUE(commit_next(first));

    Batch batch = next();
    LiveTaskRow early = a_live_task(12, 1);
    early.attempt = 2;
    LiveTaskRow late = early;
    late.attempt = 3;
    batch.live_inserted = {a_live_task(13, 1)};
    batch.live_updated = {early, late};                    // the last one counts
    batch.live_deleted = {13, 11};                         // also what this batch inserted
    batch.done_inserted = {a_done_task(13, 1), a_done_task(11, 1)};
    RunRow run = a_run(1);
    run.state = "paused";
    batch.runs_updated = {a_run(1), run};
    ASSERT_TRUE(commit_next(batch));

    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.live.size(), 1U);
    EXPECT_EQ(snapshot.live[0].id, 12);
    EXPECT_EQ(snapshot.live[0].attempt, 3);
    EXPECT_EQ(snapshot.done.size(), 2U);
    EXPECT_EQ(snapshot.runs[0].state, "paused");
}

TEST_P(StoreContract, UpdatesNothingThatIsNotThere) {
    Batch batch = next();
    batch.runs_updated = {a_run(9)};
    batch.live_updated = {a_live_task(19, 9)};
    batch.progress = {{19, 0.5, "half"}};
    batch.live_deleted = {19};
    const auto done = commit_next(batch);
    ASSERT_TRUE(done) << describe(done.error());
    EXPECT_TRUE(loaded().runs.empty());
    EXPECT_TRUE(loaded().live.empty());
}

TEST_P(StoreContract, LoadsOnlyWhatHasNotEnded) {
    Batch batch = next();
    batch.definitions = {a_definition()};
    batch.runs_inserted = {a_run(1), a_run(2, "succeeded"), a_run(3, "queued")};
    batch.done_inserted = {a_done_task(11, 1), a_done_task(12, 2)};
    ASSERT_TRUE(commit_next(batch));

    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.runs.size(), 2U);
    EXPECT_EQ(snapshot.runs[0].id, 1);
    EXPECT_EQ(snapshot.runs[1].id, 3);
    ASSERT_EQ(snapshot.done.size(), 1U);
    EXPECT_EQ(snapshot.done[0].id, 11);

    const auto ended = store_->load_ended(2);
    ASSERT_TRUE(ended) << describe(ended.error());
    EXPECT_EQ(ended->run.state, "succeeded");
    EXPECT_EQ(ended->definition.hash, "hash-1");
    ASSERT_EQ(ended->done.size(), 1U);
    EXPECT_EQ(ended->done[0].id, 12);
    EXPECT_EQ(store_->load_ended(1).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(store_->load_ended(4).error().kind, ErrorKind::NotFound);
}

TEST_P(StoreContract, KeepsTheDefinitionThatARunIsPinnedTo) {
    Batch batch = next();
    batch.definitions = {a_definition("hash-1"), a_definition("hash-2"), a_definition("hash-3", "infer")};
    batch.runs_inserted = {a_run(1)};
    ASSERT_TRUE(commit_next(batch));
    EXPECT_EQ(loaded().definitions.size(), 3U);
    EXPECT_EQ(loaded().deployed, (std::vector<std::string>{"hash-3", "hash-2"}));

    Batch back = next();
    back.definitions = {a_definition("hash-1")};  // an old text again: the newest once more
    back.retired_workflows = {"infer"};
    ASSERT_TRUE(commit_next(back));
    EXPECT_EQ(loaded().deployed, std::vector<std::string>{"hash-1"});
    EXPECT_EQ(loaded().definitions.size(), 1U);
}

TEST_P(StoreContract, ReopensDoneTasksForARedrive) {
    Batch batch = next();
    batch.definitions = {a_definition()};
    batch.runs_inserted = {a_run(1, "failed")};
    batch.done_inserted = {a_done_task(11, 1), a_done_task(12, 1)};
    batch.dead_letters = {a_dead_letter(21, 1, 11)};
    ASSERT_TRUE(commit_next(batch));
    EXPECT_TRUE(loaded().runs.empty());

    Batch redrive = next();
    redrive.runs_updated = {a_run(1, "running")};
    redrive.done_deleted = {11};
    redrive.live_inserted = {a_live_task(11, 1)};
    redrive.dead_letters_closed = {{21, "redriven", "the query was mended", at_second(30)}};
    ASSERT_TRUE(commit_next(redrive));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.runs.size(), 1U);
    EXPECT_EQ(snapshot.runs[0].finished_at, std::nullopt);
    ASSERT_EQ(snapshot.done.size(), 1U);
    EXPECT_EQ(snapshot.done[0].id, 12);
    ASSERT_EQ(snapshot.live.size(), 1U);
    EXPECT_EQ(snapshot.live[0].id, 11);
}

TEST_P(StoreContract, DropsInstancesForARerunAndKeepsWhatIsPaused) {
    Batch batch = next();
    batch.definitions = {a_definition()};
    batch.runs_inserted = {a_run(1), a_run(2)};
    batch.live_inserted = {a_live_task(11, 1), a_live_task(12, 1)};
    batch.done_inserted = {a_done_task(13, 1), a_done_task(14, 1)};
    batch.dead_letters = {a_dead_letter(21, 1, 14), a_dead_letter(22, 1, 13), a_dead_letter(23, 2, 15)};
    ASSERT_TRUE(commit_next(batch));

    Batch rerun = next();
    rerun.runs_updated = {a_run(1, "paused")};
    rerun.runs_updated[0].pauses = JsonArray{JsonObject{{"country", ""}, {"by", "anna"}}};
    rerun.live_deleted = {12};
    rerun.done_deleted = {13};
    rerun.dead_letters_closed = {{22, "redriven", "rerun", at_second(30)}};
    ASSERT_TRUE(commit_next(rerun));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.runs.size(), 2U);
    EXPECT_EQ(snapshot.runs[0].state, "paused");
    EXPECT_EQ(snapshot.runs[0].pauses, rerun.runs_updated[0].pauses);
    EXPECT_TRUE(snapshot.runs[1].pauses.is_null());
    ASSERT_EQ(snapshot.live.size(), 1U);
    EXPECT_EQ(snapshot.live[0].id, 11);
    ASSERT_EQ(snapshot.done.size(), 1U);
    EXPECT_EQ(snapshot.done[0].id, 14);
    const auto letters = store_->open_letters(1);
    ASSERT_TRUE(letters) << describe(letters.error());
    ASSERT_EQ(letters->size(), 1U);
    EXPECT_EQ(letters->front().id, 21);
    EXPECT_EQ(letters->front().task, 14);
}

TEST_P(StoreContract, TellsADeadLettersState) {
    Batch batch = next();
    batch.dead_letters = {a_dead_letter(21, 1, 11)};
    ASSERT_TRUE(commit_next(batch));
    auto letter = store_->load_dead_letter(21);
    ASSERT_TRUE(letter) << describe(letter.error());
    EXPECT_EQ(letter->state, "open");
    EXPECT_EQ(letter->row.run, 1);
    EXPECT_EQ(letter->row.task_id, 11);
    EXPECT_EQ(letter->row.event_id, std::nullopt);
    EXPECT_EQ(letter->row.fingerprint, "data/prepare/column");
    EXPECT_EQ(letter->row.input, Json(JsonObject{{"x", 1}}));

    Batch closing = next();
    closing.dead_letters_closed = {{21, "discarded", "a test", at_second(30)}};
    ASSERT_TRUE(commit_next(closing));
    letter = store_->load_dead_letter(21);
    ASSERT_TRUE(letter);
    EXPECT_EQ(letter->state, "discarded");
    EXPECT_EQ(store_->load_dead_letter(22).error().kind, ErrorKind::NotFound);
}

TEST_P(StoreContract, KeepsRepliesForADay) {
    Batch batch = next();
    const Instant now = at_second(20);
    batch.idempotency = {
        {"key-new", "print", 201, "{\"id\":1}", now - std::chrono::hours(23)},
        {"key-old", "print", 201, "{\"id\":2}", now - std::chrono::hours(25)},
    };
    ASSERT_TRUE(commit_next(batch));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.idempotency.size(), 1U);
    EXPECT_EQ(snapshot.idempotency[0].key, "key-new");
    EXPECT_EQ(snapshot.idempotency[0].status, 201);
    EXPECT_EQ(snapshot.idempotency[0].reply, "{\"id\":1}");

    Batch again = next();
    again.idempotency = {{"key-old", "other", 202, "{}", now}};
    ASSERT_TRUE(commit_next(again));
    EXPECT_EQ(loaded().idempotency.size(), 2U);
}

TEST_P(StoreContract, WritesSchedulesOverAndDeletesThem) {
    Batch batch = next();
    batch.schedules = {
        {"train", "monthly", "0 2 1 * *", "Europe/Luxembourg", false, std::nullopt, at_second(50)},
        {"train", "daily", "0 2 * * *", "UTC", false, std::nullopt, std::nullopt},
    };
    ASSERT_TRUE(commit_next(batch));
    Batch later = next();
    later.schedules = {{"train", "monthly", "0 3 1 * *", "Europe/Luxembourg", true, at_second(50), at_second(60)}};
    later.schedules_deleted = {{"train", "daily"}};
    ASSERT_TRUE(commit_next(later));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.schedules.size(), 1U);
    EXPECT_EQ(snapshot.schedules[0].text, "0 3 1 * *");
    EXPECT_TRUE(snapshot.schedules[0].paused);
    EXPECT_EQ(snapshot.schedules[0].last_tick, at_second(50));
    EXPECT_EQ(snapshot.schedules[0].next_tick, at_second(60));
}

TEST_P(StoreContract, HasOneWinnerPerCountryInForce) {
    Batch batch = next();
    batch.effects = {winner(31, "DE", "m-1", 40), winner(32, "FR", "m-2", 40), winner(33, "DE", "m-3", 41)};
    ASSERT_TRUE(commit_next(batch));
    Batch later = next();
    later.effects = {winner(34, "FR", "m-4", 39)};  // a clock that went back
    ASSERT_TRUE(commit_next(later));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.winners.size(), 2U);
    EXPECT_EQ(snapshot.winners[0].country, "DE");
    EXPECT_EQ(text_member(snapshot.winners[0].details, "model"), "m-3");
    EXPECT_EQ(snapshot.winners[1].country, "FR");
    EXPECT_EQ(text_member(snapshot.winners[1].details, "model"), "m-4");
}

TEST_P(StoreContract, GivesEventsBackUntilTheyAreMarked) {
    Batch batch = next();
    batch.events = {an_event(41, "a"), an_event(42, "b")};
    batch.deliveries = {{41, "evaluate", "on-trained", "filtered", std::nullopt, "when is false", at_second(9)}};
    ASSERT_TRUE(commit_next(batch));
    ASSERT_EQ(loaded().undelivered.size(), 1U);
    EXPECT_EQ(loaded().undelivered[0].id, 42);
    EXPECT_EQ(loaded().undelivered[0].data, Json(JsonObject{{"country", "DE"}}));

    Batch routed = next();
    routed.deliveries = {{42, "", "", "filtered", std::nullopt, "nobody listens", at_second(9)}};
    ASSERT_TRUE(commit_next(routed));
    EXPECT_TRUE(loaded().undelivered.empty());

    const auto event = store_->load_event(41);
    ASSERT_TRUE(event);
    ASSERT_TRUE(event->has_value());
    EXPECT_EQ((*event)->ce_id, "a");
    const auto absent = store_->load_event(43);
    ASSERT_TRUE(absent);
    EXPECT_FALSE(absent->has_value());
}

TEST_P(StoreContract, RefusesTheSameEventTwice) {
    Batch batch = next();
    batch.events = {an_event(41, "a")};
    ASSERT_TRUE(commit_next(batch));
    Batch again = next();
    again.events = {an_event(42, "a")};
    const auto done = store_->commit(again);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Invalid);
}

TEST_P(StoreContract, RefusesTheSameDeliveryTwice) {
    const DeliveryRow delivery{41, "evaluate", "on-trained", "started", 5, "", at_second(9)};
    Batch batch = next();
    batch.events = {an_event(41, "a")};
    batch.deliveries = {delivery};
    ASSERT_TRUE(commit_next(batch));
    Batch again = next();
    again.deliveries = {delivery};
    const auto done = store_->commit(again);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Invalid);
}

TEST_P(StoreContract, MarksADeadDeliveryAnew) {
    DeliveryRow delivery{41, "evaluate", "on-trained", "dead", std::nullopt, "params: no such member", at_second(9)};
    Batch batch = next();
    batch.events = {an_event(41, "a")};
    batch.deliveries = {delivery};
    ASSERT_TRUE(commit_next(batch));
    delivery.state = "started";
    delivery.run = 5;
    Batch redriven = next();
    redriven.deliveries = {delivery};
    const auto marked = commit_next(redriven);
    ASSERT_TRUE(marked) << describe(marked.error());
    Batch again = next();
    again.deliveries = {delivery};
    const auto done = store_->commit(again);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Invalid);
}

TEST_P(StoreContract, GivesDeliveriesThatWaitBackInTheOrderInWhichTheyCame) {
    Batch batch = next();
    EventRow later = an_event(41, "a");
    later.extensions = JsonObject{{"traceparent", "00-1"}};
    later.replay_of = 7;
    batch.events = {later, an_event(42, "b"), an_event(43, "c")};
    batch.deliveries = {
        {41, "evaluate", "on-trained", "pending", std::nullopt, "waits", at_second(9), "DE"},
        {42, "evaluate", "on-trained", "pending", std::nullopt, "waits", at_second(8), "FR"},
        {43, "evaluate", "on-trained", "duplicate", std::nullopt, "seen", at_second(8)},
    };
    ASSERT_TRUE(commit_next(batch));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.pending.size(), 2U);
    EXPECT_EQ(snapshot.pending[0].delivery.event, 42);
    EXPECT_EQ(snapshot.pending[0].delivery.key, "FR");
    EXPECT_EQ(snapshot.pending[1].delivery.at, at_second(9));
    EXPECT_EQ(snapshot.pending[1].event.extensions, later.extensions);
    EXPECT_EQ(snapshot.pending[1].event.replay_of, 7);
    EXPECT_EQ(snapshot.pending[1].event.data, later.data);
    EXPECT_TRUE(snapshot.undelivered.empty());

    Batch decided = next();
    decided.deliveries = {{41, "evaluate", "on-trained", "started", 5, "", at_second(10)}};
    const auto marked = commit_next(decided);
    ASSERT_TRUE(marked) << describe(marked.error());
    EXPECT_EQ(loaded().pending.size(), 1U);
    Batch again = next();
    again.deliveries = decided.deliveries;
    EXPECT_FALSE(store_->commit(again));
}

TEST_P(StoreContract, KeepsSeenKeysUntilTheirWindowEnds) {
    Batch batch = next();
    batch.seen_keys = {{"w", "t", "7", 41, at_second(1), at_second(19)}, {"w", "t", "8", 42, at_second(2), at_second(30)}};
    ASSERT_TRUE(commit_next(batch));
    Batch later = next();
    later.seen_keys = {{"w", "t", "8", 43, at_second(3), at_second(40)}};
    ASSERT_TRUE(commit_next(later));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.seen_keys.size(), 1U) << "loaded at second 20";
    EXPECT_EQ(snapshot.seen_keys[0].key, "8");
    EXPECT_EQ(snapshot.seen_keys[0].event, 43);
    EXPECT_EQ(snapshot.seen_keys[0].until, at_second(40));
}

TEST_P(StoreContract, KeepsWhatIsAskedAsItWasUntilItIsDecided) {
    Batch batch = next();
    ApprovalRow open;
    open.id = 21;
    open.run = 1;
    open.task_id = 11;
    open.workflow = "evaluate";
    open.correlation = "c1";
    open.task = "approve";
    open.country = "DE";
    open.title = "Promote m-2?";
    open.evidence = JsonObject{{"f1", 0.91}, {"rows", JsonArray{1, "a", nullptr}}};
    open.role = "reviewer";
    open.needed = 2;
    open.submitter = "sam";
    open.otherwise = "reject";
    open.reject_fails = false;
    open.asked_at = at_second(1);
    open.deadline_at = at_second(100);
    open.escalate_at = at_second(50);
    open.state = "open";
    batch.approvals = {open};
    batch.votes = {{21, "anna", "approve", "fine", at_second(2)}};
    ASSERT_TRUE(commit_next(batch));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.approvals.size(), 1U);
    const ApprovalRow& kept = snapshot.approvals[0];
    EXPECT_EQ(kept.evidence, open.evidence);
    EXPECT_EQ(kept.title, open.title);
    EXPECT_EQ(kept.needed, 2);
    EXPECT_EQ(kept.submitter, "sam");
    EXPECT_EQ(kept.otherwise, "reject");
    EXPECT_FALSE(kept.reject_fails);
    EXPECT_EQ(kept.deadline_at, at_second(100));
    EXPECT_EQ(kept.escalate_at, at_second(50));
    EXPECT_FALSE(kept.escalated_at);
    ASSERT_EQ(snapshot.votes.size(), 1U);
    EXPECT_EQ(snapshot.votes[0].by, "anna");
    EXPECT_EQ(snapshot.votes[0].comment, "fine");

    Batch escalated = next();
    escalated.approvals = {open};
    escalated.approvals[0].escalated_at = at_second(50);
    ASSERT_TRUE(commit_next(escalated));
    EXPECT_EQ(loaded().approvals.at(0).escalated_at, at_second(50));

    Batch decided = next();
    decided.approvals = escalated.approvals;
    decided.approvals[0].state = "approved";
    decided.approvals[0].decision = "approved";
    decided.approvals[0].reason = "approved by anna and ben";
    decided.approvals[0].closed_at = at_second(60);
    decided.votes = {{21, "ben", "approve", "", at_second(60)}};
    const auto done = commit_next(decided);
    ASSERT_TRUE(done) << describe(done.error());
    EXPECT_TRUE(loaded().approvals.empty());
    EXPECT_TRUE(loaded().votes.empty());
    Batch again = next();
    again.approvals = decided.approvals;
    again.approvals[0].state = "rejected";
    EXPECT_FALSE(store_->commit(again)) << "it is decided";
}

TEST_P(StoreContract, TakesOneAnswerOfEachPerson) {
    Batch batch = next();
    ApprovalRow open;
    open.id = 21;
    open.task_id = 11;
    open.role = "reviewer";
    open.otherwise = "fail";
    open.state = "open";
    batch.approvals = {open};
    batch.votes = {{21, "anna", "approve", "", at_second(2)}};
    ASSERT_TRUE(commit_next(batch));
    Batch again = next();
    again.votes = {{21, "anna", "reject", "", at_second(3)}};
    EXPECT_FALSE(store_->commit(again));
    Batch strange = next();
    strange.votes = {{22, "anna", "reject", "", at_second(3)}};
    EXPECT_FALSE(store_->commit(strange)) << "nobody asked";
}

TEST_P(StoreContract, KeepsATickThatWaits) {
    Batch batch = next();
    batch.schedules = {{"train", "monthly", "0 2 1 * *", "UTC", false, at_second(50), at_second(60), at_second(55), "it waits"}};
    ASSERT_TRUE(commit_next(batch));
    const Snapshot snapshot = loaded();
    ASSERT_EQ(snapshot.schedules.size(), 1U);
    EXPECT_EQ(snapshot.schedules[0].waiting_tick, at_second(55));
    EXPECT_EQ(snapshot.schedules[0].last_result, "it waits");
}

TEST_P(StoreContract, TakesAnAttemptNumberTwice) {
    AttemptRow attempt{11, 1, 1, at_second(1), at_second(2), "interrupted", "", ""};
    Batch batch = next();
    batch.attempts = {attempt, attempt};
    attempt.outcome = "failed";
    attempt.failure_class = "transient";
    batch.attempts.push_back(attempt);
    const auto done = commit_next(batch);
    EXPECT_TRUE(done) << describe(done.error());
}

}  // namespace kontor::contract
