// What a deployment would change, and what it refuses to lose.
#include <gtest/gtest.h>

#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {


Result<Reply> deploy(Room& room, std::shared_ptr<core::dag::Workflow> workflow, const std::string& version, DeployRequest how = {}) {
    workflow->source = workflow->name + " " + version;
    workflow->hash = "hash-" + workflow->source;
    room.texts[workflow->source] = workflow;
    static_cast<Command&>(how) = Room::as("test");
    how.yaml = workflow->source;
    return room.ask<DeployInput>(how);
}

TEST(Plan, SaysWhatWouldChangeAndChangesNothing) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    const ports::RunId run = room.submit("w");
    DeployRequest wanted;
    wanted.dry_run = true;
    const Result<Reply> plan = deploy(room, room.flow("w", {task("a"), task("b", {0})}), "2", wanted);
    ASSERT_TRUE(plan) << describe(plan.error());
    const Json body = json_from_text(plan->body).value();
    EXPECT_EQ(text_member(body, "change"), "changed");
    EXPECT_EQ(text_member(body, "hash_before"), "hash-w 1");
    EXPECT_EQ(body.at("runs").as_array().at(0).at("id").to_number<ports::RunId>(), run);
    EXPECT_EQ(text_member(body, "loses"), "");
    EXPECT_EQ(room.store.load(room.now)->deployed, std::vector<std::string>{"hash-w 1"});
    EXPECT_EQ(text_member(json_from_text(deploy(room, room.flow("new", {task("a")}), "1", wanted)->body).value(), "change"), "new");
    EXPECT_EQ(text_member(json_from_text(deploy(room, room.flow("w", {task("a")}), "1", wanted)->body).value(), "change"), "none");
}

TEST(Plan, NamesThePoolsThatNobodyHasMade) {
    Room room;
    auto workflow = room.flow("w", {task("a"), task("b")});
    workflow->tasks[0].pools = {{"zebra", 1}, {"licences", 2}};
    workflow->tasks[1].pools = {{"licences", 1}};
    DeployRequest wanted;
    wanted.dry_run = true;
    EXPECT_EQ(to_text(json_from_text(deploy(room, workflow, "1", wanted)->body).value().at("missing_pools")), R"(["licences","zebra"])");
    PoolRequest pool;
    static_cast<Command&>(pool) = Room::as("test");
    pool.name = "licences";
    pool.slots = 4;
    ASSERT_TRUE(room.ask<PoolInput>(pool));
    const Result<Reply> deployed = deploy(room, workflow, "1");
    ASSERT_TRUE(deployed) << describe(deployed.error());
    EXPECT_EQ(to_text(json_from_text(deployed->body).value().at("missing_pools")), R"(["zebra"])") << "it is deployed all the same";
}

TEST(Plan, IfMatchRefusesWhenAnotherDefinitionIsInForceByNow) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    DeployRequest wanted;
    wanted.if_match = "hash-w 1";
    ASSERT_TRUE(deploy(room, room.flow("w", {task("b")}), "2", wanted));
    const Result<Reply> late = deploy(room, room.flow("w", {task("c")}), "3", wanted);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().where, moved_on);
    EXPECT_EQ(late.error().message, "workflow 'w' is at hash-w 2 by now: read it again");
    EXPECT_FALSE(deploy(room, room.flow("none", {task("c")}), "1", wanted));
}

TEST(Plan, ADefinitionByWhichWaitingEventsAreLostIsRefusedUnlessForced) {
    Room room;
    auto gathers = room.flow("w", {task("a")});
    core::dag::Trigger trigger;
    trigger.name = "orders";
    trigger.event = "order";
    trigger.params = value_of(JsonObject{});
    trigger.collect.kind = core::dag::Collect::Batch;
    trigger.collect.within = std::chrono::hours(1);
    gathers->triggers = {trigger};
    ASSERT_TRUE(deploy(room, gathers, "1"));
    PostedEvent posted;
    posted.by = Caller::house("test");
    posted.ce_id = "1";
    posted.source = "/test";
    posted.type = "order";
    ASSERT_TRUE(room.ask<EventInput>(posted));
    const Result<Reply> refused = deploy(room, room.flow("w", {task("a")}), "2");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
    EXPECT_TRUE(refused.error().message.starts_with("1 events wait to be gathered by trigger 'orders'")) << refused.error().message;
    DeployRequest forced;
    forced.force = true;
    EXPECT_TRUE(deploy(room, room.flow("w", {task("a")}), "2", forced));
}

Result<Reply> retire(Room& room, const std::string& name, bool dry_run = false, bool force = false) {
    RetireRequest wanted;
    static_cast<Command&>(wanted) = Room::as("anna");
    wanted.name = name;
    wanted.dry_run = dry_run;
    wanted.force = force;
    return room.ask<RetireInput>(std::move(wanted));
}

