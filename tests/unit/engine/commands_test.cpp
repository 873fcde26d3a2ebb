#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const sdk::Failed broken{sdk::FailureClass::Data, "it is broken"};

std::shared_ptr<core::dag::Workflow> scheduled(Room& room, const std::string& cron = "0 * * * *") {
    class Utc : public core::schedule::Zone {
     public:
        std::string_view name() const override { return "UTC"; }
        core::schedule::LocalMapping to_utc(core::schedule::LocalTime local) const override {
            return {core::schedule::LocalMapping::Kind::Unique, Instant(local.time_since_epoch()), Instant(local.time_since_epoch())};
        }
        core::schedule::LocalTime to_local(Instant instant) const override {
            return core::schedule::LocalTime(std::chrono::floor<seconds>(instant).time_since_epoch());
        }
    };
    auto made = room.flow("hourly", {task("a")});
    core::dag::Trigger trigger;
    trigger.name = "tick";
    trigger.cron = core::schedule::Schedule{};
    trigger.cron->text = cron;
    trigger.cron->cron = *core::schedule::parse_cron(cron);
    trigger.cron->zone = std::make_shared<Utc>();
    made->triggers = {trigger};
    return made;
}

TEST(Commands, ARunIsAnsweredOnceItIsInTheStore) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    const ports::RunId run = room.submit("w");
    EXPECT_EQ(room.state(run), "running");
    room.end();
    EXPECT_EQ(room.state(run), "succeeded");
    Submission unknown;
    unknown.by = Caller::house("me");
    unknown.by = Caller::house("me");
    unknown.workflow = "nothing";
    EXPECT_EQ(room.ask<SubmitInput>(unknown).error().kind, ErrorKind::NotFound);
    Submission wrong;
    wrong.by = Caller::house("me");
    wrong.by = Caller::house("me");
    wrong.workflow = "w";
    wrong.params = 3;
    EXPECT_EQ(room.ask<SubmitInput>(wrong).error().kind, ErrorKind::Invalid);
}

TEST(Commands, ARunIsForeseenAndNotStarted) {
    Room room;
    auto flow = room.flow("w", {task("a"), task("b", {0})});
    flow->concurrency = {"alone", 1, core::dag::OnConflict::CancelOldest};
    room.deploy(flow);
    Submission wanted;
    static_cast<Command&>(wanted) = Room::as("anna");
    wanted.workflow = "w";
    const auto foresee = [&] {
        Submission asked = wanted;
        asked.audit.dry_run = true;
        return room.ask<SubmitInput>(std::move(asked));
    };
    const Result<Reply> first = foresee();
    ASSERT_TRUE(first) << describe(first.error());
    EXPECT_EQ(first->status, 200);
    EXPECT_EQ(first->body, R"({"dry_run":true,"workflow":"w","hash":"hash-w 1","params":{},"state":"running","cancels":[],"tasks":["a","b"],"countries":[]})");
    EXPECT_TRUE(room.started().empty());
    const ports::RunId run = room.submit("w");
    EXPECT_NE(foresee()->body.find("\"cancels\":[" + std::to_string(run) + "]"), std::string::npos);
    EXPECT_EQ(room.state(run), "running");
    flow = room.flow("w", {task("a")});
    flow->concurrency = {"alone", 1, core::dag::OnConflict::Queue};
    room.deploy(flow, "2");
    EXPECT_NE(foresee()->body.find("\"state\":\"queued\",\"cancels\":[]"), std::string::npos);
    flow = room.flow("w", {task("a")});
    flow->concurrency = {"alone", 1, core::dag::OnConflict::Reject};
    room.deploy(flow, "3");
    EXPECT_EQ(foresee().error().kind, ErrorKind::Conflict) << "what would be refused is refused";
}

TEST(Commands, NothingIsAnsweredOrStartedBeforeTheStoreHasTakenIt) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    room.store.unavailable = 1;
    bool answered = false;
    Submission wanted;
    wanted.by = Caller::house("me");
    wanted.by = Caller::house("me");
    wanted.workflow = "w";
    room.cycle->add(SubmitInput{wanted, [&](const Result<Reply>&) { answered = true; }});
    EXPECT_FALSE(room.cycle->step(room.now));
    EXPECT_FALSE(answered);
    EXPECT_TRUE(room.executor->started.empty());
    room.store.unavailable = 0;
    room.step();
    EXPECT_TRUE(answered);
    EXPECT_EQ(room.executor->started.size(), 1U);
}

