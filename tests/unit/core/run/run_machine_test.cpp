#include "core/retry/retry.hpp"
#include "core/run/control.hpp"
#include "unit/core/run/life.hpp"

namespace kontor::core::run::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Json from_extract("${{ tasks.extract.outputs.countries }}");
const Json two_countries = JsonObject{{"countries", JsonArray{"AA", "BB"}}};

TEST(RunMachine, ChainsOfCountriesGoOnWithoutWaitingForOneAnother) {
    Life life(workflow({task("extract"), task("prepare", {0}, true), task("train", {1}, true), task("sum", {2})}, from_extract));
    life.start();
    EXPECT_EQ(life.state("prepare/AA"), "none") << "there are no partitions yet";
    life.succeed("extract", two_countries);
    life.succeed("prepare/AA");
    life.succeed("train/AA");
    EXPECT_EQ(life.state("prepare/BB"), "ready");
    EXPECT_EQ(life.state("sum"), "none");
    life.succeed("prepare/BB");
    life.succeed("train/BB");
    life.succeed("sum");
    EXPECT_EQ(life.run_state(), "succeeded");
    EXPECT_EQ(life.run.check_invariants(), "");
}

TEST(RunMachine, NoCountrysFailureFailsAnother) {
    Life life(workflow({task("a", {}, true), task("b", {0}, true), task("sum", {1})}));
    life.start();
    life.fail("a/AA");
    life.succeed("a/BB");
    life.succeed("b/BB");
    EXPECT_EQ(life.state("b/AA"), "none");
    EXPECT_EQ(life.run_state(), "failed");
    EXPECT_EQ(life.run.reason(), "1 task instance did not succeed: a/AA");
}

TEST(RunMachine, GatesOpenAtAnyAtAShareAndWithTheirMusts) {
    dag::TaskNode any = task("any", {0});
    any.gate.any = true;
    dag::TaskNode half = task("half", {0});
    half.gate.pass = 0.5;
    dag::TaskNode must = task("must", {0});
    must.gate.pass = 0.25;
    must.gate.must = {"DD"};
    Life life(workflow({task("a", {}, true), any, half, must}, JsonArray{"AA", "BB", "CC", "DD"}));
    life.start();
    life.succeed("a/AA");
    EXPECT_EQ(life.state("any"), "ready");
    EXPECT_EQ(life.state("half"), "none");
    life.succeed("a/BB");
    EXPECT_EQ(life.state("half"), "ready");
    EXPECT_EQ(life.state("must"), "none") << "DD has not succeeded";
    life.succeed("a/DD");
    EXPECT_EQ(life.state("must"), "ready");
}

TEST(RunMachine, AGateThatCanNeverOpenBlocksItsTask) {
    dag::TaskNode must = task("must", {0});
    must.gate.any = true;
    must.gate.must = {"BB"};
    Life life(workflow({task("a", {}, true), must}));
    life.start();
    life.succeed("a/AA");
    life.fail("a/BB");
    EXPECT_EQ(life.state("must"), "none");
    EXPECT_EQ(life.run_state(), "failed");
}

TEST(RunMachine, AGateOpensWhenItsTimeIsOverAlsoAfterARestart) {
    dag::TaskNode late = task("late", {0});
    late.gate.within = minutes(10);
    Life life(workflow({task("a", {}, true), late}));
    life.start();
    EXPECT_EQ(life.changes.timers, std::vector<Instant>{life.now + minutes(10)});
    life.succeed("a/AA");
    life.now += minutes(9);
    Life again = life.restored();
    EXPECT_EQ(again.changes.timers, std::vector<Instant>{*life.run.started_at() + minutes(10)});
    EXPECT_EQ(again.state("late"), "none");
    again.wait(minutes(1));
    EXPECT_EQ(again.state("late"), "ready");
}

