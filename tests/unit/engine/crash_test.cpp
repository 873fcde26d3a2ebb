// What the engine makes of a daemon's death, with and without knowing whose doing it was.
#include "core/retry/retry.hpp"
#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

core::dag::TaskNode tried(const std::string& name, int attempts_max) {
    core::dag::TaskNode node = task(name);
    node.retry = {attempts_max, std::chrono::seconds(1), 1.0, std::chrono::seconds(1), core::dag::Jitter::None};
    return node;
}

const ports::Dispatch& started_as(const Room& room, const std::string& name) {
    for (const ports::Dispatch& each : room.executor->started) {
        if (each.identity.task == name) {
            return each;
        }
    }
    ADD_FAILURE() << name << " was not started";
    return room.executor->started.front();
}

TEST(Crash, PoisonEndsAsADeadLetterAfterItsAttemptsAndItsSiblingGoesOn) {
    Room room;
    ASSERT_TRUE(room.deploy(room.flow("w", {tried("poison", 3), tried("sibling", 1)})));
    const ports::RunId run = room.submit("w");
    for (int attempt = 1; attempt <= 3; ++attempt) {
        const ports::Dispatch poison = started_as(room, "poison");
        EXPECT_EQ(poison.key.attempt, attempt);
        EXPECT_EQ(started_as(room, "sibling").key.attempt, attempt);
        room.boot({{poison.key, "SIGSEGV"}});
        room.step();
        room.step(std::chrono::seconds(2));
    }
    ASSERT_EQ(room.store.letters.size(), 1U);
    const ports::DeadLetterRow& letter = room.store.letters.begin()->second.row;
    EXPECT_EQ(letter.task, "poison");
    EXPECT_EQ(letter.attempts, 3);
    EXPECT_EQ(letter.failure_class, "bug");
    EXPECT_EQ(letter.reason, "it took the whole daemon down with it: SIGSEGV");
    ASSERT_EQ(room.started(), std::vector<std::string>{"sibling"});
    room.end(sdk::Succeeded{});
    EXPECT_EQ(room.store.runs.at(run).state, "failed");
    EXPECT_EQ(room.store.letters.size(), 1U);
}

TEST(Crash, TwentyDeathsFromOutsideAreNobodysFault) {
    Room room;
    ASSERT_TRUE(room.deploy(room.flow("w", {tried("a", 1)})));
    const ports::RunId run = room.submit("w");
    for (int death = 0; death < core::retry::attempts_lost_max; ++death) {
        room.boot();
        room.step();
        ASSERT_EQ(room.started().size(), 1U) << "after death " << death + 1;
    }
    EXPECT_TRUE(room.store.letters.empty());
    room.end(sdk::Succeeded{});
    EXPECT_EQ(room.store.runs.at(run).state, "succeeded");
}

TEST(Crash, AfterLossesAPassingFailureIsTriedAgainByThePolicy) {
    Room room;
    ASSERT_TRUE(room.deploy(room.flow("w", {tried("a", 2)})));
    room.submit("w");
    for (int death = 0; death < 3; ++death) {
        room.boot();
        room.step();
    }
    room.end(sdk::Failed{sdk::FailureClass::Transient, "the network was away"});
    EXPECT_TRUE(room.store.letters.empty());
    room.boot();  // and what was lost is known again after a restart
    room.step(std::chrono::seconds(2));
    room.end(sdk::Failed{sdk::FailureClass::Transient, "the network was away"});
    ASSERT_EQ(room.store.letters.size(), 1U);
    EXPECT_EQ(room.store.letters.begin()->second.row.attempts, 5);
}

TEST(Crash, ANoteOfAnAttemptThatDoesNotRunChangesNothing) {
    Room room;
    ASSERT_TRUE(room.deploy(room.flow("w", {tried("a", 1)})));
    room.submit("w");
    const ports::AttemptKey first = room.executor->started.at(0).key;
    room.boot();
    room.step();
    room.boot({{first, "SIGSEGV"}, {{first.task + 1000, 1}, "SIGABRT"}});
    room.step();
    EXPECT_EQ(room.executor->started.at(0).key.attempt, 3);
    EXPECT_TRUE(room.store.letters.empty());
}

}  // namespace
}  // namespace kontor::engine::testing