TEST(Commands, WhatComesDuringACommitIsHandledAndFollowsItIntoTheDatabase) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    room.store.slow = 1;  // every commit is under way until told otherwise
    std::vector<int> answered;
    Submission wanted;
    wanted.by = Caller::house("me");
    wanted.workflow = "w";
    for (const int which : {1, 2}) {
        room.cycle->add(SubmitInput{wanted, [&answered, which](const Result<Reply>&) { answered.push_back(which); }});
        ASSERT_TRUE(room.cycle->step(room.now));
        EXPECT_TRUE(room.cycle->committing());
    }
    EXPECT_EQ(room.cycle->backlog(), 0U);
    EXPECT_EQ(answered, std::vector<int>());
    EXPECT_TRUE(room.started().empty());
    room.store.slow = 0;
    ASSERT_TRUE(room.cycle->step(room.now));  // the first commit is over; the second batch has not been sent yet
    EXPECT_EQ(answered, std::vector<int>{1});
    EXPECT_EQ(room.store.runs.size(), 1U);
    EXPECT_EQ(room.started().size(), 1U);
    EXPECT_TRUE(room.cycle->busy());
    room.step();
    EXPECT_EQ(answered, (std::vector<int>{1, 2}));
    EXPECT_EQ(room.store.runs.size(), 2U);
    EXPECT_EQ(room.started().size(), 2U);
}

TEST(Commands, WhatWasHandledDuringACommitThatFailsWaitsForIt) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    room.store.slow = 1;
    int answered = 0;
    Submission wanted;
    wanted.by = Caller::house("me");
    wanted.workflow = "w";
    for (int which = 0; which < 2; ++which) {
        room.cycle->add(SubmitInput{wanted, [&answered](const Result<Reply>&) { ++answered; }});
        ASSERT_TRUE(room.cycle->step(room.now));
    }
    room.store.slow = 0;
    room.store.unavailable = 1;
    EXPECT_FALSE(room.cycle->step(room.now));
    EXPECT_FALSE(room.cycle->busy());
    EXPECT_EQ(answered, 0);
    EXPECT_TRUE(room.store.runs.empty());
    room.store.unavailable = 0;
    room.step();
    EXPECT_EQ(answered, 2);
    EXPECT_EQ(room.store.runs.size(), 2U);
}

TEST(Commands, EveryMutationHonoursItsIdempotencyKeyAlsoAfterARestart) {
    Room room;
    room.deploy(room.flow("w", {task("a"), task("b")}));
    room.deploy(scheduled(room));
    const auto twice = [&](const auto& asking) {
        const Result<Reply> first = asking(IdempotencyKey{"k" + std::to_string(room.now.time_since_epoch().count()), "same"});
        ASSERT_TRUE(first) << describe(first.error());
        const std::size_t runs = room.store.runs.size();
        room.boot();
        const Result<Reply> again = asking(IdempotencyKey{"k" + std::to_string(room.now.time_since_epoch().count()), "same"});
        ASSERT_TRUE(again) << describe(again.error());
        EXPECT_EQ(again->body, first->body);
        EXPECT_EQ(again->status, first->status);
        EXPECT_EQ(room.store.runs.size(), runs);
        const Result<Reply> other = asking(IdempotencyKey{"k" + std::to_string(room.now.time_since_epoch().count()), "other"});
        ASSERT_FALSE(other);
        EXPECT_EQ(other.error().kind, ErrorKind::Invalid);
        room.now += seconds(1);
    };
    twice([&](IdempotencyKey key) {
        Submission wanted;
    wanted.by = Caller::house("me");
        wanted.workflow = "w";
        static_cast<Command&>(wanted) = Room::as("me", std::move(key));
        return room.ask<SubmitInput>(wanted);
    });
    twice([&](IdempotencyKey key) { return room.ask<RunScheduleInput>(RunScheduleRequest{Room::as("me", std::move(key)), "hourly", "tick"}); });
    twice([&](IdempotencyKey key) { return room.ask<PauseInput>(PauseRequest{Room::as("me", std::move(key)), "hourly", "tick", true}); });
    twice([&](IdempotencyKey key) { return room.ask<DeployInput>(DeployRequest{Room::as("me", std::move(key)), "", "w 1"}); });
    twice([&](IdempotencyKey key) {
        PostedEvent event;
        event.ce_id = "e";
        event.source = "/s";
        event.type = "t";
        static_cast<Command&>(event) = Room::as("me", std::move(key));
        return room.ask<EventInput>(event);
    });
    const ports::RunId run = room.submit("w", {}, 5);
    room.step();
    while (room.open_letter() == 0) {
        room.end(broken);
    }
    const std::int64_t letter = room.open_letter();
    twice([&](IdempotencyKey key) { return room.ask<RedriveInput>(RedriveRequest{Room::as("me", std::move(key)), letter, false}); });
    twice([&](IdempotencyKey key) { return room.ask<CancelInput>(CancelRequest{Room::as("me", std::move(key)), run, "", "", "enough"}); });
    room.submit("w", {}, 9);
    while (room.open_letter() == 0) {
        room.end(broken);
    }
    const std::int64_t second = room.open_letter();
    twice([&](IdempotencyKey key) { return room.ask<DiscardInput>(DiscardRequest{Room::as("me", std::move(key)), second, "no use"}); });
}

