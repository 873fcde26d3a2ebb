#include "engine/restore_check.hpp"
#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

core::dag::TaskNode asking(JsonObject with, std::vector<int> after = {}, bool per_country = false) {
    core::dag::TaskNode node = task("ask", std::move(after), per_country);
    node.uses = "approval";
    with.emplace("title", "Go on?");
    node.with = value_of(Json(std::move(with)));
    return node;
}

struct Answer {
    std::string by = "anna";
    bool approve = true;
    std::string comment{};
    Role role = Role::Reviewer;
    bool dry_run = false;
    IdempotencyKey key{};
};

Result<Reply> decide(Room& room, std::int64_t approval, Answer given = {}) {
    DecideRequest request;
    static_cast<Command&>(request) = Room::as(given.by, given.key);
    request.by.role = given.role;
    request.audit.route = "POST /v1/approvals/{id}/decide";
    request.approval = approval;
    request.approve = given.approve;
    request.comment = given.comment;
    request.dry_run = given.dry_run;
    Result<Reply> answer = room.ask<DecideInput>(std::move(request));
    const Result<ports::Snapshot> snapshot = room.store.load(room.now);
    EXPECT_EQ(RestoreCheck(*room.conductor).difference(*snapshot, room.now, room.now), "");
    return answer;
}

std::int64_t first_open(const Room& room) {
    for (const auto& [id, row] : room.store.approvals) {
        if (row.state == "open") {
            return id;
        }
    }
    return 0;
}
Json outputs_of(const Room& room, const std::string& name) {
    for (const auto& [id, row] : room.store.done) {
        if (row.task == name) {
            return row.outputs;
        }
    }
    return nullptr;
}

TEST(Approvals, ATaskWaitsForAPersonAndHandsOnWhatWasDecided) {
    Room room;
    room.deploy(room.flow("w", {asking({{"evidence", JsonObject{{"f1", 0.9}}}}), task("after", {0})}));
    const ports::RunId run = room.submit("w");
    EXPECT_TRUE(room.executor->started.empty()) << "it holds no slot and starts nothing";
    const std::int64_t id = first_open(room);
    ASSERT_NE(id, 0);
    EXPECT_EQ(room.store.approvals.at(id).evidence, Json(JsonObject{{"f1", 0.9}}));
    EXPECT_EQ(room.store.approvals.at(id).submitter, "test");
    const Result<Reply> answer = decide(room, id, {.comment = "fine"});
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(room.store.approvals.at(id).state, "approved");
    EXPECT_EQ(room.store.approvals.at(id).reason, "approved by anna: fine");
    EXPECT_EQ(room.store.votes.size(), 1U);
    EXPECT_EQ(room.store.audit.back().reason, "");
    const Json outputs = outputs_of(room, "ask");
    EXPECT_EQ(text_member(outputs, "decision"), "approved");
    EXPECT_EQ(*member(outputs, "by"), Json(JsonArray{"anna"}));
    EXPECT_EQ(text_member(outputs, "comment"), "fine");
    EXPECT_EQ(room.started(), std::vector<std::string>{"after"});
    room.end();
    EXPECT_EQ(room.state(run), "succeeded");
}

TEST(Approvals, EachCountryIsAskedForItself) {
    Room room;
    room.deploy(room.flow("w", {asking({}, {}, true), task("after", {0}, true)}));
    room.submit("w");
    ASSERT_EQ(room.store.approvals.size(), 2U);
    ASSERT_TRUE(decide(room, first_open(room)));
    EXPECT_EQ(room.started(), std::vector<std::string>{"after/AA"});
}

TEST(Approvals, FourEyesAreTwoPeopleAndNeverTheSubmitterAlsoAfterARestart) {
    Room room;
    room.deploy(room.flow("w", {asking({{"approvals", 2}})}));
    const ports::RunId run = room.submit("w");
    const std::int64_t id = first_open(room);
    EXPECT_EQ(decide(room, id, {.by = "test"}).error().kind, ErrorKind::Conflict) << "started the run";
    EXPECT_EQ(decide(room, id, {.role = Role::Operator}).error().kind, ErrorKind::Forbidden);
    ASSERT_TRUE(decide(room, id, {.by = "anna"}));
    EXPECT_EQ(room.store.approvals.at(id).state, "open");
    const auto told = room.changes.back()->data;
    EXPECT_EQ(member(told, "tasks")->get_array().size(), 1U) << "who watches sees that somebody answered";
    room.boot();
    room.step();
    EXPECT_EQ(decide(room, id, {.by = "anna"}).error().kind, ErrorKind::Conflict) << "twice";
    const Result<Reply> why = room.ask<ExplainRunInput>(ExplainRunRequest{run, "", "", Countries::all()});
    EXPECT_NE(why->body.find("waits for 1 of 2 approvals by a reviewer"), std::string::npos) << why->body;
    EXPECT_NE(why->body.find("anna has approved"), std::string::npos) << why->body;
    ASSERT_TRUE(decide(room, id, {.by = "ben"}));
    EXPECT_EQ(room.state(run), "succeeded");
    EXPECT_EQ(decide(room, id, {.by = "cleo"}).error().kind, ErrorKind::NotFound) << "it is not open any more";
}

