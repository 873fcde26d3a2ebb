// Results that are taken from earlier runs: when, what follows from it, and what is said when not.
#include <gtest/gtest.h>

#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

core::dag::TaskNode cached(core::dag::TaskNode node, const Json& with = JsonObject{}) {
    node.cache_for = std::chrono::days(30);
    node.with = value_of(with);
    return node;
}

class Cache : public ::testing::Test {
 protected:
    ports::RunId submit(Json params = JsonObject{}) {
        Submission wanted;
        wanted.workflow = "w";
        wanted.params = std::move(params);
        static_cast<Command&>(wanted) = Room::as("test");
        return Room::number(*room.ask<SubmitInput>(std::move(wanted)), "id");
    }
    void end(const Json& outputs = JsonObject{{"n", 1}}, std::vector<sdk::Effect> effects = {}) { room.end(sdk::Succeeded{outputs, std::move(effects)}); }
    ports::DoneTaskRow done(ports::RunId run, const std::string& task) const {
        for (const auto& [id, row] : room.store.done) {
            if (row.run == run && row.task == task) {
                return row;
            }
        }
        ADD_FAILURE() << task << " of run " << run << " has not ended";
        return {};
    }
    std::string explained(ports::RunId run, const std::string& task) {
        ExplainRunRequest wanted;
        wanted.run = run;
        wanted.task = task;
        wanted.countries = Countries::all();
        Result<Reply> answer = internal("test", "it was not answered");
        ExplainRunInput input{wanted, [&](Result<Reply> given) { answer = std::move(given); }};
        room.cycle->add(std::move(input));
        room.step();
        const Json body = answer ? json_from_text(answer->body).value() : Json(JsonObject{{"items", JsonArray{}}});
        return body.at("items").as_array().empty() ? "" : text_member(body.at("items").as_array()[0], "sentence");
    }
    Room room;
};

TEST_F(Cache, AnEqualQuestionTakesTheResultAndHoldsNoSlot) {
    room.deploy(room.flow("w", {cached(task("a"), JsonObject{{"n", "${{ params.n }}"}}), task("b", {0})}));
    const ports::RunId first = submit(JsonObject{{"n", 1}});
    end(JsonObject{{"rows", 7}}, {sdk::DatasetRegistered{"DE", "train", {"k", "aa", 3}, 7, 1, JsonObject{{"x", 1}}}, sdk::ObjectWritten{}});
    EXPECT_EQ(room.started(), std::vector<std::string>{"b"});
    end();
    room.store.effects.clear();
    const ports::RunId second = submit(JsonObject{{"n", 1}});
    EXPECT_EQ(room.started(), std::vector<std::string>{"b"}) << "what comes behind it begins at once";
    const ports::DoneTaskRow row = done(second, "a");
    EXPECT_EQ(row.state, "succeeded");
    EXPECT_EQ(row.attempts, 0);
    EXPECT_EQ(row.outputs, done(first, "a").outputs);
    EXPECT_TRUE(row.reason.starts_with("taken from the cache: run " + std::to_string(first) + " gave it at ")) << row.reason;
    EXPECT_EQ(room.executor->started[0].input, JsonObject{});
    end();
    EXPECT_EQ(room.state(second), "succeeded");
    const ports::RunId third = submit(JsonObject{{"n", 2}});
    EXPECT_EQ(room.started(), std::vector<std::string>{"a"});
    EXPECT_EQ(explained(third, "a").substr(explained(third, "a").find(';') + 2), "not taken from the cache: of run " + std::to_string(first) + ", with.n was 1, is 2");
}

TEST_F(Cache, DataThatTheResultRegisteredIsRegisteredForTheRunThatTakesIt) {
    room.deploy(room.flow("w", {cached(task("a"))}));
    submit();
    end(JsonObject{}, {sdk::DatasetRegistered{"DE", "train", {"k", "aa", 3}, 7, 1, JsonObject{{"x", 1}}}, sdk::ObjectWritten{},
                       sdk::ModelRegistered{"m-1", "DE", "linear", {"k", "bb", 4}, Json(), Json()}, sdk::ModelScored{"m-1", "DE", "aa", 5, Json()}});
    room.store.effects.clear();
    const ports::RunId second = submit();
    ASSERT_EQ(room.store.effects.size(), 3U) << "objects are not written again";
    const ports::EffectRow& effect = room.store.effects.front();
    EXPECT_EQ(effect.run, second);
    const auto& data = std::get<sdk::DatasetRegistered>(effect.effect);
    EXPECT_EQ(data.object.sha256, "aa");
    EXPECT_EQ(data.quarantined, 1);
    EXPECT_EQ(data.details, Json(JsonObject{{"x", 1}}));
}

TEST_F(Cache, SurvivesARestartGetsOldAndKeepsNoFailure) {
    room.deploy(room.flow("w", {cached(task("a"))}));
    submit();
    room.end(sdk::Failed{sdk::FailureClass::Data, "bad"});
    const ports::RunId second = submit();
    EXPECT_EQ(room.started(), std::vector<std::string>{"a"}) << "a failure is no result";
    EXPECT_NE(explained(second, "a").find("nothing is kept of it"), std::string::npos);
    end();
    room.boot();
    const ports::RunId third = submit();
    EXPECT_EQ(room.state(third), "succeeded");
    room.step(std::chrono::days(30));
    const ports::RunId fourth = submit();
    EXPECT_EQ(room.state(fourth), "running");
    EXPECT_NE(explained(fourth, "a").find("of run " + std::to_string(second) + ", which asked the same, the result is older than 30d"), std::string::npos)
        << explained(fourth, "a");
}

TEST_F(Cache, ARerunRunsAndAClearedResultIsGone) {
    room.deploy(room.flow("w", {cached(task("a"))}));
    const ports::RunId first = submit();
    end();
    ControlRequest again;
    static_cast<Command&>(again) = Room::as("test");
    again.run = first;
    again.verb = ControlVerb::Rerun;
    again.task = "a";
    ControlInput input;
    input.request = again;
    input.reply = [](const Result<Reply>& answer) { EXPECT_TRUE(answer) << describe(answer.error()); };
    room.cycle->add(std::move(input));
    room.step();
    ASSERT_EQ(room.started(), std::vector<std::string>{"a"});
    end(JsonObject{{"n", 2}});
    CacheRequest clear;
    static_cast<Command&>(clear) = Room::as("test");
    clear.workflow = "w";
    clear.dry_run = true;
    EXPECT_EQ(Room::number(*room.ask<CacheInput>(clear), "count"), 1);
    EXPECT_EQ(done(submit(), "a").outputs, Json(JsonObject{{"n", 2}}));
    clear.dry_run = false;
    EXPECT_EQ(Room::number(*room.ask<CacheInput>(clear), "count"), 1);
    EXPECT_TRUE(room.store.cached.empty());
    submit();
    EXPECT_EQ(room.started(), std::vector<std::string>{"a"});
}

TEST_F(Cache, AnotherProgramAsksAnew) {
    room.deploy(room.flow("w", {cached(task("a"))}));
    submit();
    end();
    room.code = "another build";
    room.boot();
    const ports::RunId second = submit();
    EXPECT_EQ(room.started(), std::vector<std::string>{"a"});
    EXPECT_NE(explained(second, "a").find("the daemon's program is another one"), std::string::npos);
}

}  // namespace
}  // namespace kontor::engine::testing
