#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

using std::chrono::seconds;

core::dag::Trigger on(const std::string& type, const Json& params) {
    core::dag::Trigger trigger;
    trigger.name = "on-" + type;
    trigger.event = type;
    trigger.params = value_of(params);
    return trigger;
}

PostedEvent event(const std::string& id, const Json& data) {
    PostedEvent posted;
    posted.by = Caller::house("me");
    posted.ce_id = id;
    posted.source = "/test";
    posted.type = "alarm";
    posted.data = data;
    return posted;
}

core::dag::TaskNode child_of(const std::string& workflow, bool wait = true) {
    auto call = task("call");
    call.uses = "workflow.run";
    call.with = value_of(JsonObject{{"workflow", workflow}, {"wait", wait}});
    return call;
}

TEST(Events, StartRunsWithMappedParametersUnlessFilteredOrSeenBefore) {
    Room room;
    auto made = room.flow("w", {task("a")});
    made->triggers = {on("alarm", JsonObject{{"country", "${{ event.data.country }}"}})};
    made->triggers[0].when = *core::expr::parse("event.data.level > 3");
    room.deploy(made);
    ASSERT_TRUE(room.ask<EventInput>(event("1", JsonObject{{"country", "AA"}, {"level", 2}})));
    EXPECT_TRUE(room.store.runs.empty());
    const Result<Reply> started = room.ask<EventInput>(event("2", JsonObject{{"country", "AA"}, {"level", 5}}));
    ASSERT_EQ(room.store.runs.size(), 1U);
    EXPECT_EQ(room.store.runs.begin()->second.params, Json(JsonObject{{"country", "AA"}}));
    EXPECT_EQ(room.store.runs.begin()->second.correlation, "c" + std::to_string(Room::number(*started, "id")));
    ASSERT_TRUE(room.ask<EventInput>(event("2", JsonObject{{"country", "AA"}, {"level", 5}})));
    EXPECT_EQ(room.store.runs.size(), 1U);
}

TEST(Events, AMappingThatFailsIsADeadLetterAndItsRedriveDeliversOnce) {
    Room room;
    auto made = room.flow("w", {task("a")});
    made->triggers = {on("alarm", JsonObject{{"country", "${{ event.data.land }}"}})};
    room.deploy(made);
    room.ask<EventInput>(event("1", JsonObject{{"country", "AA"}}));
    const std::int64_t letter = room.open_letter();
    ASSERT_NE(letter, 0);
    EXPECT_TRUE(room.store.runs.empty());
    auto mended = room.flow("w", {task("a")});
    mended->triggers = {on("alarm", JsonObject{{"country", "${{ event.data.country }}"}})};
    room.deploy(mended, "2");
    const Result<Reply> redriven = room.ask<RedriveInput>(RedriveRequest{Room::as("me"), letter, false});
    ASSERT_TRUE(redriven) << describe(redriven.error());
    EXPECT_EQ(room.store.runs.size(), 1U);
    EXPECT_EQ(room.open_letter(), 0);
    EXPECT_EQ(room.store.deliveries.begin()->second.state, "started");
    EXPECT_FALSE(room.ask<RedriveInput>(RedriveRequest{Room::as("me"), letter, false}));
}

TEST(Events, ARunThatReplacesItsOwnCauseHurtsNobody) {
    Room room;
    auto emits = task("tell");
    emits.uses = "event.emit";
    emits.with = value_of(JsonObject{{"type", "alarm"}});
    auto made = room.flow("w", {emits, task("a", {0})});
    made->concurrency = {"g", 1, core::dag::OnConflict::Replace};
    auto other = room.flow("other", {task("b")});
    other->concurrency = made->concurrency;
    other->triggers = {on("alarm", JsonObject{})};
    room.deploy(other);
    room.deploy(made);
    const ports::RunId run = room.submit("w");
    EXPECT_EQ(room.state(run), "cancelled");
    EXPECT_EQ(room.started(), std::vector<std::string>{"b"});
    auto calls = room.flow("calls", {child_of("other", false)});
    calls->concurrency = made->concurrency;
    room.deploy(calls);
    const ports::RunId caller = room.submit("calls");
    while (room.store.runs.rbegin()->second.state != "succeeded" && !room.executor->started.empty()) {
        room.end();
    }
    EXPECT_EQ(room.store.runs.rbegin()->second.workflow, "other");
    EXPECT_EQ(room.store.runs.rbegin()->second.state, "succeeded");
    EXPECT_EQ(room.state(caller), "cancelled");
}

TEST(Children, AreWaitedForFailTheirParentAndAreCancelledWithIt) {
    Room room;
    room.deploy(room.flow("child", {task("a")}));
    room.deploy(room.flow("waits", {child_of("child")}));
    room.deploy(room.flow("leaves", {child_of("child", false)}));
    const ports::RunId waits = room.submit("waits");
    EXPECT_EQ(room.state(waits), "running");
    room.boot();
    room.step();
    room.step(seconds(1));
    room.end();
    EXPECT_EQ(room.state(waits), "succeeded");
    const ports::RunId fails = room.submit("waits");
    room.end(sdk::Failed{sdk::FailureClass::Data, "no"});
    EXPECT_EQ(room.state(fails), "failed");
    const ports::RunId leaves = room.submit("leaves");
    EXPECT_EQ(room.state(leaves), "succeeded");
    room.end();
    const ports::RunId stopped = room.submit("waits");
    const ports::RunId child = room.executor->started.front().identity.run;
    CancelRequest request;
    request.run = stopped;
    ASSERT_TRUE(room.ask<CancelInput>(request));
    EXPECT_EQ(room.executor->cancelled.size(), 1U);
    room.end(sdk::Interrupted{});
    EXPECT_EQ(room.state(stopped), "cancelled");
    EXPECT_EQ(room.state(child), "cancelled");
}

