#include "engine/restore_check.hpp"
#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const sdk::Failed broken{sdk::FailureClass::Data, "it is broken"};
const sdk::Failed shaky{sdk::FailureClass::Transient, "it was away"};

ControlRequest order(ports::RunId run, ControlVerb verb, const std::string& country = "", const std::string& task_name = "") {
    ControlRequest request;
    static_cast<Command&>(request) = Room::as("anna");
    request.audit.route = "POST /v1/runs/{id}/control";
    request.run = run;
    request.verb = verb;
    request.country = country;
    request.task = task_name;
    request.reason = "because";
    return request;
}

Result<Reply> ask(Room& room, ControlRequest request) {
    Result<Reply> answer = room.ask<ControlInput>(std::move(request));
    const Result<ports::Snapshot> snapshot = room.store.load(room.now);
    EXPECT_EQ(RestoreCheck(*room.conductor).difference(*snapshot, room.now, room.now), "");
    return answer;
}

Json explained(Room& room, ports::RunId run, const std::string& country = "", const std::string& task_name = "", Countries of = Countries::all()) {
    const Result<Reply> answer = room.ask<ExplainRunInput>(ExplainRunRequest{run, country, task_name, std::move(of)});
    EXPECT_TRUE(answer) << (answer ? "" : describe(answer.error()));
    return answer ? *json_from_text(answer->body) : Json();
}
std::string first_sentence(const Json& explanation) {
    const JsonArray& items = member(explanation, "items")->get_array();
    return items.empty() ? "none" : text_member(items.front(), "sentence");
}

std::vector<core::dag::TaskNode> two_steps() { return {task("a", {}, true), task("b", {0}, true)}; }

TEST(Control, APausedRunStartsNothingAlsoAfterARestart) {
    Room room;
    room.deploy(room.flow("w", two_steps()));
    const ports::RunId run = room.submit("w");
    ASSERT_EQ(room.started(), (std::vector<std::string>{"a/AA", "a/BB"}));
    ASSERT_TRUE(ask(room, order(run, ControlVerb::Pause)));
    EXPECT_EQ(room.state(run), "paused");
    room.end();
    room.end();
    EXPECT_TRUE(room.executor->started.empty()) << "it drains";
    room.boot();
    room.step();
    EXPECT_TRUE(room.executor->started.empty());
    EXPECT_EQ(room.state(run), "paused");
    const std::string sentence = first_sentence(explained(room, run));
    EXPECT_NE(sentence.find("is paused by anna since"), std::string::npos) << sentence;
    EXPECT_EQ(ask(room, order(run, ControlVerb::Pause)).error().kind, ErrorKind::Conflict);
    ASSERT_TRUE(ask(room, order(run, ControlVerb::Resume)));
    EXPECT_EQ(room.started(), (std::vector<std::string>{"b/AA", "b/BB"}));
    room.end();
    room.end();
    EXPECT_EQ(room.state(run), "succeeded");
    EXPECT_TRUE(room.store.runs.at(run).pauses.is_null());
    const Result<Reply> late = ask(room, order(run, ControlVerb::Pause));
    EXPECT_NE(late.error().message.find("it is succeeded"), std::string::npos) << late.error().message;
    EXPECT_EQ(ask(room, order(999, ControlVerb::Pause)).error().kind, ErrorKind::NotFound);
}

TEST(Control, APauseWithKillStopsAttemptsOfItsPartAndTheyAreNotCounted) {
    Room room;
    room.deploy(room.flow("w", two_steps()));
    const ports::RunId run = room.submit("w");
    ControlRequest kill = order(run, ControlVerb::Pause, "AA");
    kill.kill = true;
    ASSERT_TRUE(ask(room, kill));
    ASSERT_EQ(room.executor->cancelled.size(), 1U);
    room.end(sdk::Interrupted{});
    EXPECT_EQ(room.started(), std::vector<std::string>{"a/BB"}) << "the other country goes on";
    ASSERT_TRUE(ask(room, order(run, ControlVerb::Resume)));
    EXPECT_EQ(room.started(), (std::vector<std::string>{"a/BB", "a/AA"}));
    EXPECT_EQ(room.executor->started.back().key.attempt, 1);
}

TEST(Control, APausedRunKeepsItsPlaceInItsGroupAndAPausedQueuedOneLosesIts) {
    Room room;
    auto made = room.flow("w", {task("a")});
    made->concurrency.group = "g";
    room.deploy(made);
    const ports::RunId first = room.submit("w");
    const ports::RunId second = room.submit("w");
    const ports::RunId third = room.submit("w");
    ASSERT_TRUE(ask(room, order(first, ControlVerb::Pause)));
    EXPECT_EQ(room.state(second), "queued");
    EXPECT_EQ(
        text_member(explained(room, third), "sentence"),
        "waits for room in concurrency group 'g' (limit 1), held by run " + std::to_string(first) + " (paused); 1 queued before it"
    );
    ASSERT_TRUE(ask(room, order(second, ControlVerb::Pause)));
    ASSERT_TRUE(ask(room, order(first, ControlVerb::Resume)));
    room.end();
    EXPECT_EQ(room.state(first), "succeeded");
    EXPECT_EQ(room.state(second), "queued");
    EXPECT_EQ(room.state(third), "running");
    room.boot();
    room.step();
    EXPECT_EQ(room.state(second), "queued");
    room.end();
    EXPECT_EQ(room.state(second), "queued");
    ASSERT_TRUE(ask(room, order(second, ControlVerb::Resume)));
    EXPECT_EQ(room.state(second), "running");
}