TEST(RunMachine, AGateWithATimeDoesNotWaitForItOnceAllHaveSettled) {
    dag::TaskNode late = task("late", {0});
    late.gate.within = minutes(10);
    Life life(workflow({task("a", {}, true), late}));
    life.start();
    life.succeed("a/AA");
    life.fail("a/BB");
    EXPECT_EQ(life.state("late"), "ready") << "and not blocked, as only a run that takes longer would go on";
    EXPECT_EQ(Life::picture(life.restored()), Life::picture(life));
    life.wait(minutes(10));
    EXPECT_EQ(Life::picture(life.restored()), Life::picture(life));
}

TEST(RunMachine, AGateMayGoOnWithWhatThereIsOnceAllHaveEnded) {
    dag::TaskNode join = task("join", {0});
    join.gate.ended = true;
    dag::TaskNode half = join;
    half.name = "half";
    half.gate.pass = 0.5;
    dag::TaskNode must = join;
    must.name = "must";
    must.gate.must = {"BB"};
    Life life(workflow({task("a", {}, true), join, half, must}));
    life.start();
    life.succeed("a/AA");
    EXPECT_EQ(life.state("join"), "none");
    EXPECT_EQ(life.state("half"), "ready");
    life.fail("a/BB");
    EXPECT_EQ(life.state("join"), "ready");
    EXPECT_EQ(life.state("must"), "none");
    EXPECT_EQ(Life::picture(life.restored()), Life::picture(life));
}

TEST(RunMachine, AGateWhoseTimeIsOverOpensAsSoonAsItsParentHasOpened) {
    dag::TaskNode late = task("late", {1});
    late.gate.within = minutes(10);
    Life life(workflow({task("a"), task("b", {0}), late}));
    life.start();
    life.wait(minutes(11));
    EXPECT_EQ(life.state("late"), "none") << "there is nothing yet";
    life.succeed("a");
    EXPECT_EQ(life.state("late"), "ready");
    EXPECT_EQ(Life::picture(life.restored()), Life::picture(life));
}

TEST(RunMachine, WhenSkipsAndSkippingIsHandedDown) {
    Life life(
        workflow({when(task("a"), "params.go"), task("b", {0}), task("c"), task("d", {0, 2})}), JsonObject{{"go", false}}
    );
    life.start();
    EXPECT_EQ(life.state("a"), "skipped");
    EXPECT_EQ(life.state("b"), "skipped") << "all it comes after was skipped";
    life.succeed("c");
    EXPECT_EQ(life.state("d"), "ready") << "not all was skipped";
    life.succeed("d");
    EXPECT_EQ(life.run_state(), "succeeded");
}

TEST(RunMachine, AlwaysRunsBehindFailure) {
    dag::TaskNode tell = task("tell", {0});
    tell.when = dag::When::Always;
    Life life(workflow({task("a"), tell}));
    life.start();
    life.fail("a");
    life.succeed("tell");
    EXPECT_EQ(life.run_state(), "failed");
}

TEST(RunMachine, AnExpressionThatFailsIsADeadLetterAndMayBeRedriven) {
    Life life(workflow({task("a"), when(task("b", {0}), "tasks.a.outputs.good")}));
    life.start();
    life.succeed("a", JsonObject{{"bad", true}});
    EXPECT_EQ(life.state("b"), "dead");
    EXPECT_EQ(life.run_state(), "failed");
    ASSERT_TRUE(life.redrive("b"));
    EXPECT_EQ(life.state("b"), "dead") << "the same outputs give the same fault";
    EXPECT_EQ(life.changes.dead.size(), 2U);
    EXPECT_EQ(life.run.check_invariants(), "");
}

TEST(RunMachine, EmptyPartitionsAndEmptyFansAreSkipped) {
    Life none(workflow({task("a", {}, true), task("sum", {0})}, JsonArray{}));
    none.start();
    EXPECT_EQ(none.state("sum"), "skipped");
    EXPECT_EQ(none.run_state(), "succeeded");
    Life empty(workflow({with_fan(task("a"), "trial", 0), task("sum", {0})}));
    empty.start();
    EXPECT_EQ(empty.state("a"), "skipped");
    EXPECT_EQ(empty.run_state(), "succeeded");
}