TEST(Approvals, ARejectionIsADeadLetterWithoutAnotherTryAndARedriveAsksAnew) {
    Room room;
    room.deploy(room.flow("w", {asking({})}));
    const ports::RunId run = room.submit("w");
    const std::int64_t id = first_open(room);
    ASSERT_TRUE(decide(room, id, {.approve = false, .comment = "too few rows"}));
    EXPECT_EQ(room.state(run), "failed");
    ASSERT_NE(room.open_letter(), 0);
    EXPECT_EQ(room.store.letters.at(room.open_letter()).row.failure_class, "data");
    EXPECT_EQ(room.store.letters.at(room.open_letter()).row.reason, "rejected by anna: too few rows");
    ASSERT_TRUE(room.ask<RedriveInput>(RedriveRequest{Room::as("ben"), room.open_letter()}));
    EXPECT_NE(first_open(room), id);
    ASSERT_TRUE(decide(room, first_open(room)));
    EXPECT_EQ(room.state(run), "succeeded");
}

TEST(Approvals, ARejectionMayBeAnOutput) {
    Room room;
    room.deploy(room.flow("w", {asking({{"on_reject", "continue"}})}));
    const ports::RunId run = room.submit("w");
    ASSERT_TRUE(decide(room, first_open(room), {.approve = false, .comment = "no"}));
    EXPECT_EQ(room.state(run), "succeeded");
    EXPECT_EQ(text_member(outputs_of(room, "ask"), "decision"), "rejected");
}

TEST(Approvals, WhatNobodyDecidesIsEscalatedOnceAndEndsAtItsDeadline) {
    Room room;
    auto listening = room.flow("listener", {task("note")});
    core::dag::Trigger trigger;
    trigger.name = "on-approval";
    trigger.event = "kontor.approval.*";
    listening->triggers.push_back(std::move(trigger));
    room.deploy(listening);
    room.deploy(room.flow("w", {asking({{"deadline", "3h"}, {"escalate_after", "1h"}, {"default", "approve"}})}));
    const ports::RunId run = room.submit("w");
    const std::int64_t id = first_open(room);
    EXPECT_EQ(room.conductor->next_wakeup(), room.now + hours(1));
    room.step(hours(1));
    EXPECT_TRUE(room.store.approvals.at(id).escalated_at);
    room.boot();
    room.step(minutes(1));
    room.step(hours(2));
    EXPECT_EQ(room.store.approvals.at(id).state, "expired");
    EXPECT_EQ(room.store.approvals.at(id).decision, "approved");
    EXPECT_EQ(room.state(run), "succeeded");
    std::vector<std::string> types;
    for (const auto& [number, event] : room.store.events) {
        types.push_back(event.type);
    }
    EXPECT_EQ(types, (std::vector<std::string>{"kontor.approval.asked", "kontor.approval.escalated", "kontor.approval.decided"}));
}

TEST(Approvals, WithoutADefaultTheDeadlineFails) {
    Room room;
    room.deploy(room.flow("w", {asking({{"deadline", "1h"}})}));
    const ports::RunId run = room.submit("w");
    const std::int64_t id = first_open(room);
    room.step(hours(1));
    EXPECT_EQ(room.state(run), "failed");
    EXPECT_EQ(room.store.approvals.at(id).state, "expired");
    EXPECT_EQ(room.store.approvals.at(id).decision, "failed");
    EXPECT_TRUE(room.store.events.empty()) << "an event that nobody waits for is no row";
}