TEST(Winners, AreSeenByExpressionsOnceChosen) {
    Room room;
    auto uses = task("use", {0}, true);
    uses.with = value_of(JsonObject{{"model", "${{ winner.model }}"}});
    auto made = room.flow("w", {task("choose", {}, true), uses});
    made->partition_over = value_of(JsonArray{"AA"});
    room.deploy(made);
    room.submit("w");
    sdk::Succeeded chosen;
    chosen.effects.emplace_back(sdk::WinnerChosen{"AA", "m-1", Json(), JsonObject{{"model", "m-1"}}});
    room.end(chosen);
    ASSERT_EQ(room.started(), std::vector<std::string>{"use/AA"});
    EXPECT_EQ(room.executor->started.front().input.at("model"), "m-1");
    room.boot();
    room.step(seconds(1));
    EXPECT_EQ(room.executor->started.front().input.at("model"), "m-1");
}

TEST(Timers, AreDueAgainAfterTheClockWasSetBack) {
    Room room;
    core::dag::TaskNode late = task("late", {1});
    late.gate.within = seconds(60);
    room.deploy(room.flow("w", {task("a"), task("b", {0}), late}));
    room.submit("w");
    room.step(seconds(61));  // the gate's time is over, and there is nothing yet
    room.now -= seconds(50);
    room.end();
    ASSERT_EQ(room.started(), std::vector<std::string>{"b"}) << "it is before the gate's time again";
    room.step(seconds(60));
    EXPECT_EQ(room.started(), (std::vector<std::string>{"b", "late"}));
}

TEST(Slots, GoToStartedChainsAndToHigherPrioritiesWithinTheBudget) {
    Room room;
    room.budget = {1, 1};
    room.boot();
    auto made = room.flow("w", {task("a", {}, true), task("b", {0}, true)});
    made->partition_over = value_of(JsonArray{"AA", "BB", "CC"});
    room.deploy(made);
    room.submit("w");
    EXPECT_EQ(room.started(), std::vector<std::string>{"a/AA"});
    room.end();
    EXPECT_EQ(room.started(), std::vector<std::string>{"b/AA"}) << "AA goes on before BB begins";
    const ports::RunId urgent = room.submit("w", {}, 1);
    room.end();
    ASSERT_EQ(room.executor->started.size(), 1U);
    EXPECT_EQ(room.executor->started.front().identity.run, urgent);
}

TEST(Sleep, ADurationThatIsNoneIsADeadLetterThatShowsItsInput) {
    Room room;
    auto nap = task("nap");
    nap.uses = "sleep";
    nap.with = value_of(JsonObject{{"for", "5x"}});
    room.deploy(room.flow("w", {nap}));
    const ports::RunId run = room.submit("w");
    EXPECT_EQ(room.state(run), "failed");
    ASSERT_EQ(room.store.letters.size(), 1U);
    const ports::DeadLetterRow& letter = room.store.letters.begin()->second.row;
    EXPECT_EQ(letter.input, Json(JsonObject{{"for", "5x"}}));
    EXPECT_EQ(letter.attempts, 1);
    EXPECT_NE(letter.reason.find("'5x' is not a duration"), std::string::npos) << letter.reason;
}

TEST(Slots, AreNotGivenAwayByWhatAFormerLifeOfARunLeftInTheQueue) {
    Room room;
    room.budget = {1, 1};
    room.boot();
    auto first = task("a", {}, true);
    room.deploy(room.flow("w", {first}));
    const ports::RunId run = room.submit("w");
    CancelRequest part;
    part.run = run;
    part.country = "BB";
    ASSERT_TRUE(room.ask<CancelInput>(part)) << "BB stays in the queue as a ghost";
    room.end(sdk::Failed{sdk::FailureClass::Data, "no"});
    ASSERT_EQ(room.state(run), "failed");
    ASSERT_TRUE(room.ask<RedriveInput>(RedriveRequest{Room::as(""), room.open_letter(), false}));
    EXPECT_EQ(room.started(), std::vector<std::string>{"a/AA"});
    room.end();
    EXPECT_EQ(room.state(run), "failed");
}

TEST(Changes, TellWhatACommitChangedAndProgressIsOfTheRunningAttempt) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    room.changes.clear();
    const ports::RunId run = room.submit("w");
    ASSERT_EQ(room.changes.size(), 1U);
    const Json& data = room.changes.front()->data;
    EXPECT_EQ(member(data, "runs")->get_array().at(0).at("id"), run);
    EXPECT_EQ(member(data, "tasks")->get_array().at(0).at("state"), "running");
    EXPECT_EQ(room.changes.front()->seq, room.conductor->seq());
    const ports::AttemptKey key = room.executor->started.front().key;
    room.cycle->add(ProgressInput{key, 0.5, std::string("half\0way", 8)});
    room.cycle->add(ProgressInput{{key.task, key.attempt + 1}, 0.9, "of another attempt"});
    room.step();
    EXPECT_EQ(room.store.progress.at(key.task).fraction, 0.5);
    EXPECT_EQ(room.store.progress.at(key.task).what, "half\xEF\xBF\xBDway");
    EXPECT_EQ(member(room.changes.back()->data, "progress")->get_array().size(), 1U);
}

}  // namespace
}  // namespace kontor::engine::testing