TEST(RunMachine, PartitionsThatAreNoListOfTextsFailTheRun) {
    for (const Json& wrong : {Json("x"), Json(JsonArray{1}), Json(JsonArray{""})}) {
        Life life(workflow({task("a", {}, true)}, wrong));
        life.start();
        EXPECT_EQ(life.run_state(), "failed");
        EXPECT_NE(life.run.reason().find("its partitions cannot be found"), std::string::npos) << life.run.reason();
    }
}

TEST(RunMachine, FansContinueItemByItemAndJoin) {
    const Json items = JsonArray{"x", "y"};
    Life life(workflow({with_fan(task("a", {}, true), "trial", items), with_fan(task("b", {0}, true), "trial", items), task("c", {1}, true)}));
    life.start();
    life.succeed("a/AA/x");
    EXPECT_EQ(life.state("b/AA/x"), "ready");
    EXPECT_EQ(life.state("b/AA/y"), "waiting");
    life.fail("a/AA/y");
    life.succeed("b/AA/x");
    EXPECT_EQ(life.state("c/AA"), "none") << "one item went wrong";
    ASSERT_TRUE(life.redrive("a/AA/y"));
    life.succeed("a/AA/y");
    EXPECT_EQ(life.state("b/AA/y"), "ready");
    life.succeed("b/AA/y");
    EXPECT_EQ(life.state("c/AA"), "ready");
    EXPECT_EQ(life.run.check_invariants(), "");
}

TEST(RunMachine, AnItemBehindTwoFansWaitsForBoth) {
    const Json items = JsonArray{"x", "y"};
    Life life(workflow({with_fan(task("a"), "trial", items), with_fan(task("b"), "trial", items), with_fan(task("c", {0, 1}), "trial", items)}));
    life.start();
    life.succeed("a/x");
    life.succeed("b/x");
    EXPECT_EQ(life.state("c/x"), "none") << "it continues b item by item, and waits for all of a";
    life.succeed("a/y");
    EXPECT_EQ(life.state("c/x"), "ready");
    life.fail("b/y");
    life.succeed("c/x");
    EXPECT_EQ(life.run_state(), "failed");
    EXPECT_EQ(life.state("c/y"), "waiting") << "blocked for good";
    Life again = life.restored();
    EXPECT_EQ(Life::picture(again), Life::picture(life));
}

TEST(RunMachine, AFanThatCannotBeFoundIsJudgedAnewWithWhatIsChainedToIt) {
    const Json items("${{ winner.items }}");
    Life life(workflow({with_fan(task("a", {}, true), "trial", items), with_fan(task("b", {0}, true), "trial", items), task("c", {1}, true)}, JsonArray{"AA"}));
    life.start();
    EXPECT_EQ(life.state("a/AA"), "dead");
    EXPECT_EQ(life.run_state(), "failed");
    const Json winner = JsonObject{{"items", JsonArray{"x", "y"}}};
    life.world.winner = [&](std::string_view) { return &winner; };
    ASSERT_TRUE(life.redrive("a/AA"));
    EXPECT_EQ(life.run.check_invariants(), "");
    life.succeed("a/AA/x");
    life.succeed("a/AA/y");
    life.succeed("b/AA/x");
    life.succeed("b/AA/y");
    life.succeed("c/AA");
    EXPECT_EQ(life.run_state(), "succeeded");
    EXPECT_EQ(life.run.check_invariants(), "");
}

TEST(RunMachine, ASkippedTaskSaysWhichConditionWasFalse) {
    Life life(workflow({when(task("a"), " 1 > 2 ")}));
    life.start();
    ASSERT_EQ(life.state("a"), "skipped");
    EXPECT_EQ(life.run.instance(0).reason, "when: 1 > 2 is false");
}

TEST(RunMachine, RefusesAnItemThatStandsTwiceOrIsEmpty) {
    for (const Json& wrong : {Json(JsonArray{"x", "x"}), Json(JsonArray{""}), Json("x"), Json(-1)}) {
        Life life(workflow({with_fan(task("a"), "trial", wrong)}));
        life.start();
        EXPECT_EQ(life.state("a"), "dead");
    }
}