TEST(Retire, NothingOfItIsStartedAnyMoreAndWhatRunsGoesOn) {
    Room room;
    room.deploy(room.flow("w", {task("a"), task("b", {0})}));
    const ports::RunId run = room.submit("w");
    ASSERT_TRUE(retire(room, "w", true));
    EXPECT_EQ(room.store.load(room.now)->deployed.size(), 1U) << "a preview";
    const Result<Reply> done = retire(room, "w");
    ASSERT_TRUE(done) << describe(done.error());
    EXPECT_EQ(json_from_text(done->body)->at("runs").as_array().at(0).to_number<ports::RunId>(), run);
    EXPECT_TRUE(room.store.load(room.now)->deployed.empty());
    EXPECT_EQ(retire(room, "w").error().kind, ErrorKind::NotFound);
    Submission again;
    again.workflow = "w";
    static_cast<Command&>(again) = Room::as("test");
    EXPECT_EQ(room.ask<SubmitInput>(std::move(again)).error().kind, ErrorKind::NotFound);
    room.boot();
    room.step();
    room.end();
    room.end();
    EXPECT_EQ(room.state(run), "succeeded") << "by the definition it is pinned to, also behind a restart";
    room.deploy(room.flow("w", {task("a")}), "2");
    room.submit("w");
    EXPECT_EQ(room.executor->started.size(), 1U);
}

TEST(Retire, NamesTheWorkflowsThatWaitForItsRuns) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    auto follower = room.flow("next", {task("a")});
    core::dag::Trigger trigger;
    trigger.name = "behind-w";
    trigger.on = core::dag::Completion{"w", {"succeeded"}};
    trigger.params = value_of(JsonObject{});
    follower->triggers = {trigger};
    room.deploy(follower);
    auto caller = room.flow("calls", {task("a"), task("b")});
    caller->tasks[0].uses = "workflow.run";
    caller->tasks[0].with = value_of(JsonObject{{"workflow", "other"}});
    caller->tasks[1].uses = "workflow.run";
    caller->tasks[1].with = value_of(JsonObject{{"workflow", "w"}, {"params", JsonObject{{"a", "${{ run.id }}"}}}});
    room.deploy(caller);
    const Result<Reply> seen = retire(room, "w", true);
    ASSERT_TRUE(seen) << describe(seen.error());
    const Json body = json_from_text(seen->body).value();
    EXPECT_EQ(to_text(body.at("followers")), R"(["next"])");
    EXPECT_EQ(to_text(body.at("callers")), R"(["calls"])");
    EXPECT_EQ(to_text(body.at("backfills")), "[]");
}

// A batch stores what was deployed before what was retired: the last word counts all the same.
TEST(Retire, DeployedAgainInTheSameBatchItIsDeployed) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    RetireInput out;
    out.request.name = "w";
    out.reply = [](const Result<Reply>& answer) { EXPECT_TRUE(answer); };
    room.cycle->add(std::move(out));
    room.deploy(room.flow("w", {task("a")}));
    EXPECT_EQ(room.store.load(room.now)->deployed.size(), 1U);
    room.submit("w");
    EXPECT_EQ(room.executor->started.size(), 1U);
}

TEST(Offers, OnlyATextThatChangedIsAnOrderToTheFolder) {
    Room room;
    const auto offer = [&](const std::string& version) {
        auto workflow = room.flow("w", {task("a")});
        DeployRequest wanted;
        wanted.name = "w";
        wanted.offered = "hash-w " + version;
        const Result<Reply> reply = deploy(room, workflow, version, wanted);
        return reply ? text_member(json_from_text(reply->body).value(), "in_force") : describe(reply.error());
    };
    EXPECT_EQ(offer("1"), "hash-w 1");
    ASSERT_TRUE(room.deploy(room.flow("w", {task("b")}), "2"));
    EXPECT_EQ(offer("1"), "hash-w 2") << "somebody deployed another one by hand";
    room.boot();
    EXPECT_EQ(offer("1"), "hash-w 2");
    EXPECT_EQ(offer("3"), "hash-w 3");
    RetireRequest retire;
    static_cast<Command&>(retire) = Room::as("test");
    retire.name = "w";
    ASSERT_TRUE(room.ask<RetireInput>(retire));
    room.boot();
    EXPECT_EQ(offer("3"), "") << "it was retired";
    EXPECT_TRUE(room.store.load(room.now)->deployed.empty());
    EXPECT_EQ(offer("1"), "hash-w 1") << "an old text again is a change";
    ASSERT_TRUE(room.deploy(room.flow("w", {task("a")}), "4"));
    EXPECT_EQ(offer("4"), "hash-w 4");
    ASSERT_TRUE(room.deploy(room.flow("w", {task("a")}), "5"));
    EXPECT_EQ(offer("4"), "hash-w 5") << "what was in force already counts as deployed by the folder";
}

TEST(Timeouts, NoAttemptMayGoOnBeyondTheTimeForAllOfThem) {
    Room room;
    core::dag::TaskNode node = task("a");
    node.timeout = std::chrono::minutes(30);
    node.total_timeout = std::chrono::minutes(40);
    room.deploy(room.flow("w", {node}));
    room.submit("w");
    ASSERT_EQ(room.executor->started.size(), 1U);
    EXPECT_EQ(room.executor->started[0].timeout, std::chrono::minutes(30));
    room.now += std::chrono::minutes(15);
    room.end(sdk::Failed{sdk::FailureClass::Transient, "away"});
    room.boot();
    room.step(std::chrono::minutes(5));
    ASSERT_EQ(room.executor->started.size(), 1U);
    EXPECT_EQ(room.executor->started[0].timeout, std::chrono::minutes(20));
}

}  // namespace
}  // namespace kontor::engine::testing