TEST(Approvals, WhatEndsTheTaskOtherwiseWithdrawsTheQuestion) {
    using enum ControlVerb;
    for (const ControlVerb verb : {Skip, Done, Rerun, Pause}) {  // Pause stands for cancel
        Room room;
        room.deploy(room.flow("w", {asking({})}));
        const ports::RunId run = room.submit("w");
        const std::int64_t id = first_open(room);
        if (verb == Pause) {
            CancelRequest request;
            static_cast<Command&>(request) = Room::as("anna");
            request.run = run;
            ASSERT_TRUE(room.ask<CancelInput>(std::move(request)));
        } else {
            ControlRequest request;
            static_cast<Command&>(request) = Room::as("anna");
            request.run = run;
            request.verb = verb;
            request.task = "ask";
            request.outputs = JsonObject{};
            request.reason = "because";
            const Result<Reply> done = room.ask<ControlInput>(std::move(request));
            ASSERT_TRUE(done) << describe(done.error());
        }
        EXPECT_EQ(room.store.approvals.at(id).state, "withdrawn");
        EXPECT_EQ(first_open(room) != 0, verb == Rerun) << "run again, it asks again";
        EXPECT_EQ(decide(room, id).error().kind, ErrorKind::NotFound);
    }
}

TEST(Approvals, ToSkipOrMarkDoneIsToDecide) {
    Room room;
    room.deploy(room.flow("w", {asking({})}));
    const ports::RunId run = room.submit("w");
    for (const auto& [who, role, kind] :
         {std::tuple("test", Role::Admin, ErrorKind::Conflict), std::tuple("anna", Role::Operator, ErrorKind::Forbidden)}) {
        for (const ControlVerb verb : {ControlVerb::Skip, ControlVerb::Done}) {
            ControlRequest request;
            static_cast<Command&>(request) = Room::as(who);
            request.by.role = role;
            request.run = run;
            request.verb = verb;
            request.task = "ask";
            request.outputs = JsonObject{};
            request.reason = "because";
            const Result<Reply> refused = room.ask<ControlInput>(std::move(request));
            ASSERT_FALSE(refused);
            EXPECT_EQ(refused.error().kind, kind) << describe(refused.error());
        }
    }
    EXPECT_NE(first_open(room), 0);
}

TEST(Approvals, ADecisionIsPreviewedRecordedAndTakenOnce) {
    Room room;
    room.deploy(room.flow("w", {asking({})}));
    room.submit("w");
    const std::int64_t id = first_open(room);
    const Result<Reply> preview = decide(room, id, {.dry_run = true});
    ASSERT_TRUE(preview);
    EXPECT_NE(preview->body.find("approved by anna"), std::string::npos) << preview->body;
    EXPECT_EQ(first_open(room), id);
    EXPECT_TRUE(room.store.votes.empty());
    const Result<Reply> once = decide(room, id, {.key = {"k", "same"}});
    const Result<Reply> twice = decide(room, id, {.key = {"k", "same"}});
    ASSERT_TRUE(once && twice);
    EXPECT_EQ(once->body, twice->body);
    EXPECT_TRUE(twice->replayed);
    EXPECT_EQ(room.store.votes.size(), 1U);
    EXPECT_EQ(room.store.audit.back().who, "anna");
}

TEST(Approvals, WhoStartedTheFirstRunIsTheSubmitterOfWhatFollows) {
    Room room;
    core::dag::TaskNode child = task("child");
    child.uses = "workflow.run";
    child.with = value_of(JsonObject{{"workflow", "w"}});
    core::dag::TaskNode emitting = task("emit");
    emitting.uses = "event.emit";
    emitting.with = value_of(JsonObject{{"type", "go"}});
    auto third = room.flow("third", {asking({})});
    core::dag::Trigger trigger;
    trigger.name = "on-go";
    trigger.event = "go";
    third->triggers.push_back(std::move(trigger));
    room.deploy(room.flow("w", {asking({}), emitting}));
    room.deploy(third);
    room.deploy(room.flow("first", {child}));
    room.submit("first");
    ASSERT_EQ(room.store.approvals.size(), 2U);
    for (const auto& [id, row] : room.store.approvals) {
        EXPECT_EQ(row.submitter, "test") << row.workflow;
    }
}

TEST(Approvals, TermsThatDoNotFitAreADeadLetter) {
    Room room;
    room.deploy(room.flow("w", {asking({{"approvals", 3}})}));
    room.submit("w");
    EXPECT_TRUE(room.store.approvals.empty());
    ASSERT_NE(room.open_letter(), 0);
    EXPECT_EQ(room.store.letters.at(room.open_letter()).row.reason, "with.approvals must be 1 or 2, not 3");
}

}  // namespace
}  // namespace kontor::engine::testing