TEST(Control, ADryRunChangesNothingAndStandsOnTheRecord) {
    Room room;
    room.deploy(room.flow("w", two_steps()));
    const ports::RunId run = room.submit("w");
    room.end(broken);
    for (const ControlVerb verb : {ControlVerb::Pause, ControlVerb::Skip, ControlVerb::Rerun}) {
        ControlRequest wanted = order(run, verb, "AA", "a");
        wanted.dry_run = true;
        wanted.audit.dry_run = true;
        const auto before = std::make_tuple(room.store.live.size(), room.store.done.size(), room.executor->cancelled.size());
        const Result<Reply> answer = ask(room, wanted);
        ASSERT_TRUE(answer) << describe(answer.error());
        EXPECT_EQ(member(*json_from_text(answer->body), "dry_run")->get_bool(), true);
        EXPECT_EQ(std::make_tuple(room.store.live.size(), room.store.done.size(), room.executor->cancelled.size()), before);
        EXPECT_TRUE(room.store.audit.back().dry_run);
    }
    CancelRequest cancel;
    static_cast<Command&>(cancel) = Room::as("anna");
    cancel.run = run;
    cancel.dry_run = true;
    const Result<Reply> answer = room.ask<CancelInput>(cancel);
    ASSERT_TRUE(answer);
    EXPECT_EQ(Room::number(*answer, "cancelled"), 2) << "b/AA never ran, so a/BB and b/BB are left";
    EXPECT_EQ(room.state(run), "running");
    EXPECT_NE(room.open_letter(), 0);
}

TEST(Control, SkippingADeadTaskClosesItsLetterAndTheRunEndsWell) {
    Room room;
    room.deploy(room.flow("w", two_steps()));
    const ports::RunId run = room.submit("w");
    room.end(broken);
    room.end();
    room.end();
    ASSERT_EQ(room.state(run), "failed");
    ASSERT_TRUE(ask(room, order(run, ControlVerb::Skip, "AA", "a")));
    EXPECT_EQ(room.state(run), "succeeded") << "what is behind a skipped task is skipped";
    EXPECT_EQ(room.open_letter(), 0);
    EXPECT_EQ(room.store.letters.begin()->second.state, "discarded");
    EXPECT_EQ(room.store.audit.back().reason, "");
    EXPECT_EQ(ask(room, order(run, ControlVerb::Skip, "AA", "a")).error().kind, ErrorKind::Conflict);
}

TEST(Control, ARunningTaskIsMarkedDoneAndItsAttemptHoldsItsSlotUntilItStops) {
    Room room;
    room.budget = {1, 4};
    room.boot();
    room.deploy(room.flow("w", {task("a"), task("b", {0})}));
    const ports::RunId run = room.submit("w");
    ControlRequest wanted = order(run, ControlVerb::Done, "", "a");
    wanted.outputs = JsonObject{{"n", 1}};
    ASSERT_TRUE(ask(room, wanted));
    EXPECT_EQ(room.executor->cancelled.size(), 1U);
    EXPECT_EQ(room.started(), std::vector<std::string>{"a"}) << "its core is not free yet";
    const std::string sentence = first_sentence(explained(room, run, "", "b"));
    EXPECT_EQ(sentence, "waits for 1 of the 1 core of pool compute, 1 are held by run " + std::to_string(run) + " a; 1 are ready for them");
    room.end(sdk::Succeeded{JsonObject{{"n", 2}}, {}});
    EXPECT_EQ(room.started(), std::vector<std::string>{"b"});
    for (const auto& [id, row] : room.store.done) {
        EXPECT_EQ(to_text(row.outputs), R"({"n":1})") << "the late outcome changes nothing";
    }
    room.end();
    EXPECT_EQ(room.state(run), "succeeded");
}

TEST(Control, AnEndedRunIsRerunFromATaskWithItsOwnDefinition) {
    Room room;
    room.deploy(room.flow("w", {task("a", {}, true), task("b", {0}, true), task("join", {1})}));
    const ports::RunId run = room.submit("w");
    for (int left = 5; left > 0; --left) {
        room.end();
    }
    ASSERT_EQ(room.state(run), "succeeded");
    room.deploy(room.flow("w", {task("z")}), "2");
    ASSERT_TRUE(ask(room, order(run, ControlVerb::Rerun, "AA", "b")));
    EXPECT_EQ(room.state(run), "running");
    EXPECT_EQ(room.started(), std::vector<std::string>{"b/AA"});
    EXPECT_EQ(room.store.done.size(), 3U) << "a/AA, a/BB and b/BB stay";
    room.boot();
    room.step(seconds(1));
    room.end();
    EXPECT_EQ(room.started(), std::vector<std::string>{"join"});
    room.end();
    EXPECT_EQ(room.state(run), "succeeded");
    EXPECT_EQ(room.store.done.size(), 5U);
}

