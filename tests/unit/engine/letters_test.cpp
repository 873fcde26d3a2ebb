#include "engine/restore_check.hpp"
#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

using std::chrono::seconds;

const sdk::Failed broken{sdk::FailureClass::Data, "it is broken"};

RedriveRequest redrive_of(std::int64_t letter, Json with = Json(), bool dry_run = false) {
    RedriveRequest request;
    static_cast<Command&>(request) = Room::as("anna");
    request.audit.route = "POST /v1/dead-letters/{id}/redrive";
    request.dead_letter = letter;
    request.with = std::move(with);
    request.dry_run = dry_run;
    return request;
}

std::vector<std::int64_t> open_letters(const Room& room) {
    std::vector<std::int64_t> open;
    for (const auto& [id, letter] : room.store.letters) {
        if (letter.state == "open") {
            open.push_back(id);
        }
    }
    return open;
}

LetterJobInput job_over(std::vector<std::int64_t> letters, bool canary = false, int per_minute = 0) {
    LetterJobInput input;
    static_cast<Command&>(input.request) = Room::as("anna");
    input.request.audit.route = "POST /v1/dead-letters/redrive";
    input.request.canary = canary;
    input.request.per_minute = per_minute;
    input.request.reason = "the feed is back";
    input.letters = std::move(letters);
    input.selection = JsonObject{};
    return input;
}

std::int64_t start(Room& room, LetterJobInput input) {
    std::int64_t id = 0;
    input.reply = [&](const Result<Reply>& answer) { id = answer ? Room::number(*answer, "id") : -1; };
    room.cycle->add(std::move(input));
    room.step();
    return id;
}

void steps(Room& room, int count) {
    for (int n = 0; n < count; ++n) {
        room.step();
    }
}

const ports::LetterJobRow& job(const Room& room, std::int64_t id) { return room.store.letter_jobs.at(id); }

// A run of one task that is dead, so many times.
std::vector<ports::RunId> dead_runs(Room& room, int count) {
    room.deploy(room.flow("w", {task("a"), task("b", {0})}));
    std::vector<ports::RunId> runs;
    for (int n = 0; n < count; ++n) {
        runs.push_back(room.submit("w"));
        room.end(broken);
    }
    return runs;
}

void expect_restorable(Room& room) {
    const Result<ports::Snapshot> snapshot = room.store.load(room.now);
    EXPECT_EQ(RestoreCheck(*room.conductor).difference(*snapshot, room.now, room.now), "");
}

TEST(Letters, AChainOf200ThatDiesAt150Runs51AfterItsRedrive) {
    Room room;
    std::vector<core::dag::TaskNode> chain{task("t1")};
    for (int n = 2; n <= 200; ++n) {
        chain.push_back(task("t" + std::to_string(n), {n - 2}));
    }
    room.deploy(room.flow("w", chain));
    const ports::RunId run = room.submit("w");
    for (int n = 1; n < 150; ++n) {
        room.end();
    }
    ASSERT_EQ(room.started(), std::vector<std::string>{"t150"});
    room.end(broken);
    ASSERT_EQ(room.state(run), "failed");
    const Result<Reply> preview = room.ask<RedriveInput>(redrive_of(room.open_letter(), Json(), true));
    ASSERT_TRUE(preview) << describe(preview.error());
    EXPECT_EQ(Room::number(*preview, "still_to_run"), 51);
    EXPECT_EQ(room.state(run), "failed") << "a preview changes nothing";
    ASSERT_TRUE(room.ask<RedriveInput>(redrive_of(room.open_letter())));
    int ran = 0;
    for (; !room.executor->started.empty(); ++ran) {
        room.end();
    }
    EXPECT_EQ(ran, 51);
    EXPECT_EQ(room.state(run), "succeeded");
}

TEST(Letters, EditedInputHoldsForEveryAttemptAlsoAfterARestart) {
    Room room;
    core::dag::TaskNode node = task("a");
    node.with = value_of(JsonObject{{"rows", 10}, {"deep", JsonObject{{"x", 1}, {"y", 2}}}});
    room.deploy(room.flow("w", {node}));
    room.submit("w");
    room.end(broken);
    ASSERT_TRUE(room.ask<RedriveInput>(redrive_of(room.open_letter(), JsonObject{{"rows", 5}, {"deep", JsonObject{{"y", nullptr}}}})));
    const Json wanted = JsonObject{{"rows", 5}, {"deep", JsonObject{{"x", 1}}}};
    ASSERT_EQ(room.executor->started.size(), 1U);
    EXPECT_EQ(Json(room.executor->started.front().input), wanted);
    expect_restorable(room);
    room.end(sdk::Failed{sdk::FailureClass::Transient, "away"});
    room.boot();
    room.step(seconds(60));
    ASSERT_EQ(room.executor->started.size(), 1U);
    EXPECT_EQ(Json(room.executor->started.front().input), wanted);
}