TEST(RunMachine, RetriesTransientFailuresThenGivesUp) {
    Life life(workflow({task("a")}));
    life.start();
    life.fail("a", sdk::FailureClass::Transient);
    EXPECT_EQ(life.state("a"), "retrying");
    life.wait(seconds(1));
    EXPECT_EQ(life.state("a"), "retrying");
    life.wait(seconds(1));
    life.fail("a", sdk::FailureClass::Transient);
    life.wait(seconds(4));
    life.fail("a", sdk::FailureClass::Transient);
    EXPECT_EQ(life.state("a"), "dead");
    EXPECT_EQ(life.changes.attempts.size(), 3U);
    EXPECT_EQ(life.changes.dead.size(), 1U);
}

dag::TaskNode with_times(std::optional<Duration> total, std::optional<Duration> start) {
    dag::TaskNode node = task("a");
    node.retry = {10, seconds(2), 1.0, seconds(2), dag::Jitter::None};
    node.total_timeout = total;
    node.start_timeout = start;
    return node;
}

TEST(RunMachine, NoAttemptBeginsOnceTheTimeForAllOfThemIsOver) {
    Life life(workflow({with_times(seconds(10), std::nullopt)}));
    life.start();
    life.wait(seconds(60));  // it waits for a slot, which costs it nothing
    ASSERT_EQ(life.state("a"), "ready");
    ASSERT_TRUE(life.begin("a"));
    life.now += seconds(5);
    life.end("a", sdk::Failed{sdk::FailureClass::Transient, "the server is away"});
    ASSERT_EQ(life.state("a"), "retrying");
    life.wait(seconds(2));
    life = life.restored();
    ASSERT_TRUE(life.begin("a"));
    life.now += seconds(1);
    life.end("a", sdk::Failed{sdk::FailureClass::Transient, "the server is away"});
    EXPECT_EQ(life.state("a"), "dead") << "the next attempt would begin ten seconds behind the first";
    EXPECT_EQ(life.run.instance(0).reason, "the server is away; no time is left of the 10s for all its attempts (timeout.total)");
    ASSERT_TRUE(life.redrive("a"));
    EXPECT_EQ(life.state("a"), "ready");
    life.fail("a", sdk::FailureClass::Transient);
    EXPECT_EQ(life.state("a"), "retrying") << "a redrive has all its time again";
}

TEST(RunMachine, WaitingForASlotBetweenAttemptsUsesUpTheTimeForAllOfThem) {
    Life life(workflow({with_times(seconds(10), std::nullopt)}));
    life.start();
    life.fail("a", sdk::FailureClass::Transient);
    life.wait(seconds(2));
    ASSERT_EQ(life.state("a"), "ready");
    life.wait(seconds(7));
    EXPECT_EQ(life.state("a"), "ready");
    life.wait(seconds(1));
    EXPECT_EQ(life.state("a"), "dead");
    Life lost(workflow({with_times(seconds(10), std::nullopt)}));
    lost.start();
    ASSERT_TRUE(lost.begin("a"));
    lost.now += seconds(10);
    lost.run.attempt_lost(0, lost.now, lost.world, lost.changes);
    EXPECT_EQ(lost.state("a"), "dead");
}

TEST(RunMachine, ASecondAttemptThatIsHandedBackIsNotTheFirst) {
    Life life(workflow({with_times(seconds(10), std::nullopt)}));
    life.start();
    life.fail("a", sdk::FailureClass::Transient);
    life.wait(seconds(2));
    ASSERT_TRUE(life.begin("a"));
    life.now += seconds(5);
    life.end("a", sdk::Interrupted{});
    life = life.restored();
    ASSERT_EQ(life.state("a"), "ready");
    life.wait(seconds(3));
    EXPECT_EQ(life.state("a"), "dead") << "ten seconds behind the first attempt, not behind the second";
}

