// Events at triggers that gather, deduplicate, listen to other workflows; replays and explanations; and all of it across crashes.
#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

core::expr::Program program(std::string_view text) { return core::expr::parse(text).value(); }

core::dag::Trigger on(const std::string& type, const Json& params = JsonObject{}) {
    core::dag::Trigger trigger;
    trigger.name = "t";
    trigger.event = type;
    trigger.params = value_of(params);
    return trigger;
}

std::shared_ptr<core::dag::Workflow> listening(Room& room, core::dag::Trigger trigger, const std::string& name = "w") {
    auto made = room.flow(name, {task("a")});
    made->triggers = {std::move(trigger)};
    return made;
}

Result<Reply> post(Room& room, const std::string& id, const Json& data, const std::string& type = "order", Countries sender = Countries::all()) {
    PostedEvent posted;
    posted.by = Caller::house("test");
    posted.by.countries = std::move(sender);
    posted.ce_id = id;
    posted.source = "/test";
    posted.type = type;
    posted.data = data;
    return room.ask<EventInput>(std::move(posted));
}

// "state: reason" of the event's delivery to w/t.
std::string delivered(const Room& room, const Result<Reply>& posted) {
    const auto& row = room.store.deliveries.at({Room::number(*posted, "id"), "w", "t"});
    return row.state + (row.reason.empty() ? "" : ": " + row.reason);
}

core::dag::Trigger batching(int count, Duration within) {
    auto trigger = on("order", JsonObject{{"all", "${{ batch.data }}"}, {"key", "${{ batch.key }}"}});
    trigger.collect = {core::dag::Collect::Batch, count, within, Duration(0), program("event.data.country")};
    return trigger;
}

TEST(Batches, StartOneRunPerKeyWhenTheyAreFullOrDue) {
    Room room;
    room.deploy(listening(room, batching(2, minutes(5))));
    const auto first = post(room, "1", JsonObject{{"country", "DE"}, {"n", 1}});
    EXPECT_EQ(delivered(room, first).substr(0, 27), "pending: waits with 1 of 2 ");
    const auto other = post(room, "2", JsonObject{{"country", "FR"}, {"n", 2}});
    EXPECT_TRUE(room.store.runs.empty());
    const auto second = post(room, "3", JsonObject{{"country", "DE"}, {"n", 3}});
    ASSERT_EQ(room.store.runs.size(), 1U);
    EXPECT_EQ(to_text(room.store.runs.begin()->second.params), R"({"all":[{"country":"DE","n":1},{"country":"DE","n":3}],"key":"DE"})");
    EXPECT_EQ(delivered(room, first), "started: with 1 more, the last of them event " + std::to_string(Room::number(*second, "id")));
    EXPECT_EQ(to_text(*member(room.store.runs.begin()->second.cause, "events")),
              "[" + std::to_string(Room::number(*first, "id")) + "," + std::to_string(Room::number(*second, "id")) + "]");
    EXPECT_EQ(room.conductor->next_wakeup(), room.now + minutes(5));
    room.step(minutes(5));
    EXPECT_EQ(room.store.runs.size(), 2U);
    EXPECT_EQ(delivered(room, other), "started");
}

TEST(Batches, OfWhoMayDoLessAreTheirOwn) {
    Room room;
    auto trigger = batching(2, minutes(5));
    trigger.dedupe = {program("event.data.order"), minutes(10)};
    room.deploy(listening(room, trigger));
    const auto narrow = [&](const std::string& id, int order) {
        return post(room, id, JsonObject{{"country", "DE"}, {"order", order}}, "order", Countries::of({"DE"}));
    };
    narrow("1", 1);
    const auto wide = post(room, "2", JsonObject{{"country", "DE"}, {"order", 1}});
    EXPECT_EQ(delivered(room, wide).substr(0, 27), "pending: waits with 1 of 2 ") << "neither a duplicate nor of one group with it";
    room.boot();
    room.step();
    post(room, "3", JsonObject{{"country", "DE"}, {"order", 2}});
    ASSERT_EQ(room.store.runs.size(), 1U) << "without the narrow one, also behind a restart";
    EXPECT_EQ(delivered(room, narrow("4", 1)).substr(0, 10), "duplicate:");
    const auto full = narrow("5", 3);
    EXPECT_EQ(delivered(room, full).substr(0, 5), "dead:") << "who may work for DE alone starts nothing that is not divided by country";
    EXPECT_EQ(room.store.runs.size(), 1U);
}

