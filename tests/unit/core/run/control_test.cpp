#include "core/run/control.hpp"
#include "unit/core/run/life.hpp"

namespace kontor::core::run::testing {
namespace {

using std::chrono::minutes;

const Json none = JsonObject{};

Scope part(const std::string& country, const std::string& task_name = "", const std::string& item = "") {
    return {country, task_name, item};
}

Control control(Life& life) { return {life.run, life.now, life.world, life.changes}; }

Control::Moves pause(Life& life, const Scope& scope = {}, bool kill = false) {
    return control(life).pause({scope, "anna", "the disk is full", life.now}, kill);
}
Control::Moves skip(Life& life, const Scope& scope) { return control(life).skip(scope, "skipped by anna: late"); }
Control::Moves done(Life& life, const Scope& scope, const Json& outputs = none) {
    return control(life).mark_done(scope, outputs, "marked done by anna: by hand");
}
Control::Moves rerun(Life& life, const Scope& scope) { return control(life).rerun(scope); }

std::vector<std::string> ready(Life& life) {
    std::vector<std::string> names;
    for (const Index index : life.changes.ready) {
        if (life.run.instance(index).cell >= 0 && life.run.may_begin(index)) {
            names.push_back(life.name_of(index));
        }
    }
    life.changes.ready.clear();
    return names;
}

std::string text_of(const Control::Moves& moves) {
    if (!moves) {
        return std::string(to_string(moves.error().kind)) + ": " + moves.error().message;
    }
    std::string text;
    for (const Move& each : *moves) {
        text += (text.empty() ? "" : ", ") + each.task + (each.country.empty() ? "" : "/" + each.country) +
                (each.item.empty() ? "" : "/" + each.item) + " " + each.from + ">" + each.to;
    }
    return text;
}

// The run goes on after a restart exactly as it would have without one.
void same_after_restart(const Life& life) {
    const Life again = life.restored();
    EXPECT_EQ(Life::picture(again), Life::picture(life));
    EXPECT_EQ(again.run.pauses().size(), life.run.pauses().size());
    EXPECT_EQ(again.run.check_invariants(), "");
    EXPECT_EQ(life.run.check_invariants(), "");
}

std::string sentence(const Life& life, const std::string& task_name, const std::string& country = "") {
    const std::vector<Account> found = accounts_of(life.run, {country, task_name}, life.now);
    return found.empty() ? "none" : found.front().sentence;
}

TEST(Control, APausedRunDrainsAndNothingNewBegins) {
    Life life(workflow({task("a", {}, true), task("b", {0}, true)}));
    life.start();
    EXPECT_EQ(ready(life), (std::vector<std::string>{"a/AA", "a/BB"}));
    life.begin("a/AA");
    EXPECT_EQ(text_of(pause(life)), "a/AA running>running, a/BB ready>paused");
    EXPECT_EQ(life.run_state(), "paused");
    EXPECT_FALSE(life.run.may_begin(life.at("a/BB")));
    life.end("a/AA", sdk::Succeeded{});
    EXPECT_EQ(life.state("b/AA"), "ready");
    EXPECT_TRUE(ready(life).empty()) << "what became ready is held";
    EXPECT_NE(sentence(life, "b", "AA").find("is paused by anna"), std::string::npos) << sentence(life, "b", "AA");
    same_after_restart(life);
    EXPECT_EQ(text_of(pause(life)).substr(0, 9), "conflict:");
    ASSERT_TRUE(control(life).resume({}));
    EXPECT_EQ(life.run_state(), "running");
    EXPECT_EQ(ready(life).size(), 2U);
    EXPECT_FALSE(control(life).resume({}));
}

TEST(Control, APauseWithKillHandsAttemptsBackUncounted) {
    Life life(workflow({task("a", {}, true)}));
    life.start();
    life.begin("a/AA");
    life.begin("a/BB");
    EXPECT_EQ(text_of(pause(life, part("AA"), true)), "a/AA running>interrupted");
    EXPECT_EQ(life.run_state(), "running");
    ASSERT_EQ(life.changes.stop_running.size(), 1U);
    life.end("a/AA", sdk::Interrupted{});
    EXPECT_EQ(life.state("a/AA"), "ready");
    EXPECT_EQ(life.run.instance(life.at("a/AA")).attempt, 0);
    EXPECT_FALSE(life.run.may_begin(life.at("a/AA")));
    same_after_restart(life);
}

TEST(Control, APausedRunKeepsItsDeadlineAcrossARestart) {
    auto made = workflow({task("a")});
    made->deadline = minutes(60);
    Life life(made);
    life.start();
    ASSERT_TRUE(pause(life));
    const Life again = life.restored();
    EXPECT_EQ(again.changes.timers, std::vector<Instant>{*life.run.started_at() + minutes(60)});
}

TEST(Control, APausedBackoffEndsAndItsTaskStillWaits) {
    Life life(workflow({task("a")}));
    life.start();
    life.fail("a", sdk::FailureClass::Transient);
    ASSERT_TRUE(pause(life, part("", "a")));
    ready(life);
    life.wait(minutes(1));
    EXPECT_EQ(life.state("a"), "ready");
    EXPECT_TRUE(ready(life).empty());
    ASSERT_TRUE(control(life).resume(part("", "a")));
    EXPECT_EQ(ready(life), std::vector<std::string>{"a"});
}

TEST(Control, AWiderPauseTakesNarrowerOnesInAndOnlyAWideResumeLiftsIt) {
    Life life(workflow({task("a", {}, true)}));
    life.start();
    ASSERT_TRUE(pause(life, part("AA")));
    ASSERT_TRUE(pause(life));
    EXPECT_EQ(life.run.pauses().size(), 1U);
    const Control::Moves narrow = control(life).resume(part("AA"));
    ASSERT_FALSE(narrow);
    EXPECT_NE(narrow.error().message.find("the run (by anna"), std::string::npos) << narrow.error().message;
    ASSERT_TRUE(control(life).resume({}));
    EXPECT_TRUE(life.run.pauses().empty());
}

TEST(Control, APausedRunStillMeetsItsDeadline) {
    auto made = workflow({task("a")});
    made->deadline = minutes(5);
    Life life(made);
    life.start();
    ASSERT_TRUE(pause(life));
    life.wait(minutes(6));
    EXPECT_EQ(life.run_state(), "cancelled");
}

TEST(Control, WhatIsSkippedTakesItsBranchAlongAndTheOthersGoOn) {
    Life life(workflow({task("a", {}, true), task("b", {0}, true), task("join", {1})}));
    life.start();
    life.succeed("a/BB");
    life.begin("a/AA");
    EXPECT_EQ(text_of(skip(life, part("AA", "a"))), "a/AA running>skipped, b/AA waiting>skipped");
    EXPECT_EQ(life.changes.stop_running.size(), 1U);
    EXPECT_FALSE(life.end("a/AA", sdk::Succeeded{})) << "the attempt that was stopped changes nothing";
    EXPECT_EQ(life.run.instance(life.at("a/AA")).reason, "skipped by anna: late");
    same_after_restart(life);
    life.succeed("b/BB");
    life.succeed("join");
    EXPECT_EQ(life.run_state(), "succeeded");
    EXPECT_FALSE(skip(life, part("AA", "a")));
}

TEST(Control, WhatHasNotBegunIsSkippedToo) {
    Life life(workflow({task("a", {}, true), task("b", {0}, true)}));
    life.start();
    EXPECT_EQ(text_of(skip(life, part("", "b"))), "b/AA waiting>skipped, b/BB waiting>skipped");
    same_after_restart(life);
    life.succeed("a/AA");
    life.succeed("a/BB");
    EXPECT_EQ(life.run_state(), "succeeded");
}

TEST(Control, ADeadTaskMarkedDoneLetsWhatIsBehindGoOnWithItsOutputs) {
    dag::TaskNode reader = task("b", {0}, true);
    reader.with = value_of(JsonObject{{"n", "${{ tasks.a.outputs.n }}"}});
    Life life(workflow({task("a", {}, true), reader}));
    life.start();
    life.fail("a/AA");
    life.succeed("a/BB", JsonObject{{"n", 2}});
    life.succeed("b/BB");
    EXPECT_EQ(life.run_state(), "failed");
    EXPECT_EQ(sentence(life, "b", "AA"), "will not run: a/AA is dead");
    EXPECT_EQ(text_of(done(life, part("AA", "a"), JsonObject{{"n", 1}})), "a/AA dead>succeeded, b/AA waiting>ready");
    EXPECT_EQ(life.run_state(), "running");
    same_after_restart(life);
    ASSERT_TRUE(life.begin("b/AA"));
    EXPECT_EQ(to_text(life.run.instance(life.at("b/AA")).input), R"({"n":1})");
    life.end("b/AA", sdk::Succeeded{});
    EXPECT_EQ(life.run_state(), "succeeded");
}

TEST(Control, AChainBehindADeadItemGoesOnOnceTheItemIsMarkedDone) {
    Life life(workflow({with_fan(task("a"), "n", 2), with_fan(task("b", {0}), "n", 2), task("join", {1})}));
    life.start();
    life.fail("a/0");
    life.succeed("a/1");
    life.succeed("b/1");
    EXPECT_EQ(life.run_state(), "failed");
    EXPECT_EQ(text_of(done(life, part("", "a"))).substr(0, 8), "invalid:") << "which item?";
    EXPECT_EQ(text_of(done(life, part("", "a", "0"))), "a/0 dead>succeeded, b/0 waiting>ready");
    same_after_restart(life);
    life.succeed("b/0");
    life.succeed("join");
    EXPECT_EQ(life.run_state(), "succeeded");
    EXPECT_EQ(life.run.check_invariants(), "");
}

TEST(Control, OutputsThatAreNoObjectOrTooLargeAreRefused) {
    Life life(workflow({task("a")}));
    life.start();
    EXPECT_EQ(done(life, part("", "a"), Json(3)).error().kind, ErrorKind::Invalid);
    EXPECT_EQ(done(life, part("", "a"), JsonObject{{"x", std::string(300'000, 'x')}}).error().kind, ErrorKind::Invalid);
    EXPECT_EQ(done(life, part("", "b")).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(done(life, part("AA", "a")).error().kind, ErrorKind::Conflict) << "it is not per country";
    EXPECT_TRUE(done(life, part("", "a")));
    EXPECT_EQ(life.run_state(), "succeeded");
}

TEST(Control, ARerunRunsATaskAndAllBehindItAndKeepsWhatStandsBefore) {
    Life life(workflow({task("a", {}, true), task("b", {0}, true), task("c", {1}, true), task("join", {2})}));
    life.start();
    for (const char* country : {"AA", "BB"}) {
        for (const char* name : {"a", "b", "c"}) {
            life.succeed(std::string(name) + "/" + country);
        }
    }
    life.succeed("join");
    ASSERT_EQ(life.run_state(), "succeeded");
    for (Index index = 0; index < life.run.instance_count(); ++index) {
        life.run.instance(index).stored = Stored::Done;
    }
    EXPECT_EQ(text_of(rerun(life, part("AA", "b"))), "b/AA succeeded>ready, c/AA succeeded>waiting, join succeeded>waiting");
    EXPECT_EQ(life.changes.dropped.size(), 3U);
    EXPECT_EQ(life.run_state(), "running");
    EXPECT_EQ(life.state("a/AA"), "succeeded");
    EXPECT_EQ(life.state("c/BB"), "succeeded");
    same_after_restart(life);
    for (const char* name : {"b/AA", "c/AA", "join"}) {
        life.succeed(name);
    }
    EXPECT_EQ(life.run_state(), "succeeded");
    EXPECT_EQ(life.run.check_invariants(), "");
}

TEST(Control, ARerunOfAFanReadsItsItemsAnew) {
    Life life(workflow({task("list"), with_fan(task("a", {0}), "n", "${{ tasks.list.outputs.items }}"), with_fan(task("b", {1}), "n", "${{ tasks.list.outputs.items }}")}));
    life.start();
    life.succeed("list", JsonObject{{"items", JsonArray{"x", "y"}}});
    life.succeed("a/x");
    life.fail("a/y");
    life.succeed("b/x");
    ASSERT_EQ(life.run_state(), "failed");
    ASSERT_TRUE(rerun(life, part("", "list")));
    life.succeed("list", JsonObject{{"items", JsonArray{"z"}}});
    same_after_restart(life);
    life.succeed("a/z");
    life.succeed("b/z");
    EXPECT_EQ(life.run_state(), "succeeded");
    EXPECT_EQ(to_text(life.run.totals()), R"({"succeeded":3})");
}

TEST(Control, ARerunOfWhatTheCountriesAreFoundFromFindsThemAnew) {
    Life life(workflow({task("find"), task("a", {0}, true), task("join", {1})}, "${{ tasks.find.outputs.countries }}"));
    life.start();
    life.succeed("find", JsonObject{{"countries", JsonArray{"AA", "BB"}}});
    life.succeed("a/AA");
    life.succeed("a/BB");
    life.succeed("join");
    ASSERT_TRUE(rerun(life, part("", "find")));
    EXPECT_TRUE(life.run.countries().empty());
    EXPECT_EQ(life.run.check_invariants(), "");
    same_after_restart(life);
    life.succeed("find", JsonObject{{"countries", JsonArray{"CC"}}});
    EXPECT_EQ(life.state("a/CC"), "ready");
    EXPECT_EQ(life.state("a/AA"), "none");
    life.succeed("a/CC");
    life.succeed("join");
    EXPECT_EQ(life.run_state(), "succeeded");
    EXPECT_EQ(life.run.check_invariants(), "");
}

TEST(Control, ARerunIsRefusedWhereSomethingRunsOrNothingHasBegun) {
    Life life(workflow({task("a"), task("b", {0})}));
    life.start();
    EXPECT_NE(text_of(rerun(life, part("", "b"))).find("has begun: b is waiting"), std::string::npos) << text_of(rerun(life, part("", "b")));
    life.begin("a");
    EXPECT_NE(text_of(rerun(life, part("", "a"))).find("a is running: pause it with mode kill first"), std::string::npos);
    life.cancel();
    EXPECT_EQ(rerun(life, part("", "a")).error().kind, ErrorKind::Conflict) << "it is being cancelled";
}

TEST(Control, RetryNowStartsWhatWaitsForItsNextAttempt) {
    Life life(workflow({task("a", {}, true)}));
    life.start();
    life.fail("a/AA", sdk::FailureClass::Transient);
    life.begin("a/BB");
    ready(life);
    EXPECT_NE(sentence(life, "a", "AA").find("attempt 2 of 3; the last one failed: it went wrong"), std::string::npos) << sentence(life, "a", "AA");
    EXPECT_EQ(text_of(control(life).retry_now({})), "a/AA retrying>ready");
    EXPECT_EQ(ready(life), std::vector<std::string>{"a/AA"});
    same_after_restart(life);
    life.begin("a/AA");
    EXPECT_EQ(life.run.instance(life.at("a/AA")).attempt, 2);
    life.wait(minutes(1));
    EXPECT_EQ(life.state("a/AA"), "running") << "the backoff that was cut short does not come again";
    const Control::Moves nothing = control(life).retry_now(part("BB"));
    EXPECT_NE(text_of(nothing).find("a/BB is running"), std::string::npos) << text_of(nothing);
    EXPECT_EQ(control(life).retry_now(part("XX")).error().kind, ErrorKind::NotFound);
}

TEST(Control, EachWaitingPartSaysWhatItWaitsFor) {
    dag::TaskNode join = task("join", {1});
    join.gate.pass = 0.5;
    join.gate.must = {"BB"};
    join.gate.ended = true;
    dag::TaskNode no = when(task("no", {0}, true), "1 > 2");
    Life life(workflow({task("a", {}, true), task("b", {0}, true), join, no}));
    life.start();
    EXPECT_EQ(sentence(life, "b", "AA"), "waits for a/AA, which is ready");
    EXPECT_EQ(sentence(life, "a", "AA"), "") << "of slots the run knows nothing";
    life.succeed("a/AA");
    life.succeed("b/AA");
    EXPECT_EQ(
        sentence(life, "join"),
        "waits for b, which has ended in 1 of 2 countries (1 succeeded, 0 skipped, 0 went wrong); its gate opens at 1 successes, needs BB, or once all have ended"
    );
    EXPECT_EQ(sentence(life, "no", "AA"), "was skipped: when: 1 > 2 is false");
    life.fail("a/BB");
    EXPECT_EQ(sentence(life, "a", "BB"), "is a dead letter after 1 attempt: it went wrong; redrive, skip or discard it");
    EXPECT_EQ(sentence(life, "join"), "will not run: b/BB never ran");
}

TEST(Control, WhatAGateOpenedInTimeIsSkippedIfAllBeforeItIsBeforeItHasBegun) {
    dag::TaskNode late = task("late", {0});
    late.gate.within = minutes(10);
    for (const bool begun : {false, true}) {
        Life life(workflow({task("a"), late, task("after", {1})}));
        life.start();
        life.wait(minutes(11));
        ASSERT_EQ(life.state("late"), "ready");
        if (begun) {
            ASSERT_TRUE(life.begin("late"));
        }
        ASSERT_TRUE(skip(life, part("", "a")));
        EXPECT_EQ(life.state("late"), begun ? "running" : "skipped");
        EXPECT_EQ(life.state("after"), begun ? "none" : "skipped");
        EXPECT_EQ(Life::picture(life.restored()), Life::picture(life));
    }
}

}  // namespace
}  // namespace kontor::core::run::testing
