#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

Json details(const std::string& model) { return JsonObject{{"model", JsonObject{{"id", model}, {"family", "linear"}}}, {"metrics", JsonObject{}}}; }

sdk::Outcome chooses(const std::string& model) {
    sdk::Succeeded done;
    done.effects.emplace_back(sdk::WinnerChosen{"AA", model, JsonObject{{"reason", "better"}}, details(model)});
    return done;
}

Result<Reply> set(Room& room, const std::string& model, bool pin, bool dry_run = false) {
    Result<Reply> answer = internal("test", "it was not answered");
    WinnerInput input;
    input.request.by = Caller::house("anna");
    input.request.country = "AA";
    input.request.model = model;
    input.request.pin = pin;
    input.request.reason = "the audit";
    input.request.dry_run = dry_run;
    input.details = model.empty() || model == "m-unknown" ? Json() : details(model);
    input.reply = [&](Result<Reply> given) { answer = std::move(given); };
    room.cycle->add(std::move(input));
    room.step();
    return answer;
}

std::string in_force(Room& room) {
    const ports::Snapshot snapshot = *room.store.load(room.now);
    for (const ports::WinnerRow& row : snapshot.winners) {
        return text_member(*member(row.details, "model"), "id");
    }
    return "";
}

int events(const Room& room, const std::string& type) {
    int found = 0;
    for (const auto& [id, event] : room.store.events) {
        found += event.type == type ? 1 : 0;
    }
    return found;
}

// A run that chooses this model for AA.
void run(Room& room, const std::string& model) {
    room.submit("w");
    room.end(chooses(model));
}

TEST(Winners, APinnedOneStaysWhateverRunsChooseAndThroughARestart) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    run(room, "m-1");
    EXPECT_EQ(in_force(room), "m-1");
    ASSERT_TRUE(set(room, "", true));
    run(room, "m-2");
    EXPECT_EQ(in_force(room), "m-1");
    EXPECT_EQ(events(room, "kontor.winner.kept"), 1);
    room.boot();
    run(room, "m-3");
    EXPECT_EQ(in_force(room), "m-1") << "the pin is stored";
    ASSERT_TRUE(set(room, "", false));
    run(room, "m-4");
    EXPECT_EQ(in_force(room), "m-4");
    EXPECT_EQ(events(room, "kontor.winner.set"), 2);
    EXPECT_EQ(events(room, "kontor.winner.kept"), 2);
}

TEST(Winners, AnEarlierOneIsPutBackAndRunsGoOnChoosing) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    run(room, "m-1");
    run(room, "m-2");
    const Result<Reply> preview = set(room, "m-1", false, true);
    ASSERT_TRUE(preview);
    EXPECT_EQ(in_force(room), "m-2");
    const Result<Reply> answer = set(room, "m-1", false);
    ASSERT_TRUE(answer);
    const Json said = *json_from_text(answer->body);
    EXPECT_EQ(text_member(said, "former"), "m-2");
    EXPECT_EQ(text_member(said, "reason"), "chosen by anna: the audit");
    EXPECT_EQ(in_force(room), "m-1");
    run(room, "m-3");
    EXPECT_EQ(in_force(room), "m-3");
}

TEST(Winners, WhatIsNotThereIsNotChosen) {
    Room room;
    EXPECT_EQ(set(room, "m-unknown", true).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(set(room, "", true).error().kind, ErrorKind::NotFound) << "no model is in force";
}

}  // namespace
}  // namespace kontor::engine::testing