TEST(Batches, SurviveACrashBetweenAnyTwoOfTheirEvents) {
    Room room;
    room.deploy(listening(room, batching(3, minutes(5))));
    for (const char* id : {"1", "2"}) {
        post(room, id, JsonObject{{"country", "DE"}});
        room.boot();
        EXPECT_EQ(room.store.deliveries.begin()->second.state, "pending");
    }
    post(room, "3", JsonObject{{"country", "DE"}});
    ASSERT_EQ(room.store.runs.size(), 1U);
    EXPECT_EQ(member(room.store.runs.begin()->second.params, "all")->get_array().size(), 3U);
    post(room, "4", JsonObject{{"country", "DE"}});
    room.now += std::chrono::hours(1);
    room.boot();
    room.step();
    EXPECT_EQ(room.store.runs.size(), 2U) << "what fell due while nobody was there starts at once";
    room.boot();
    room.step();
    EXPECT_EQ(room.store.runs.size(), 2U);
}

TEST(Batches, SeveralEventsOfOneCommitAreMarkedOnce) {
    Room room;
    room.deploy(listening(room, batching(2, minutes(5))));
    for (const char* id : {"1", "2", "3"}) {
        PostedEvent posted;
        posted.by = Caller::house("test");
        posted.ce_id = id;
        posted.source = "/test";
        posted.type = "order";
        posted.data = JsonObject{{"country", "DE"}};
        room.cycle->add(EventInput{std::move(posted), {}});
    }
    room.step();
    EXPECT_EQ(room.store.runs.size(), 1U);
    std::map<std::string, int> states;
    for (const auto& [key, row] : room.store.deliveries) {
        ++states[row.state];
    }
    EXPECT_EQ(states, (std::map<std::string, int>{{"pending", 1}, {"started", 2}}));
}

TEST(Batches, ThatCannotBeMappedAreOneDeadLetterAndRedrivenTogether) {
    Room room;
    auto trigger = batching(2, minutes(5));
    trigger.params = value_of(JsonObject{{"x", "${{ event.data.missing }}"}});
    room.deploy(listening(room, trigger));
    const auto first = post(room, "1", JsonObject{{"country", "DE"}});
    post(room, "2", JsonObject{{"country", "DE"}});
    EXPECT_TRUE(room.store.runs.empty());
    ASSERT_EQ(room.store.letters.size(), 1U);
    EXPECT_EQ(room.store.letters.begin()->second.row.reason, "params: event.data has no member 'missing'");
    EXPECT_EQ(delivered(room, first).substr(0, 5), "dead:");
    room.deploy(listening(room, batching(2, minutes(5))), "2");
    const Result<Reply> redriven = room.ask<RedriveInput>(RedriveRequest{Room::as("me"), room.open_letter(), false});
    ASSERT_TRUE(redriven) << describe(redriven.error());
    ASSERT_EQ(room.store.runs.size(), 1U);
    EXPECT_EQ(to_text(room.store.runs.begin()->second.params), R"({"all":[{"country":"DE"},{"country":"DE"}],"key":"DE"})");
    EXPECT_EQ(delivered(room, first).substr(0, 8), "started:");
}

