#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

sdk::Outcome reads(double psi, const std::string& period, const std::string& country = "AA") {
    sdk::ReadingsTaken taken;
    taken.country = country;
    taken.period = period;
    taken.model = "m-1";
    taken.readings = {{"feature_psi", "price", psi, 900}, {"volume", "", 900, 900}};
    taken.alarms.resize(1);
    taken.alarms[0].name = "drift";
    taken.alarms[0].metric = "feature_psi";
    taken.alarms[0].above = 0.25;
    taken.alarms[0].clear = 0.1;
    taken.alarms[0].retrain = true;
    taken.data =
        JsonObject{{"warehouse", "main"}, {"country", "a task cannot say whose alarm it is"}};
    sdk::Succeeded done;
    done.effects.emplace_back(std::move(taken));
    return done;
}

void run(Room& room, double psi, const std::string& period) {
    room.submit("infer");
    room.end(reads(psi, period));
}

std::vector<ports::EventRow> events(const Room& room, const std::string& type) {
    std::vector<ports::EventRow> found;
    for (const auto& [id, event] : room.store.events) {
        if (event.type == type) {
            found.push_back(event);
        }
    }
    return found;
}

Result<Reply> end(Room& room, const std::string& alarm, bool dry_run = false) {
    AlarmRequest wanted{Room::as("anna"), "AA", alarm, "the new catalogue", dry_run};
    return room.ask<AlarmInput>(std::move(wanted));
}

TEST(Alarms, AreRaisedAndClearedInTheBatchThatRecordsTheReading) {
    Room room;
    room.deploy(room.flow("infer", {task("check")}));
    run(room, 0.2, "2026-01");
    EXPECT_TRUE(events(room, "kontor.alarm.raised").empty());
    run(room, 0.4, "2026-02");
    const auto raised = events(room, "kontor.alarm.raised");
    ASSERT_EQ(raised.size(), 1U);
    EXPECT_EQ(raised[0].subject, "AA");
    EXPECT_EQ(text_member(raised[0].data, "country"), "AA");
    EXPECT_EQ(text_member(raised[0].data, "feature"), "price");
    EXPECT_EQ(text_member(raised[0].data, "warehouse"), "main");
    EXPECT_EQ(text_member(raised[0].data, "period"), "2026-02");
    EXPECT_EQ(*member(raised[0].data, "retrain"), Json(true));
    EXPECT_EQ(room.store.readings.size(), 4U) << "two metrics, two months";
    room.boot();
    run(room, 0.05, "2026-02");
    EXPECT_EQ(events(room, "kontor.alarm.raised").size(), 1U);
    ASSERT_EQ(events(room, "kontor.alarm.cleared").size(), 1U) << "it was known after the restart";
    EXPECT_FALSE(room.store.alarms.at({"AA", "drift"}).state.raised);
    EXPECT_TRUE(room.store.alarms.at({"AA", "drift"}).raised_at);
}

TEST(Alarms, StartAWorkflowThatListens) {
    Room room;
    room.deploy(room.flow("infer", {task("check")}));
    auto train = room.flow("train", {task("fit")});
    core::dag::Trigger trigger;
    trigger.name = "on-alarm";
    trigger.event = "kontor.alarm.raised";
    train->triggers.push_back(trigger);
    room.deploy(train);
    run(room, 0.4, "2026-02");
    EXPECT_EQ(room.started(), std::vector<std::string>{"fit"});
}

TEST(Alarms, OneThatAPersonEndsIsNotRaisedAgainForItsPeriod) {
    Room room;
    room.deploy(room.flow("infer", {task("check")}));
    EXPECT_EQ(end(room, "drift").error().kind, ErrorKind::NotFound);
    run(room, 0.4, "2026-02");
    const Result<Reply> preview = end(room, "drift", true);
    ASSERT_TRUE(preview);
    EXPECT_TRUE(room.store.alarms.at({"AA", "drift"}).state.raised);
    ASSERT_TRUE(end(room, "drift"));
    EXPECT_FALSE(room.store.alarms.at({"AA", "drift"}).state.raised);
    EXPECT_EQ(events(room, "kontor.alarm.cleared").size(), 1U);
    EXPECT_EQ(end(room, "drift").error().kind, ErrorKind::Conflict);
    room.boot();
    run(room, 0.4, "2026-02");
    EXPECT_EQ(events(room, "kontor.alarm.raised").size(), 1U);
    run(room, 0.4, "2026-03");
    EXPECT_EQ(events(room, "kontor.alarm.raised").size(), 2U);
}

}  // namespace
}  // namespace kontor::engine::testing