TEST(RunMachine, WhatBeginsTooLateIsDead) {
    Life life(workflow({with_times(std::nullopt, seconds(30)), task("b", {0})}));
    life.start();
    EXPECT_EQ(life.changes.timers, std::vector<Instant>{life.now + seconds(30)});
    life.wait(seconds(20));
    ASSERT_TRUE(life.begin("a"));
    life.wait(seconds(20));
    EXPECT_EQ(life.state("a"), "running") << "it began in time";
    life.end("a", sdk::Failed{sdk::FailureClass::Transient, "again"});
    life.wait(seconds(2));
    ASSERT_EQ(life.state("a"), "ready");
    life.wait(seconds(30));
    EXPECT_EQ(life.state("a"), "dead") << "each attempt has that long";
    EXPECT_EQ(life.run.instance(0).reason, "it waited 30s for a slot and has not begun (timeout.start)");
    EXPECT_EQ(life.run_state(), "failed");
    EXPECT_EQ(life.changes.dead.size(), 1U);
}

TEST(RunMachine, WhatWasTooLateAndIsRedrivenDoesNotBeginTwice) {
    Life life(workflow({with_times(std::nullopt, seconds(30))}));
    life.start();
    const Index late = life.at("a");
    life.wait(seconds(30));
    ASSERT_EQ(life.state("a"), "dead");
    ASSERT_TRUE(life.redrive("a"));
    EXPECT_EQ(life.state("a"), "ready");
    EXPECT_FALSE(life.run.may_begin(late)) << "its place in the queue is nobody's";
    EXPECT_TRUE(life.run.may_begin(life.at("a")));
    life.succeed("a");
    EXPECT_EQ(life.run_state(), "succeeded");
}

TEST(RunMachine, APauseIsNoReasonToBeLate) {
    Life life(workflow({with_times(std::nullopt, seconds(30))}));
    life.start();
    Control(life.run, life.now, life.world, life.changes).pause({{}, "me", "", life.now}, false);
    life.wait(seconds(100));
    EXPECT_EQ(life.state("a"), "ready");
    Control(life.run, life.now, life.world, life.changes).resume({});
    life.wait(seconds(29));
    EXPECT_EQ(life.state("a"), "ready");
    life.wait(seconds(1));
    EXPECT_EQ(life.state("a"), "dead");
}

TEST(RunMachine, LostAttemptsAreBoundedAndInterruptedOnesDoNotCount) {
    Life life(workflow({task("a")}));
    life.start();
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(life.begin("a"));
        ASSERT_TRUE(life.end("a", sdk::Interrupted{}));
        EXPECT_EQ(life.run.instance(0).attempt, 0);
        EXPECT_EQ(life.changes.attempts.back().outcome, "interrupted");
    }
    for (int i = 0; i <= retry::attempts_lost_max; ++i) {
        ASSERT_TRUE(life.begin("a"));
        life.run.attempt_lost(0, life.now, life.world, life.changes);
        EXPECT_EQ(life.changes.attempts.back().outcome, "lost");
        EXPECT_EQ(life.state("a"), i < retry::attempts_lost_max ? "retrying" : "dead");
        life.wait(Duration(0));
        life = life.restored();
    }
}

TEST(RunMachine, LostAttemptsLeaveThePolicyItsOwn) {
    dag::TaskNode twice = task("a");
    twice.retry = {2, seconds(1), 2.0, minutes(5), dag::Jitter::None};
    Life life(workflow({twice}));
    life.start();
    for (int i = 0; i < 5; ++i) {
        life.begin("a");
        life.run.attempt_lost(0, life.now, life.world, life.changes);
        life.wait(Duration(0));
    }
    life = life.restored();
    life.fail("a", sdk::FailureClass::Transient);
    EXPECT_EQ(life.state("a"), "retrying") << "of two attempts that the policy pays for, one is left";
    EXPECT_EQ(*life.run.instance(0).next_at, life.now + seconds(1)) << "and its backoff is that of a first failure";
    life.wait(seconds(1));
    life.fail("a", sdk::FailureClass::Transient);
    EXPECT_EQ(life.state("a"), "dead");
    EXPECT_EQ(life.run.instance(0).attempt, 7);
}