TEST(Commands, AConcurrencyGroupQueuesRejectsOrReplaces) {
    Room room;
    for (const auto rule : {core::dag::OnConflict::Queue, core::dag::OnConflict::Reject, core::dag::OnConflict::Replace}) {
        auto made = room.flow("w" + std::to_string(static_cast<int>(rule)), {task("a")});
        made->concurrency = {made->name, 1, rule};
        room.deploy(made);
    }
    const ports::RunId first = room.submit("w0");
    const ports::RunId second = room.submit("w0");
    const ports::RunId third = room.submit("w0");
    EXPECT_EQ(room.state(second), "queued");
    CancelRequest part;
    part.run = second;
    part.country = "AA";
    EXPECT_EQ(room.ask<CancelInput>(part).error().kind, ErrorKind::Conflict) << "a part of it is not all of it";
    room.boot();
    EXPECT_EQ(room.state(second), "queued");
    room.step(seconds(1));
    room.end();
    EXPECT_EQ(room.state(first), "succeeded");
    EXPECT_EQ(room.state(second), "running");
    EXPECT_EQ(room.state(third), "queued") << "oldest first";
    const ports::RunId one = room.submit("w1");
    Submission refused;
    refused.by = Caller::house("me");
    refused.workflow = "w1";
    EXPECT_EQ(room.ask<SubmitInput>(refused).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(room.state(one), "running");
    const ports::RunId old = room.submit("w2");
    const ports::RunId fresh = room.submit("w2");
    EXPECT_NE(room.state(old), "queued");
    while (room.state(old) != "cancelled" && !room.executor->started.empty()) {
        room.end(sdk::Interrupted{});
    }
    EXPECT_EQ(room.state(old), "cancelled");
    EXPECT_EQ(room.state(fresh), "running");
}

TEST(Commands, AFailedRunIsRedrivenWithItsOwnOrTheNewestDefinition) {
    Room room;
    room.deploy(room.flow("w", {task("a"), task("b", {0})}));
    const ports::RunId run = room.submit("w");
    room.end();
    room.end(broken);
    ASSERT_EQ(room.state(run), "failed");
    room.deploy(room.flow("w", {task("a"), task("b", {0}), task("c", {1})}), "2");
    ASSERT_TRUE(room.ask<RedriveInput>(RedriveRequest{Room::as("me"), room.open_letter(), false}));
    EXPECT_EQ(room.started(), std::vector<std::string>{"b"}) << "what had succeeded is not run again";
    EXPECT_EQ(room.store.runs.at(run).hash, "hash-w 1");
    room.end(broken);
    ASSERT_EQ(room.state(run), "failed");
    ASSERT_TRUE(room.ask<RedriveInput>(RedriveRequest{Room::as("me"), room.open_letter(), true}));
    EXPECT_EQ(room.store.runs.at(run).hash, "hash-w 2");
    room.end();
    room.end();
    EXPECT_EQ(room.state(run), "succeeded");
    EXPECT_EQ(text_member(room.store.runs.at(run).totals, "none", "-"), "-");
    EXPECT_EQ(room.store.runs.at(run).totals, Json(JsonObject{{"succeeded", 3}}));
}

TEST(Commands, SeveralDeadLettersOfARunAreRedrivenWithTheNewestDefinition) {
    Room room;
    room.deploy(room.flow("w", {task("a"), task("b")}));
    const ports::RunId run = room.submit("w");
    room.end(broken);
    room.end(broken);
    ASSERT_EQ(room.state(run), "failed");
    room.deploy(room.flow("w", {task("a"), task("b")}), "2");
    ASSERT_TRUE(room.ask<RedriveInput>(RedriveRequest{Room::as("me"), room.open_letter(), true}));
    ASSERT_EQ(room.state(run), "running");
    const Result<Reply> second = room.ask<RedriveInput>(RedriveRequest{Room::as("me"), room.open_letter(), true});
    ASSERT_TRUE(second) << describe(second.error());
    room.deploy(room.flow("w", {task("a"), task("b")}), "3");
    room.end(broken);
    EXPECT_FALSE(room.ask<RedriveInput>(RedriveRequest{Room::as("me"), room.open_letter(), true})) << "the run goes by the second definition";
    EXPECT_TRUE(room.ask<RedriveInput>(RedriveRequest{Room::as("me"), room.open_letter(), false}));
}

TEST(Commands, ADrainStartsNothingNewAndHandsAttemptsBackUncounted) {
    Room room;
    room.deploy(room.flow("w", {task("a"), task("b"), task("c")}));
    const ports::RunId run = room.submit("w");
    ASSERT_EQ(room.executor->started.size(), 2U) << "the budget";
    bool drained = false;
    room.cycle->add(DrainInput{[&](const Result<Reply>&) { drained = true; }});
    room.step();
    EXPECT_TRUE(drained);
    room.end(sdk::Interrupted{});
    room.end(sdk::Interrupted{});
    EXPECT_TRUE(room.executor->started.empty());
    Submission late;
    late.by = Caller::house("me");
    late.workflow = "w";
    EXPECT_EQ(room.ask<SubmitInput>(late).error().kind, ErrorKind::Unavailable);
    room.boot();
    room.step();
    ASSERT_EQ(room.executor->started.size(), 2U);
    for (const ports::Dispatch& each : room.executor->started) {
        EXPECT_EQ(each.key.attempt, 1);
    }
    room.end();
    room.end();
    room.end();
    EXPECT_EQ(room.state(run), "succeeded");
}

TEST(Commands, ARunWhoseDefinitionIsGoneFailsAndSoDoesTheTaskThatWaitsForIt) {
    Room room;
    auto call = task("call");
    call.uses = "workflow.run";
    call.with = value_of(JsonObject{{"workflow", "child"}});
    room.deploy(room.flow("parent", {call}));
    room.deploy(room.flow("child", {task("a")}));
    const ports::RunId parent = room.submit("parent");
    ASSERT_EQ(room.executor->started.size(), 1U);
    const ports::RunId child = room.executor->started.front().identity.run;
    room.texts.erase("child 1");
    room.boot();
    room.step();
    EXPECT_EQ(room.state(child), "failed");
    EXPECT_EQ(room.state(parent), "failed");
    EXPECT_TRUE(room.store.live.empty());
}

TEST(Commands, SchedulesTickOncePauseAndCatchUp) {
    Room room;
    auto made = scheduled(room);
    room.deploy(made);
    const auto runs = [&] { return room.store.runs.size(); };
    room.step(hours(1));
    EXPECT_EQ(runs(), 1U);
    room.boot();
    room.step();
    EXPECT_EQ(runs(), 1U) << "a tick is one run, whatever dies";
    room.now += hours(5);
    room.boot();
    room.step();
    EXPECT_EQ(runs(), 2U) << "the last missed one, when that is the rule";
    room.ask<PauseInput>(PauseRequest{Room::as("me"), "hourly", "tick", true});
    room.step(hours(5));
    EXPECT_EQ(runs(), 2U);
    room.ask<PauseInput>(PauseRequest{Room::as("me"), "hourly", "tick", false});
    EXPECT_EQ(runs(), 2U) << "what fell into the pause was not wanted";
    room.step(hours(1));
    EXPECT_EQ(runs(), 3U);
    for (const auto& [rule, more] : std::map<core::schedule::Catchup, std::size_t>{
             {core::schedule::Catchup::None, 0}, {core::schedule::Catchup::All, 3}}) {
        auto next = scheduled(room);
        next->triggers[0].cron->catchup = rule;
        next->triggers[0].cron->catchup_max = 3;
        room.deploy(next, std::to_string(static_cast<int>(rule)) + "x");
        const std::size_t before = runs();
        room.step(hours(10) + std::chrono::minutes(30));
        EXPECT_EQ(runs() - before, more);
        room.now -= std::chrono::minutes(30);
        room.step();
    }
}

TEST(Commands, ATickThatWasDueBeforeAPauseIsServed) {
    Room room;
    room.deploy(scheduled(room));
    room.now += hours(1);
    room.ask<PauseInput>(PauseRequest{Room::as("me"), "hourly", "tick", true});
    EXPECT_EQ(room.store.runs.size(), 1U);
    room.step(hours(1));
    EXPECT_EQ(room.store.runs.size(), 1U);
}

TEST(Commands, ATickDoesNotComeAgainBecauseTheClockWasSetBack) {
    Room room;
    auto made = scheduled(room);
    room.deploy(made);
    room.step(hours(1));
    ASSERT_EQ(room.store.runs.size(), 1U);
    room.now -= std::chrono::minutes(10);
    room.ask<PauseInput>(PauseRequest{Room::as("me"), "hourly", "tick", true});
    room.ask<PauseInput>(PauseRequest{Room::as("me"), "hourly", "tick", false});
    room.deploy(scheduled(room, "0 * * * *"), "2");
    room.step(std::chrono::minutes(15));
    EXPECT_EQ(room.store.runs.size(), 1U) << "after a pause";
    room.now -= std::chrono::minutes(10);
    room.deploy(scheduled(room, "0 */1 * * *"), "3");
    room.step(std::chrono::minutes(15));
    EXPECT_EQ(room.store.runs.size(), 1U) << "after another text";
    room.step(hours(1));
    EXPECT_EQ(room.store.runs.size(), 2U);
}

}  // namespace
}  // namespace kontor::engine::testing