TEST(Batches, OfATriggerThatIsTakenAwayAreLetGoAndSaySo) {
    Room room;
    room.deploy(listening(room, batching(2, minutes(5))));
    const auto first = post(room, "1", JsonObject{{"country", "DE"}});
    EXPECT_FALSE(room.deploy(room.flow("w", {task("a")}), "2"));
    room.deploy(room.flow("w", {task("a")}), "2", {}, true);
    EXPECT_EQ(delivered(room, first), "filtered: the trigger was taken out of the workflow while the event waited");
    room.step(minutes(10));
    EXPECT_TRUE(room.store.runs.empty());
    room.deploy(listening(room, batching(9, minutes(5))), "3");
    post(room, "2", JsonObject{{"country", "DE"}});
    room.deploy(listening(room, batching(1, minutes(5))), "4");
    EXPECT_EQ(room.store.runs.size(), 1U) << "what waits goes on by the new rule";
}

TEST(Debounce, StartsOnceWithTheLastEventWhenItHasBecomeQuiet) {
    Room room;
    auto trigger = on("order", JsonObject{{"n", "${{ event.data.n }}"}});
    trigger.collect = {core::dag::Collect::Debounce, 1000, minutes(5), seconds(30), {}};
    room.deploy(listening(room, trigger));
    for (int n = 1; n <= 4; ++n) {
        post(room, std::to_string(n), JsonObject{{"n", n}});
        room.step(seconds(20));
    }
    EXPECT_TRUE(room.store.runs.empty());
    room.step(seconds(10));
    ASSERT_EQ(room.store.runs.size(), 1U);
    EXPECT_EQ(to_text(room.store.runs.begin()->second.params), R"({"n":4})");
}

TEST(Dedupe, LetsOneEventOfAKeyThroughInEachWindowAlsoAcrossACrash) {
    Room room;
    auto trigger = on("order");
    trigger.dedupe = {program("event.data.order"), minutes(10)};
    room.deploy(listening(room, trigger));
    const auto first = post(room, "1", JsonObject{{"order", 7}});
    room.boot();
    const auto second = post(room, "2", JsonObject{{"order", 7}});
    EXPECT_EQ(room.store.runs.size(), 1U);
    EXPECT_EQ(delivered(room, second), "duplicate: event " + std::to_string(Room::number(*first, "id")) + " had the same key '7' at " +
                                           to_iso(room.now) + "; the next one counts from " + to_iso(room.now + minutes(10)));
    post(room, "3", JsonObject{{"order", 8}});
    EXPECT_EQ(room.store.runs.size(), 2U);
    room.step(minutes(10));
    post(room, "4", JsonObject{{"order", 7}});
    EXPECT_EQ(room.store.runs.size(), 3U);
}

TEST(Completion, OfAnotherWorkflowStartsARunWithWhatItGave) {
    Room room;
    auto after = on(std::string(core::trigger::run_finished), JsonObject{{"of", "${{ event.data.run }}"}, {"state", "${{ event.data.state }}"}});
    after.on = core::dag::Completion{"infer", {"succeeded"}};
    room.deploy(listening(room, after));
    room.deploy(room.flow("infer", {task("b")}));
    room.deploy(room.flow("other", {task("c")}));
    const ports::RunId failed = room.submit("infer");
    room.end(sdk::Failed{sdk::FailureClass::Data, "no"});
    EXPECT_EQ(room.state(failed), "failed");
    room.submit("other");
    room.end();
    EXPECT_EQ(room.store.runs.size(), 2U);
    const ports::RunId good = room.submit("infer");
    room.end();
    ASSERT_EQ(room.store.runs.size(), 4U);
    const auto& started = room.store.runs.rbegin()->second;
    EXPECT_EQ(started.workflow, "w");
    EXPECT_EQ(started.params, Json(JsonObject{{"of", good}, {"state", "succeeded"}}));
    EXPECT_EQ(started.correlation, room.store.runs.at(good).correlation);
    EXPECT_EQ(room.store.events.size(), 2U) << "both ends of infer, and none of a workflow that nobody waits for";
    room.ask<RedriveInput>(RedriveRequest{Room::as("me"), room.open_letter(), false});
    for (int n = 0; n < 2 && !room.executor->started.empty(); ++n) {
        room.end();
    }
    EXPECT_EQ(room.state(failed), "succeeded");
    EXPECT_EQ(room.store.runs.rbegin()->second.params, Json(JsonObject{{"of", failed}, {"state", "succeeded"}})) << "a redriven run ends anew";
}