TEST(RunMachine, ATaskThatTakesTheDaemonDownHasThePolicysAttempts) {
    dag::TaskNode poison = task("a");
    poison.retry = {3, seconds(1), 2.0, minutes(5), dag::Jitter::None};
    Life life(workflow({poison}));
    life.start();
    for (int attempt = 1; attempt <= 3; ++attempt) {
        ASSERT_TRUE(life.begin("a"));
        life = life.restored();
        life.changes = {};
        life.run.attempt_crashed(0, "SIGSEGV", life.now, life.world, life.changes);
        EXPECT_EQ(life.changes.attempts.at(0).outcome, "failed");
        EXPECT_EQ(life.changes.attempts.at(0).attempt, attempt);
        EXPECT_EQ(life.state("a"), attempt < 3 ? "retrying" : "dead");
        life.wait(seconds(attempt));
    }
    ASSERT_EQ(life.changes.dead.size(), 1U);
    EXPECT_EQ(life.changes.dead[0].kind, sdk::FailureClass::Bug);
    EXPECT_EQ(life.changes.dead[0].reason, "it took the whole daemon down with it: SIGSEGV");
    EXPECT_EQ(life.run_state(), "failed");
}

TEST(RunMachine, ACrashOfACancelledAttemptCancelsIt) {
    Life life(workflow({task("a", {}, true)}));
    life.start();
    life.begin("a/AA");
    life.cancel("AA");
    life.run.attempt_crashed(life.at("a/AA"), "SIGSEGV", life.now, life.world, life.changes);
    EXPECT_EQ(life.state("a/AA"), "cancelled");
    EXPECT_EQ(life.changes.attempts.back().outcome, "failed");
}

TEST(RunMachine, ARedriveForgivesWhatWasLost) {
    Life life(workflow({task("a")}));
    life.start();
    for (int i = 0; i <= retry::attempts_lost_max; ++i) {
        life.begin("a");
        life.run.attempt_lost(0, life.now, life.world, life.changes);
        life.wait(Duration(0));
    }
    ASSERT_EQ(life.state("a"), "dead");
    ASSERT_TRUE(life.redrive("a"));
    life.begin("a");
    life.run.attempt_lost(0, life.now, life.world, life.changes);
    EXPECT_EQ(life.state("a"), "retrying");
}

TEST(RunMachine, ALostAttemptThatOpensManyCellsIsSafe) {
    dag::TaskNode tell = with_fan(task("tell", {0}), "n", 100);
    tell.when = dag::When::Always;
    dag::TaskNode once = task("a");
    once.retry.attempts_max = 1;
    Life life(workflow({once, tell}));
    life.start();
    for (int i = 0; i <= retry::attempts_lost_max; ++i) {
        ASSERT_TRUE(life.begin("a"));
        life.run.attempt_lost(0, life.now, life.world, life.changes);
        life.wait(Duration(0));
    }
    EXPECT_EQ(life.state("a"), "dead");
    EXPECT_EQ(life.state("tell/99"), "ready");
}

TEST(RunMachine, AnOutcomeOfAnotherAttemptChangesNothing) {
    Life life(workflow({task("a")}));
    life.start();
    life.begin("a");
    EXPECT_FALSE(life.run.attempt_ended(0, 2, sdk::Succeeded{}, life.now, life.world, life.changes));
    EXPECT_TRUE(life.end("a", sdk::Succeeded{}));
    EXPECT_FALSE(life.run.attempt_ended(0, 1, sdk::Failed{}, life.now, life.world, life.changes));
    EXPECT_EQ(life.run_state(), "succeeded");
}

TEST(RunMachine, OutputsBeyondTheLimitAreAFaultOfTheTask) {
    Life life(workflow({task("a")}));
    life.start();
    life.succeed("a", JsonObject{{"text", std::string(300 * 1024, 'x')}});
    EXPECT_EQ(life.state("a"), "dead");
    EXPECT_NE(life.changes.dead.at(0).reason.find("write them to an object"), std::string::npos);
}

