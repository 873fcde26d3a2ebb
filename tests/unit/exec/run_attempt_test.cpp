#include "exec/run_attempt.hpp"

#include <stdexcept>

#include "bench_hall.hpp"

namespace kontor::exec {
namespace {

using sdk::FailureClass;
using sdk::Outcome;

class RunAttempt : public BenchHall {
 protected:
    sdk::Outcome run(Body body, StopCause cause = StopCause::None) {
        offer("it", std::move(body));
        Job job(dispatch(7, "it"));
        if (cause != StopCause::None) {
            job.ask_to_stop(cause);
        }
        const Surroundings world{tasks, objects, logs, settings, redaction, {}};
        return run_attempt(job, world);
    }
    static const sdk::Failed& failed(const sdk::Outcome& outcome) { return std::get<sdk::Failed>(outcome); }

    Settings settings{{"warehouse.default", "postgresql:///w"}};
    Redaction redaction{{"s3cr3t-pa55"}};
};

TEST_F(RunAttempt, SecretsAreNeitherInItsLogNorInItsReason) {
    const auto outcome = run([](sdk::TaskContext& context) -> Outcome {
        context.log(sdk::LogLevel::Info, "connecting as kontor:s3cr3t-pa55");
        // Cut where the secret stands, half of it would be left.
        context.log(sdk::LogLevel::Info, std::string(log_line_bytes_max - 8, '.') + "s3cr3t-pa55");
        throw sdk::TaskFailure(FailureClass::Config, "cannot log in with s3cr3t-pa55");
    });
    EXPECT_EQ(failed(outcome).reason, "cannot log in with [secret]");
    ASSERT_EQ(logs.lines().size(), 2U);
    EXPECT_EQ(logs.lines()[0].text, "connecting as kontor:[secret]");
    EXPECT_EQ(logs.lines()[1].text.find("s3c"), std::string::npos);
    EXPECT_EQ(logs.lines()[1].number, 2) << "lines are counted from 1";
}

TEST_F(RunAttempt, HalfASecretIsInNeitherLineNorReason) {
    const auto outcome = run([](sdk::TaskContext& context) -> Outcome {
        context.log(sdk::LogLevel::Info, "connecting as kontor:s3cr3");
        context.log(sdk::LogLevel::Info, "t-pa55 at last");
        throw sdk::TaskFailure(FailureClass::Config, "cannot log in with s3cr3t-p");
    });
    EXPECT_EQ(failed(outcome).reason, "cannot log in with [secret]");
    ASSERT_EQ(logs.lines().size(), 2U);
    EXPECT_EQ(logs.lines()[0].text, "connecting as kontor:[secret]");
    EXPECT_EQ(logs.lines()[1].text, "[secret] at last");
}

TEST_F(RunAttempt, ATaskFailureKeepsItsClassAndReason) {
    const auto outcome = run([](auto&) -> Outcome { throw sdk::TaskFailure(FailureClass::Data, "the file is cut off"); });
    EXPECT_EQ(failed(outcome).kind, FailureClass::Data);
    EXPECT_EQ(failed(outcome).reason, "the file is cut off");
}

TEST_F(RunAttempt, AStandardExceptionIsABugWithItsText) {
    const auto outcome = run([](auto&) -> Outcome { throw std::runtime_error("index 7 of 3"); });
    EXPECT_EQ(failed(outcome).kind, FailureClass::Bug);
    EXPECT_NE(failed(outcome).reason.find("index 7 of 3"), std::string::npos);
}

TEST_F(RunAttempt, SomethingElseThrownIsABugToo) {
    const auto outcome = run([](auto&) -> Outcome { throw 42; });
    EXPECT_EQ(failed(outcome).kind, FailureClass::Bug);
}

TEST_F(RunAttempt, OutOfMemoryIsAFailureOfResources) {
    const auto outcome = run([](auto&) -> Outcome { throw std::bad_alloc(); });
    EXPECT_EQ(failed(outcome).kind, FailureClass::Resource);
}

TEST_F(RunAttempt, AnInterruptionThatNobodyAskedForIsABugAndNotAnEndlessLoop) {
    const auto outcome = run([](auto&) -> Outcome { throw sdk::TaskInterrupted(); });
    EXPECT_EQ(failed(outcome).kind, FailureClass::Bug);
}

TEST_F(RunAttempt, AStopExplainsTheFailureThatFollowsIt) {
    const auto outcome = run(
        [](sdk::TaskContext& context) -> Outcome {
            EXPECT_TRUE(context.stop().stop_requested());
            return sdk::Failed{FailureClass::Transient, "connection reset"};
        },
        StopCause::Asked
    );
    EXPECT_TRUE(std::holds_alternative<sdk::Interrupted>(outcome));
}

TEST_F(RunAttempt, ATimeOutIsTransientAndSaysHowLong) {
    const auto outcome = run([](sdk::TaskContext& context) -> Outcome {
        context.stop_point();
        return sdk::Succeeded{};
    }, StopCause::TimedOut);
    EXPECT_EQ(failed(outcome).kind, FailureClass::Transient);
    EXPECT_EQ(failed(outcome).reason, "timed out after 30m");
}

TEST_F(RunAttempt, SuccessCountsEvenWhenAStopCameTooLate) {
    const auto outcome = run([](auto&) -> Outcome { return sdk::Succeeded{}; }, StopCause::Asked);
    EXPECT_TRUE(std::holds_alternative<sdk::Succeeded>(outcome));
}

TEST_F(RunAttempt, AnUnknownTaskIsAFaultOfTheConfiguration) {
    Job job(dispatch(7, "model.trian"));
    const auto outcome = run_attempt(job, Surroundings{tasks, objects, logs, settings, redaction, {}});
    EXPECT_EQ(failed(outcome).kind, FailureClass::Config);
    EXPECT_NE(failed(outcome).reason.find("model.trian"), std::string::npos);
}

TEST_F(RunAttempt, ObjectsStandBeforeTheEffectsThatReferToThem) {
    const auto outcome = run([](sdk::TaskContext& context) -> Outcome {
        context.objects().open({"raw/w/1/DE/t.1.rows", "", 0});
        return sdk::Succeeded{sdk::JsonObject{}, {sdk::EventEmitted{"kontor.x", "", nullptr}}};
    });
    const auto& effects = std::get<sdk::Succeeded>(outcome).effects;
    ASSERT_EQ(effects.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<sdk::ObjectOpened>(effects[0]));
    EXPECT_TRUE(std::holds_alternative<sdk::EventEmitted>(effects[1]));
}

TEST_F(RunAttempt, AFailureRegistersNothingAndLogsWhatWasOpened) {
    run([](sdk::TaskContext& context) -> Outcome {
        context.objects().open({"raw/w/1/DE/t.1.rows", "", 0});
        return sdk::Failed{FailureClass::Data, "no"};
    });
    ASSERT_EQ(logs.lines().size(), 1U);
    EXPECT_NE(logs.lines()[0].text.find("opened 1 objects"), std::string::npos);
}

TEST_F(RunAttempt, WithoutObjectsNoSessionIsMade) {
    run([](auto&) -> Outcome { return sdk::Succeeded{}; });
    EXPECT_EQ(objects.sessions, 0);
}

TEST_F(RunAttempt, SettingsAndLogReachTheTask) {
    run([](sdk::TaskContext& context) -> Outcome {
        EXPECT_EQ(context.setting("warehouse.default"), "postgresql:///w");
        EXPECT_EQ(context.setting("nothing"), std::nullopt);
        context.log(sdk::LogLevel::Warn, std::string("odd \xff byte"));
        return sdk::Succeeded{};
    });
    ASSERT_EQ(logs.lines().size(), 1U);
    EXPECT_EQ(logs.lines()[0].level, "warn");
    EXPECT_EQ(logs.lines()[0].task, 7);
    EXPECT_EQ(logs.lines()[0].text, "odd \xEF\xBF\xBD byte");
}

TEST(CutText, KeepsShortTextAndCutsLongTextBetweenCharacters) {
    EXPECT_EQ(cut_text("kurz", 10), "kurz");
    EXPECT_EQ(cut_text("0123456789", 10), "0123456789");
    EXPECT_EQ(cut_text("0123456789a", 10), "0123456...");
    EXPECT_EQ(cut_text("012345\xC3\xA4" "890", 10), "012345...");
}

class MemoryCheckpoints final : public ports::Checkpoints {
 public:
    std::optional<std::string> read(const sdk::TaskIdentity&) override {
        if (broken) {
            throw sdk::TaskFailure(FailureClass::Data, "the checkpoint is damaged");
        }
        return kept;
    }
    void write(const sdk::TaskIdentity&, std::string_view bytes) override {
        if (broken) {
            throw sdk::TaskFailure(FailureClass::Transient, "the disk is full");
        }
        kept = std::string(bytes);
    }
    void remove(const sdk::TaskIdentity&) override { kept.reset(); }
    std::optional<std::string> kept;
    bool broken = false;
};

class Resumed : public RunAttempt {
 protected:
    Resumed() {
        offer("train", [this](sdk::TaskContext& context) {
            found = context.checkpoint();
            context.keep_checkpoint("round 40");
            return ends_with;
        });
        asked = dispatch(7, "train");
        asked.input = {{"rounds", 100}};
    }
    // What the attempt finds; it keeps "round 40".
    std::optional<std::string> attempt(Outcome outcome, std::string_view program = "program 1") {
        ends_with = std::move(outcome);
        Job job(asked);
        job.weight = weight;
        run_attempt(job, Surroundings{tasks, objects, logs, settings, redaction, {}, &checkpoints, program});
        return found;
    }