ports::EventRow stored(const Room& room, const Result<Reply>& posted) { return room.store.events.at(Room::number(*posted, "id")); }

Result<Reply> replay(Room& room, const ports::EventRow& event, bool dry_run = false, IdempotencyKey key = {}) {
    ReplayInput input;
    Result<Reply> answer = internal("test", "it was not answered");
    input.request.by = Caller::house("test");
    input.request.events = {event.id};
    input.request.dry_run = dry_run;
    input.request.idempotency = std::move(key);
    input.events = {event};
    input.reply = [&](Result<Reply> given) { answer = std::move(given); };
    room.cycle->add(std::move(input));
    room.step();
    return answer;
}

TEST(Replay, OffersAnEventAgainAsANewOneWhateverDeduplicationSays) {
    Room room;
    auto trigger = on("order", JsonObject{{"n", "${{ event.data.n }}"}});
    trigger.dedupe = {program("event.data.n"), minutes(10)};
    room.deploy(listening(room, trigger));
    const auto posted = post(room, "1", JsonObject{{"n", 5}});
    const auto dry = replay(room, stored(room, posted), true);
    ASSERT_TRUE(dry) << describe(dry.error());
    EXPECT_NE(dry->body.find(R"("state":"started","run":null,"reason":"with params {\"n\":5}")"), std::string::npos) << dry->body;
    EXPECT_EQ(room.store.runs.size(), 1U);
    ASSERT_TRUE(replay(room, stored(room, posted), false, {"k", "f"}));
    ASSERT_TRUE(replay(room, stored(room, posted), false, {"k", "f"})) << "the same request again";
    ASSERT_EQ(room.store.runs.size(), 2U);
    EXPECT_EQ(room.store.runs.rbegin()->second.params, Json(JsonObject{{"n", 5}}));
    const ports::EventRow& copy = room.store.events.rbegin()->second;
    EXPECT_EQ(copy.replay_of, stored(room, posted).id);
    EXPECT_EQ(copy.correlation, stored(room, posted).correlation);
}

std::string explained(Room& room, const Result<Reply>& posted) {
    const ports::EventRow event = stored(room, posted);
    JsonArray deliveries;
    for (const auto& [key, row] : room.store.deliveries) {
        if (row.event == event.id && !row.workflow.empty()) {
            deliveries.push_back(JsonObject{
                {"workflow", row.workflow}, {"trigger", row.trigger}, {"state", row.state},
                {"run", row.run ? Json(*row.run) : Json()}, {"reason", row.reason}
            });
        }
    }
    std::string lines;
    room.cycle->add(ExplainInput{event, std::move(deliveries), [&](Result<Reply> answer) {
        const Json body = *json_from_text(answer->body);
        for (const Json& each : member(body, "triggers")->get_array()) {
            lines += text_member(each, "workflow") + " " + text_member(each, "state") + ": " + text_member(each, "sentence") + "\n";
        }
    }});
    room.step();
    return lines;
}

TEST(Explain, SaysForEveryTriggerWhyItDidOrDidNotFire) {
    Room room;
    auto filtered = on("order");
    filtered.when = program("event.data.country == 'XX'");
    room.deploy(listening(room, filtered));
    room.deploy(listening(room, on("price"), "x"));
    auto gathers = batching(5, minutes(5));
    room.deploy(listening(room, gathers, "y"));
    room.deploy(listening(room, on("order"), "z"));
    const auto posted = post(room, "1", JsonObject{{"country", "DE"}});
    const std::string run = std::to_string(room.store.runs.begin()->first);
    EXPECT_EQ(explained(room, posted),
              "w filtered: filtered out: event.data.country == 'XX' is false (event.data.country is \"DE\")\n"
              "y pending: waits: 1 of 5 events are gathered under the key 'DE'; the run starts at " + to_iso(room.now + minutes(5)) +
                  " unless more events change that\n"
              "z started: started run " + run + "\n"
              "x deaf: did not fire: it listens to price, and this is order\n");
    room.deploy(listening(room, on("order"), "x"), "2");
    EXPECT_NE(explained(room, posted).find("x not_asked: was not asked"), std::string::npos);
}

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

std::shared_ptr<core::dag::Workflow> every_minute(Room& room, core::schedule::Overlap overlap) {
    auto made = room.flow("w", {task("a")});
    core::dag::Trigger trigger;
    trigger.name = "t";
    trigger.cron = core::schedule::Schedule{};
    trigger.cron->text = "@every 1m";
    trigger.cron->interval = core::schedule::Interval{minutes(1), Instant{}};
    trigger.cron->zone = std::make_shared<Utc>();
    trigger.cron->overlap = overlap;
    made->triggers = {trigger};
    return made;
}

std::string last_result(const Room& room) { return room.store.schedules.at({"w", "t"}).last_result; }

TEST(Overlap, SkipLetsATickGoWhileTheRunOfTheLastOneIsGoing) {
    Room room;
    room.deploy(every_minute(room, core::schedule::Overlap::Skip));
    room.step(minutes(1));
    ASSERT_EQ(room.store.runs.size(), 1U);
    const std::string run = std::to_string(room.store.runs.begin()->first);
    room.step(minutes(1));
    EXPECT_EQ(room.store.runs.size(), 1U);
    EXPECT_EQ(last_result(room), "tick " + to_iso(std::chrono::floor<minutes>(room.now)) + " was let go: run " + run +
                                     " of this schedule is still going (overlap: skip)");
    room.end();
    room.step(minutes(1));
    EXPECT_EQ(room.store.runs.size(), 2U);
    EXPECT_NE(last_result(room).find(" started run "), std::string::npos);
}

TEST(Overlap, WaitKeepsTheNewestTickAlsoAcrossACrash) {
    Room room;
    room.deploy(every_minute(room, core::schedule::Overlap::Wait));
    room.step(minutes(1));
    room.step(minutes(1));
    room.step(minutes(1));
    EXPECT_EQ(room.store.runs.size(), 1U);
    const Instant newest = *room.store.schedules.at({"w", "t"}).waiting_tick;
    EXPECT_EQ(newest, std::chrono::floor<minutes>(room.now));
    room.boot();
    room.step();
    EXPECT_EQ(room.store.runs.size(), 1U);
    room.step(seconds(5));  // the retry of the attempt that was lost with the daemon
    ASSERT_FALSE(room.executor->started.empty());
    room.end();
    ASSERT_EQ(room.store.runs.size(), 2U);
    EXPECT_EQ(text_member(room.store.runs.rbegin()->second.cause, "tick"), to_iso(newest));
    EXPECT_FALSE(room.store.schedules.at({"w", "t"}).waiting_tick);
    room.step();
    EXPECT_EQ(room.store.runs.size(), 2U);
}

TEST(Overlap, ReplaceCancelsTheRunThatIsGoingAndStartStartsAnother) {
    Room room;
    room.deploy(every_minute(room, core::schedule::Overlap::Replace));
    room.step(minutes(1));
    const ports::RunId first = room.store.runs.begin()->first;
    room.step(minutes(1));
    EXPECT_EQ(room.store.runs.size(), 2U);
    room.end();  // the attempt that was cancelled
    EXPECT_EQ(room.state(first), "cancelled");
    room.deploy(every_minute(room, core::schedule::Overlap::Start), "2");
    room.step(minutes(1));
    EXPECT_EQ(room.store.runs.size(), 3U);
}

}  // namespace
}  // namespace kontor::engine::testing