TEST(Letters, AnEditThatDoesNotFitTheTaskTypeIsRefusedAndChangesNothing) {
    Room room;
    sdk::TaskType type;
    type.name = "strict";
    type.input_schema = JsonObject{
        {"type", "object"}, {"additionalProperties", false}, {"properties", JsonObject{{"rows", JsonObject{{"type", "integer"}}}}}
    };
    room.registry.add(type);
    core::dag::TaskNode node = task("a");
    node.uses = "strict";
    node.with = value_of(JsonObject{{"rows", 10}});
    room.deploy(room.flow("w", {node}));
    const ports::RunId run = room.submit("w");
    room.end(broken);
    for (const Json& with : {Json(JsonObject{{"rows", "many"}}), Json(JsonObject{{"rosw", 1}})}) {
        const Result<Reply> answer = room.ask<RedriveInput>(redrive_of(room.open_letter(), with));
        EXPECT_EQ(answer.error().kind, ErrorKind::Invalid);
        EXPECT_NE(answer.error().message.find("the edited input does not fit task type strict"), std::string::npos) << answer.error().message;
    }
    EXPECT_EQ(room.state(run), "failed");
    EXPECT_TRUE(room.store.runs.at(run).edits.is_null());
    EXPECT_NE(room.open_letter(), 0);
    EXPECT_TRUE(room.ask<RedriveInput>(redrive_of(room.open_letter(), JsonObject{{"rows", 3}})));
}

TEST(Letters, AJobTakesEveryLetterOnceAndNoneThatDiesAgain) {
    Room room;
    room.budget = {20, 20};
    room.boot();
    const std::vector<ports::RunId> runs = dead_runs(room, 5);
    const std::int64_t id = start(room, job_over(open_letters(room)));
    steps(room, 8);
    EXPECT_EQ(job(room, id).state, "done");
    EXPECT_EQ(job(room, id).carried_out, 5);
    ASSERT_EQ(room.executor->started.size(), 5U);
    while (!room.executor->started.empty()) {
        room.end(broken);
    }
    steps(room, 8);
    EXPECT_TRUE(room.executor->started.empty()) << "letters of the second death are new ones";
    EXPECT_EQ(open_letters(room).size(), 5U);
    EXPECT_EQ(room.store.audit.back().resource, "/v1/dead-letter-jobs/" + std::to_string(id));
    for (const ports::RunId run : runs) {
        EXPECT_EQ(room.state(run), "failed");
    }
}

TEST(Letters, ACanaryThatFailsStopsTheRest) {
    Room room;
    const std::vector<ports::RunId> runs = dead_runs(room, 3);
    const std::int64_t id = start(room, job_over(open_letters(room), true));
    steps(room, 5);
    ASSERT_EQ(room.executor->started.size(), 1U);
    EXPECT_EQ(job(room, id).state, "canary");
    room.end(broken);
    EXPECT_EQ(job(room, id).state, "stopped");
    EXPECT_EQ(job(room, id).said, "the canary failed: it is dead: it is broken");
    steps(room, 5);
    EXPECT_TRUE(room.executor->started.empty());
    EXPECT_EQ(open_letters(room).size(), 3U) << "two that were not touched, and the canary's new one";
}

TEST(Letters, TheRestGoesOnceTheCanaryHasPassedAlsoAfterARestart) {
    Room room;
    dead_runs(room, 3);
    const std::int64_t id = start(room, job_over(open_letters(room), true));
    steps(room, 3);
    EXPECT_EQ(job(room, id).state, "canary");
    room.boot();  // its attempt is lost and starts again
    steps(room, 3);
    EXPECT_EQ(job(room, id).state, "canary");
    ASSERT_EQ(room.executor->started.size(), 1U);
    room.end();
    steps(room, 5);
    EXPECT_EQ(job(room, id).state, "done");
    EXPECT_EQ(job(room, id).carried_out, 3);
    EXPECT_TRUE(open_letters(room).empty());
}

TEST(Letters, ACanaryWhoseRunIsCancelledHasFailed) {
    Room room;
    const std::vector<ports::RunId> runs = dead_runs(room, 2);
    const std::int64_t id = start(room, job_over(open_letters(room), true));
    steps(room, 3);
    CancelRequest cancel;
    static_cast<Command&>(cancel) = Room::as("anna");
    cancel.run = runs.front();
    ASSERT_TRUE(room.ask<CancelInput>(cancel));
    room.end(sdk::Interrupted{});
    EXPECT_EQ(job(room, id).state, "stopped");
    EXPECT_EQ(job(room, id).said.find("the canary failed: it is cancelled"), 0U) << job(room, id).said;
}