    MemoryCheckpoints checkpoints;
    std::optional<std::string> found;
    Outcome ends_with;
    ports::Dispatch asked;
    int weight = 1;
};

TEST_F(Resumed, TheNextAttemptFindsWhatTheLastOneKept) {
    EXPECT_EQ(attempt(sdk::Failed{FailureClass::Transient, "lost"}), std::nullopt);
    asked.key.attempt = asked.identity.attempt = 2;
    EXPECT_EQ(attempt(sdk::Failed{FailureClass::Transient, "lost"}), "round 40");
    EXPECT_EQ(attempt(sdk::Succeeded{}), "round 40");
    EXPECT_EQ(checkpoints.kept, std::nullopt) << "nobody goes on from what has succeeded";
}

TEST_F(Resumed, TheOrderOfTheInputsMembersIsNoOtherQuestion) {
    asked.input = {{"rounds", 100}, {"eta", 0.5}};
    attempt(sdk::Failed{FailureClass::Transient, "lost"});
    asked.input = {{"eta", 0.5}, {"rounds", 100}};
    EXPECT_EQ(attempt(sdk::Succeeded{}), "round 40");
}

TEST_F(Resumed, WhoIsAskedSomethingElseBeginsAnew) {
    const Outcome lost = sdk::Failed{FailureClass::Transient, "lost"};
    attempt(lost);
    asked.input = {{"rounds", 200}};
    EXPECT_EQ(attempt(lost), std::nullopt);
    asked.seed = 5;
    EXPECT_EQ(attempt(lost), std::nullopt);
    weight = 4;
    EXPECT_EQ(attempt(lost), std::nullopt) << "other sums with other threads";
    EXPECT_EQ(attempt(lost, "program 2"), std::nullopt);
    EXPECT_EQ(attempt(lost, "program 2"), "round 40");
}

TEST_F(Resumed, ACheckpointThatCannotBeReadOrKeptIsNoFailure) {
    checkpoints.broken = true;
    EXPECT_EQ(attempt(sdk::Succeeded{}), std::nullopt);
    const auto lines = logs.lines();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].text, "begins anew: the checkpoint is damaged");
    EXPECT_EQ(lines[1].text, "goes on without a checkpoint: the disk is full");
    EXPECT_EQ(lines[1].level, "warn");
}

}  // namespace
}  // namespace kontor::exec