TEST(Control, ACancelledRunAndOneWithDeadLettersAreRerunToo) {
    Room room;
    room.deploy(room.flow("w", two_steps()));
    const ports::RunId run = room.submit("w");
    room.end(broken);
    CancelRequest cancel;
    cancel.run = run;
    room.ask<CancelInput>(cancel);
    room.end(sdk::Interrupted{});
    ASSERT_EQ(room.state(run), "cancelled");
    ASSERT_TRUE(ask(room, order(run, ControlVerb::Rerun, "", "a")));
    EXPECT_EQ(room.open_letter(), 0);
    EXPECT_EQ(room.store.letters.begin()->second.state, "redriven");
    for (int left = 4; left > 0; --left) {
        room.end();
    }
    EXPECT_EQ(room.state(run), "succeeded");
}

TEST(Control, ARerunBeyondTheCallersCountriesIsRefused) {
    Room room;
    room.deploy(room.flow("w", {task("a", {}, true), task("join", {0})}));
    const ports::RunId run = room.submit("w");
    for (int left = 3; left > 0; --left) {
        room.end();
    }
    ControlRequest wanted = order(run, ControlVerb::Rerun, "AA", "a");
    wanted.by.countries = Countries::of({"AA"});
    const Result<Reply> answer = ask(room, wanted);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Forbidden);
    EXPECT_NE(answer.error().message.find("join, which works for all countries"), std::string::npos) << answer.error().message;
    EXPECT_EQ(room.state(run), "succeeded");
}

TEST(Control, RetryNowDoesNotWaitForTheBackoff) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    const ports::RunId run = room.submit("w");
    room.end(shaky);
    ASSERT_TRUE(room.executor->started.empty());
    const std::string sentence = first_sentence(explained(room, run));
    EXPECT_NE(sentence.find("tries again at "), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("it was away"), std::string::npos) << sentence;
    ASSERT_TRUE(ask(room, order(run, ControlVerb::Retry)));
    ASSERT_EQ(room.started(), std::vector<std::string>{"a"});
    EXPECT_EQ(room.executor->started.front().key.attempt, 2);
    EXPECT_NE(ask(room, order(run, ControlVerb::Retry)).error().message.find("a is running"), std::string::npos);
}

TEST(Control, AnExplanationKeepsToTheAskersCountriesAndKnowsEndedRuns) {
    Room room;
    room.deploy(room.flow("w", {task("a", {}, true), task("b", {0}, true), task("join", {1})}));
    const ports::RunId run = room.submit("w");
    room.end(broken);
    const Json seen = explained(room, run, "", "", Countries::of({"AA"}));
    EXPECT_EQ(to_text(seen).find("BB"), std::string::npos) << to_text(seen);
    EXPECT_EQ(to_text(seen).find("join"), std::string::npos) << to_text(seen);
    EXPECT_EQ(member(seen, "items")->get_array().size(), 2U);
    room.end();
    room.end();
    ASSERT_EQ(room.state(run), "failed");
    EXPECT_EQ(first_sentence(explained(room, run, "AA", "b")), "will not run: a/AA is dead");
    EXPECT_EQ(first_sentence(explained(room, run, "BB", "b")).substr(0, 13), "succeeded at ");
    EXPECT_EQ(first_sentence(explained(room, run, "", "join")), "will not run: b/AA never ran");
    EXPECT_FALSE(room.conductor->is_active(run));
    EXPECT_FALSE(room.ask<ExplainRunInput>(ExplainRunRequest{run, "", "nothing", Countries::all()}));
}

TEST(Control, WhatWaitsForAChildRunOrForNobodySaysSo) {
    Room room;
    auto call = task("call");
    call.uses = "workflow.run";
    call.with = value_of(JsonObject{{"workflow", "child"}});
    auto nap = task("nap");
    nap.uses = "sleep";
    nap.with = value_of(JsonObject{{"for", "1h"}});
    room.deploy(room.flow("child", {task("a")}));
    room.deploy(room.flow("parent", {call, nap}));
    const ports::RunId parent = room.submit("parent");
    const ports::RunId child = room.executor->started.front().identity.run;
    EXPECT_EQ(first_sentence(explained(room, parent, "", "call")), "waits for its child run " + std::to_string(child) + ", which has not ended");
    EXPECT_EQ(first_sentence(explained(room, parent, "", "nap")), "sleeps until " + to_iso(room.now + hours(1)));
    ASSERT_TRUE(ask(room, order(parent, ControlVerb::Skip, "", "call")));
    EXPECT_EQ(room.executor->cancelled.size(), 1U) << "nobody waits for the child any more";
    room.end(sdk::Interrupted{});
    EXPECT_EQ(room.state(child), "cancelled");
}

}  // namespace
}  // namespace kontor::engine::testing
