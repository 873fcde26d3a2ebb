#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/files.hpp"
#include "support/task_bench.hpp"
#include "support/temporary_folder.hpp"
#include "tasks/exec/lines.hpp"
#include "tasks/exec/register.hpp"

namespace kontor::tasks::exec {
namespace {

using sdk::FailureClass;
using sdk::JsonArray;
using sdk::JsonObject;

// Waits for the end of a process that is nobody's child here.
bool ends(pid_t pid) {
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (handle < 0) {
        return errno == ESRCH;
    }
    pollfd fd{handle, POLLIN, 0};
    const bool ended = ::poll(&fd, 1, 30'000) == 1;
    ::close(handle);
    return ended;
}

class Exec : public testing::Test {
 protected:
    Exec() { register_tasks(registry); }
    sdk::Outcome run(JsonObject input) { return bench.run(registry, "exec", std::move(input)); }
    sdk::Outcome shell(const std::string& script, JsonObject more = {}) {
        more["program"] = "sh";
        more["args"] = JsonArray{"-c", boost::json::string(script)};
        return run(std::move(more));
    }
    sdk::Failed failure(const std::string& script, JsonObject more = {}) {
        const sdk::Outcome outcome = shell(script, std::move(more));
        EXPECT_TRUE(std::holds_alternative<sdk::Failed>(outcome)) << script;
        return std::holds_alternative<sdk::Failed>(outcome) ? std::get<sdk::Failed>(outcome) : sdk::Failed{};
    }
    static JsonObject outputs(const sdk::Outcome& outcome) {
        if (const auto* failed = std::get_if<sdk::Failed>(&outcome)) {
            ADD_FAILURE() << failed->reason;
            return {};
        }
        return std::get<sdk::Succeeded>(outcome).outputs.get_object();
    }

    sdk::TaskRegistry registry;
    test::TaskBench bench;
};

TEST_F(Exec, InputGoesInByFileAndOutputComesBackByFile) {
    const sdk::Outcome outcome = shell(R"(cat "$KONTOR_INPUT" > "$KONTOR_OUTPUT")", {{"input", JsonObject{{"rows", 3}}}});
    EXPECT_EQ(outputs(outcome), (JsonObject{{"rows", 3}, {"exit_code", 0}}));
}

TEST_F(Exec, AProgramThatWritesNothingGivesItsExitCode) {
    EXPECT_EQ(outputs(run({{"program", "/bin/true"}})), (JsonObject{{"exit_code", 0}}));
}

TEST_F(Exec, ArgumentsReachTheProgramAsTheyAre) {
    const sdk::Outcome outcome =
        run({{"program", "printf"}, {"args", JsonArray{"%s|", "$HOME; rm -rf *", "two words", "", 7, true}}});
    outputs(outcome);
    ASSERT_EQ(bench.log_.size(), 1U);
    EXPECT_EQ(bench.log_[0], "$HOME; rm -rf *|two words||7|true|");
}

TEST_F(Exec, TheEnvironmentHoldsOnlyWhatTheWorkflowMeans) {
    ::setenv("KONTOR_TEST_SECRET", "hidden", 1);
    ::setenv("SOME_SECRET", "hidden", 1);
    outputs(run({{"program", "env"}, {"env", JsonObject{{"MODE", "fast"}, {"LANG", "de_DE.UTF-8"}}}}));
    ::unsetenv("SOME_SECRET");
    ::unsetenv("KONTOR_TEST_SECRET");
    bool mode = false;
    for (const std::string& line : bench.log_) {
        const std::string name = line.substr(0, line.find('='));
        EXPECT_TRUE(name == "PATH" || name == "LANG" || name == "MODE" || name.starts_with("KONTOR_")) << line;
        EXPECT_EQ(line.find("hidden"), std::string::npos) << line;
        mode = mode || line == "MODE=fast";
    }
    EXPECT_TRUE(mode);
    EXPECT_NE(std::find(bench.log_.begin(), bench.log_.end(), "LANG=de_DE.UTF-8"), bench.log_.end());
    EXPECT_NE(std::find(bench.log_.begin(), bench.log_.end(), "KONTOR_COUNTRY=DE"), bench.log_.end());
}

TEST_F(Exec, ExitStatusesBecomeFailureClasses) {
    EXPECT_EQ(failure("exit 75").kind, FailureClass::Transient);
    EXPECT_EQ(failure("exit 65").kind, FailureClass::Data);
    EXPECT_EQ(failure("exit 78").kind, FailureClass::Config);
    EXPECT_EQ(failure("exit 1").kind, FailureClass::Transient);
    EXPECT_EQ(failure("kill -9 $$").kind, FailureClass::Resource);
    EXPECT_EQ(failure("kill -11 $$").kind, FailureClass::Transient);
    EXPECT_EQ(failure("echo first >&2; echo the key is wrong >&2; exit 3").reason, "the program exited with status 3: the key is wrong");
}

TEST_F(Exec, AProgramThatIsNotThereIsAFaultOfTheConfiguration) {
    for (const char* program : {"no-such-program-at-all", "/no/such/program", "/etc/passwd"}) {
        const sdk::Outcome outcome = run({{"program", program}});
        ASSERT_TRUE(std::holds_alternative<sdk::Failed>(outcome)) << program;
        EXPECT_EQ(std::get<sdk::Failed>(outcome).kind, FailureClass::Config);
        EXPECT_NE(std::get<sdk::Failed>(outcome).reason.find(program), std::string::npos);
    }
}

TEST_F(Exec, ProgressLinesAreShownAndOtherLinesLogged) {
    outputs(shell("echo progress 0.25 reading; echo hello; echo progress much; printf 'no newline'"));
    ASSERT_EQ(bench.progress_.size(), 1U);
    EXPECT_EQ(bench.progress_[0].first, 0.25);
    EXPECT_EQ(bench.progress_[0].second, "reading");
    EXPECT_EQ(bench.log_, (std::vector<std::string>{"hello", "progress much", "no newline"}));
}

TEST_F(Exec, AFloodOfLinesIsCountedAndNotLogged) {
    outputs(shell("yes | head -n 30000"));
    ASSERT_EQ(bench.log_.size(), 10'001U);
    EXPECT_NE(bench.log_.back().find("20000 more lines"), std::string::npos);
}

TEST_F(Exec, OutputThatIsNoObjectOrTooLargeIsRefused) {
    EXPECT_EQ(failure(R"(echo '[1]' > "$KONTOR_OUTPUT")").kind, FailureClass::Data);
    EXPECT_EQ(failure(R"(echo '{' > "$KONTOR_OUTPUT")").kind, FailureClass::Data);
    EXPECT_NE(failure(R"(head -c 300000 /dev/zero > "$KONTOR_OUTPUT")").reason.find("larger than 256 KiB"), std::string::npos);
    EXPECT_EQ(outputs(shell(R"(ln -s /etc/passwd "$KONTOR_OUTPUT")")), (JsonObject{{"exit_code", 0}}));
}

TEST_F(Exec, ItsOwnTimeoutEndsTheWholeGroup) {
    const test::TemporaryFolder folder;
    const std::string pids = (folder.path() / "pids").string();
    const sdk::Failed failed = failure("sleep 600 & echo $! > " + pids + "; wait", {{"timeout", "300ms"}, {"grace", "5s"}});
    EXPECT_EQ(failed.kind, FailureClass::Transient);
    EXPECT_NE(failed.reason.find("timeout of"), std::string::npos);
    EXPECT_TRUE(ends(std::stoi(test::file_text(pids))));
}

TEST_F(Exec, AProgramThatIgnoresTheSignalIsKilledAfterItsGrace) {
    const sdk::Failed failed = failure("trap '' TERM; while :; do sleep 0.05; done", {{"timeout", "100ms"}, {"grace", "100ms"}});
    EXPECT_EQ(failed.kind, FailureClass::Transient);
}

TEST_F(Exec, AStopInterruptsIt) {
    bench.stop_after_progress_ = 1;
    const sdk::Outcome outcome = shell("echo progress 0.5 half; exec sleep 600");
    EXPECT_TRUE(std::holds_alternative<sdk::Interrupted>(outcome));
}

TEST_F(Exec, ADaemonChildThatHoldsThePipesIsNotWaitedFor) {
    const auto begun = std::chrono::steady_clock::now();
    outputs(shell("sleep 600 & echo started"));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(30));
    EXPECT_EQ(bench.log_, std::vector<std::string>{"started"});
}

TEST_F(Exec, LimitsHold) {
    EXPECT_NE(failure("head -c 5000000 /dev/zero > \"$KONTOR_SCRATCH/large\"", {{"file_mb", 1}}).reason, "");
}

TEST_F(Exec, BadInputIsNamed) {
    EXPECT_NE(failure("true", {{"timeout", "soon"}}).reason.find("with.timeout"), std::string::npos);
    EXPECT_NE(failure("true", {{"env", JsonObject{{"A=B", "x"}}}}).reason.find("with.env"), std::string::npos);
    const sdk::Outcome outcome = run({{"program", "true"}, {"args", "-c"}});
    EXPECT_NE(std::get<sdk::Failed>(outcome).reason.find("with.args must be a list"), std::string::npos);
}

TEST_F(Exec, ItLeavesNoFileBehind) {
    outputs(shell("echo x > \"$KONTOR_SCRATCH/left\"; echo \"$KONTOR_SCRATCH\""));
    ASSERT_EQ(bench.log_.size(), 1U);
    EXPECT_FALSE(std::filesystem::exists(bench.log_[0]));
}

TEST(LineCutter, CutsWhereverTheBytesAreCut) {
    const std::string text = "one\r\ntwo\n\n" + std::string(10'000, 'x') + "\nlast";
    std::vector<std::string> whole;
    LineCutter all([&](std::string_view line) { whole.emplace_back(line); });
    all.add(text);
    all.finish();
    ASSERT_EQ(whole.size(), 7U);
    EXPECT_EQ(whole[0], "one");
    EXPECT_EQ(whole[2], "");
    EXPECT_EQ(whole[3].size() + whole[4].size() + whole[5].size(), 10'000U);
    EXPECT_EQ(whole[6], "last");
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{4096}}) {
        std::vector<std::string> pieces;
        LineCutter cutter([&](std::string_view line) { pieces.emplace_back(line); });
        for (std::size_t at = 0; at < text.size(); at += step) {
            cutter.add(std::string_view(text).substr(at, step));
        }
        cutter.finish();
        EXPECT_EQ(pieces, whole) << step;
    }
}

TEST(ProgressLine, IsTheWordAFractionAndAText) {
    EXPECT_EQ(progress_line("progress 0.4 reading rows")->fraction, 0.4);
    EXPECT_EQ(progress_line("progress 0.4 reading rows")->text, "reading rows");
    EXPECT_EQ(progress_line("progress 1")->text, "");
    for (const char* other : {"progress", "progress x", "progress 1.5 x", "progress -1", "progress nan", "progress 0.5x", "Progress 0.5"}) {
        EXPECT_FALSE(progress_line(other)) << other;
    }
}

TEST_F(Exec, AProgramGoesOnFromItsCheckpoint) {
    const std::string script = R"(
        [ -f "$KONTOR_CHECKPOINT" ] && read done < "$KONTOR_CHECKPOINT" || done=0
        echo $((done + 40)) > "$KONTOR_CHECKPOINT"; echo checkpoint
        [ $done -gt 0 ] || exit 75
        echo "{\"done\": $done}" > "$KONTOR_OUTPUT")";
    EXPECT_EQ(failure(script).kind, FailureClass::Transient);
    ASSERT_EQ(bench.kept_, std::vector<std::string>{"40\n"});
    EXPECT_EQ(outputs(shell(script)).at("done").to_number<int>(), 40);
    EXPECT_EQ(bench.kept_.back(), "80\n");
    EXPECT_TRUE(std::none_of(bench.log_.begin(), bench.log_.end(), [](const std::string& line) { return line == "checkpoint"; }));
}

TEST_F(Exec, ACheckpointWithoutItsFileIsTold) {
    outputs(shell("echo checkpoint"));
    EXPECT_TRUE(bench.kept_.empty());
    ASSERT_EQ(bench.log_.size(), 1U);
    EXPECT_EQ(bench.log_[0], "\"checkpoint\" was said, but the file that $KONTOR_CHECKPOINT names is missing or empty");
}

}  // namespace
}  // namespace kontor::tasks::exec