TEST(RunMachine, CancelsACountryATaskOrAll) {
    Life life(workflow({task("a", {}, true), task("b", {0}, true), task("sum", {1})}));
    life.start();
    life.begin("a/AA");
    EXPECT_EQ(life.cancel("AA"), 2) << "the one that runs, and what would have come behind";
    EXPECT_EQ(life.changes.stop_running, std::vector<Index>{life.at("a/AA")});
    EXPECT_EQ(life.state("a/AA"), "running") << "it has not stopped yet";
    EXPECT_TRUE(life.end("a/AA", sdk::Interrupted{}));
    EXPECT_EQ(life.state("a/AA"), "cancelled");
    EXPECT_EQ(life.state("a/BB"), "ready");
    EXPECT_EQ(life.cancel("", "b"), 1);
    EXPECT_EQ(life.cancel(), 1);
    EXPECT_EQ(life.run_state(), "cancelled");
    EXPECT_EQ(life.run.check_invariants(), "");
}

TEST(RunMachine, AnAcceptedCancelOfARunningInstanceSurvivesACrash) {
    Life life(workflow({task("a", {}, true)}));
    life.start();
    life.begin("a/AA");
    life.cancel("AA");
    Life again = life.restored();
    again.run.attempt_lost(again.at("a/AA"), again.now, again.world, again.changes);
    EXPECT_EQ(again.state("a/AA"), "cancelled");
    EXPECT_EQ(again.run.instance(again.at("a/AA")).reason, "enough");
}

TEST(RunMachine, ATaskCancelledBehindItemsThatHaveNotBegunIsRestored) {
    dag::TaskNode behind = with_fan(task("b", {0}), "n", 3);
    Life life(workflow({with_fan(task("a"), "n", 3), behind}));
    life.start();
    ASSERT_EQ(life.cancel("", "b"), 3);
    EXPECT_EQ(life.state("b/0"), "cancelled");
    Life again = life.restored();
    EXPECT_EQ(again.state("a/2"), "ready");
    EXPECT_EQ(Life::picture(again), Life::picture(life));
    EXPECT_EQ(again.run.check_invariants(), "");
}

TEST(RunMachine, ACancelEndsARunWhosePartitionsAreFoundAfterwards) {
    Life life(workflow({task("extract"), task("a", {0}, true), task("sum", {1})}, from_extract));
    life.start();
    life.begin("extract");
    life.cancel();
    life.end("extract", sdk::Succeeded{two_countries, {}});
    EXPECT_EQ(life.run_state(), "cancelled");
    EXPECT_EQ(life.run.check_invariants(), "");
}

TEST(RunMachine, ARunThatIsBeingCancelledIsNotRedriven) {
    Life life(workflow({task("a"), task("b")}));
    life.start();
    life.fail("a");
    life.begin("b");
    life.cancel();
    const Result<void> refused = life.redrive("a");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
}

TEST(RunMachine, ARedriveTakesUpWhatWasBlockedBehindIt) {
    Life life(workflow({task("a", {}, true), task("b", {0}, true), task("sum", {1})}));
    life.start();
    life.fail("a/AA");
    life.succeed("a/BB");
    life.succeed("b/BB");
    ASSERT_EQ(life.run_state(), "failed");
    ASSERT_TRUE(life.redrive("a/AA"));
    EXPECT_EQ(life.run_state(), "running");
    life.succeed("a/AA");
    life.succeed("b/AA");
    life.succeed("sum");
    EXPECT_EQ(life.run_state(), "succeeded");
    EXPECT_EQ(life.run.check_invariants(), "");
}

TEST(RunMachine, WhatHasNotBegunWaitsForARedriveBeforeIt) {
    dag::TaskNode sum = task("sum", {0});
    sum.when = dag::When::Always;
    Life life(workflow({task("a"), sum}));
    life.start();
    life.fail("a");
    ASSERT_EQ(life.state("sum"), "ready");
    ASSERT_TRUE(life.redrive("a"));
    EXPECT_EQ(life.state("sum"), "none");
    EXPECT_EQ(Life::picture(life.restored()), Life::picture(life));
    EXPECT_EQ(life.run.check_invariants(), "");
    life.succeed("a");
    life.succeed("sum");
    EXPECT_EQ(life.run_state(), "succeeded");
    EXPECT_EQ(life.run.check_invariants(), "");
}