TEST(Letters, AJobKeepsToItsRateAndGoesOnBehindTheLastLetterAfterARestart) {
    Room room;
    room.budget = {20, 20};
    room.boot();
    dead_runs(room, 4);
    const std::int64_t id = start(room, job_over(open_letters(room), false, 6));
    steps(room, 5);
    EXPECT_EQ(job(room, id).carried_out, 1);
    ASSERT_TRUE(room.conductor->next_wakeup());
    EXPECT_EQ(*room.conductor->next_wakeup(), room.now + seconds(10));
    room.boot();
    steps(room, 5);
    EXPECT_EQ(job(room, id).carried_out, 1);
    room.step(seconds(10));
    steps(room, 3);
    EXPECT_EQ(job(room, id).carried_out, 2);
    room.step(seconds(10));
    room.step(seconds(10));
    steps(room, 2);
    EXPECT_EQ(job(room, id).state, "done");
    EXPECT_EQ(job(room, id).carried_out, 4);
}

TEST(Letters, AStoppedJobLeavesTheRestAndCannotBeStoppedAgain) {
    Room room;
    dead_runs(room, 3);
    const std::int64_t id = start(room, job_over(open_letters(room), false, 1));
    steps(room, 2);
    StopLetterJobRequest stop;
    static_cast<Command&>(stop) = Room::as("anna");
    stop.job = id;
    stop.reason = "enough";
    ASSERT_TRUE(room.ask<StopLetterJobInput>(stop));
    EXPECT_EQ(job(room, id).state, "stopped");
    EXPECT_EQ(job(room, id).said, "stopped by anna: enough");
    EXPECT_EQ(room.ask<StopLetterJobInput>(stop).error().kind, ErrorKind::Conflict);
    room.step(seconds(600));
    EXPECT_EQ(open_letters(room).size(), 2U);
}

TEST(Letters, WhatIsRefusedIsToldAndTheJobGoesOn) {
    Room room;
    const std::vector<ports::RunId> runs = dead_runs(room, 2);
    std::vector<std::int64_t> letters = open_letters(room);
    DiscardRequest discard;
    static_cast<Command&>(discard) = Room::as("anna");
    discard.dead_letter = letters.front();
    discard.reason = "a test";
    ASSERT_TRUE(room.ask<DiscardInput>(discard));
    letters.push_back(999'999);
    const std::int64_t id = start(room, job_over(letters));
    steps(room, 5);
    EXPECT_EQ(job(room, id).state, "done");
    EXPECT_EQ(job(room, id).carried_out, 1);
    EXPECT_EQ(job(room, id).refused, 2);
    const std::string told = to_text(job(room, id).refusals);
    EXPECT_NE(told.find("is already discarded"), std::string::npos) << told;
    EXPECT_NE(told.find("999999"), std::string::npos) << told;
}

TEST(Letters, ManyAreDiscardedByOneCommandWithItsReason) {
    Room room;
    const std::vector<ports::RunId> runs = dead_runs(room, 3);
    LetterJobInput input = job_over(open_letters(room));
    input.request.discard = true;
    input.request.reason = "a test feed";
    const std::int64_t id = start(room, std::move(input));
    steps(room, 5);
    EXPECT_EQ(job(room, id).state, "done");
    EXPECT_TRUE(open_letters(room).empty());
    EXPECT_EQ(room.state(runs.front()), "failed");
    EXPECT_TRUE(room.executor->started.empty());
}

TEST(Letters, AJobOverNothingIsRefused) {
    Room room;
    EXPECT_EQ(start(room, job_over({})), -1);
    EXPECT_TRUE(room.store.letter_jobs.empty());
}

TEST(Letters, AMessageThatCannotBeDeliveredIsADeadLetterLikeAnyOther) {
    Room room;
    sdk::TaskType type;
    type.name = "notify.send";
    type.pool = sdk::Pool::Io;
    room.registry.add(type);
    core::dag::TaskNode node = task("tell");
    node.uses = "notify.send";
    node.retry.attempts_max = 1;
    room.deploy(room.flow("w", {node}));
    room.submit("w");
    room.end(sdk::Failed{sdk::FailureClass::Transient, "the mail server does not answer"});
    ASSERT_NE(room.open_letter(), 0);
    const ports::DeadLetterRow& letter = room.store.letters.at(room.open_letter()).row;
    EXPECT_EQ(letter.kind, "task");
    EXPECT_EQ(letter.task, "tell");
    EXPECT_TRUE(room.ask<RedriveInput>(redrive_of(letter.id)));
    EXPECT_EQ(room.started(), std::vector<std::string>{"tell"});
}

}  // namespace
}  // namespace kontor::engine::testing