TEST(RunMachine, WhatHasBegunGoesOnBesideARedriveBeforeIt) {
    dag::TaskNode sum = task("sum", {0});
    sum.when = dag::When::Always;
    Life life(workflow({task("a"), with_fan(sum, "n", 2)}));
    life.start();
    life.fail("a");
    life.begin("sum/0");
    ASSERT_TRUE(life.redrive("a"));
    EXPECT_EQ(life.state("sum/0"), "running");
    EXPECT_EQ(life.state("sum/1"), "ready");
    EXPECT_EQ(Life::picture(life.restored()), Life::picture(life));
}

TEST(RunMachine, WhatMayBeginWithoutTheRedrivenOneStaysReady) {
    dag::TaskNode sum = task("sum", {0});
    sum.gate.any = true;
    Life life(workflow({task("a", {}, true), sum}));
    life.start();
    life.fail("a/AA");
    life.succeed("a/BB");
    ASSERT_TRUE(life.redrive("a/AA"));
    EXPECT_EQ(life.state("sum"), "ready");
    EXPECT_EQ(Life::picture(life.restored()), Life::picture(life));
}

TEST(RunMachine, AChainThatHasNotBegunWaitsForARedriveBeforeIt) {
    dag::TaskNode first = with_fan(task("first", {0}), "n", 2);
    first.when = dag::When::Always;
    Life life(workflow({task("a"), first, with_fan(task("second", {1}), "n", 2)}));
    life.start();
    life.fail("a");
    ASSERT_EQ(life.state("second/1"), "waiting");
    ASSERT_TRUE(life.redrive("a"));
    EXPECT_EQ(life.state("first/0"), "none");
    EXPECT_EQ(life.state("second/1"), "none");
    EXPECT_EQ(Life::picture(life.restored()), Life::picture(life));
    for (const char* name : {"a", "first/0", "first/1", "second/0", "second/1"}) {
        life.succeed(name);
    }
    EXPECT_EQ(life.run_state(), "succeeded");
    EXPECT_EQ(life.run.check_invariants(), "");
}

TEST(RunMachine, TheDeadlineCancelsAndCountsAnewFromARedrive) {
    auto made = workflow({task("a"), task("b", {0})});
    made->deadline = minutes(60);
    Life life(made);
    life.start();
    life.fail("a");
    life.now += std::chrono::hours(20);  // the next morning
    ASSERT_TRUE(life.redrive("a"));
    life.wait(minutes(59));
    EXPECT_EQ(life.run_state(), "running");
    Life again = life.restored();
    EXPECT_EQ(again.run_state(), "running");
    again.wait(minutes(1));
    EXPECT_EQ(again.run_state(), "cancelled");
    EXPECT_NE(again.run.reason().find("deadline"), std::string::npos);
}

TEST(RunMachine, AJoinsFanOverCountriesIsFoundAgainAfterARestart) {
    Life life(workflow({task("a", {}, true), with_fan(task("each", {0}), "of", Json("${{ tasks.a.succeeded }}"))}));
    life.start();
    life.succeed("a/AA");
    life.succeed("a/BB");
    life.succeed("each/AA");
    Life again = life.restored();
    EXPECT_EQ(Life::picture(again), Life::picture(life));
    EXPECT_EQ(again.state("each/BB"), "ready");
}

TEST(RunMachine, GivingUpADeadLetterFailsTheInstance) {
    Life life(workflow({task("a")}));
    life.start();
    life.fail("a");
    ASSERT_TRUE(life.run.give_up(0, "not worth it", life.now, life.changes));
    EXPECT_EQ(life.state("a"), "failed");
    EXPECT_FALSE(life.run.give_up(0, "again", life.now, life.changes));
    EXPECT_FALSE(life.redrive("a"));
}

}  // namespace
}  // namespace kontor::core::run::testing
