// Processes that die on purpose, and what they leave in the crash file.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "base/json.hpp"
#include "exec/crash_file.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"
#include "unit/exec/bench_hall.hpp"

namespace kontor::exec {
namespace {

class CrashFile : public BenchHall {
 protected:
    std::string file() const { return (folder_.path() / "crashes").string(); }

    // The signal that ended a child process in which attempt 2 of task 77 runs `body` beside an innocent one.
    int die_of(Body body) {
        offer("innocent", [](sdk::TaskContext& context) -> sdk::Outcome {
            wait_for_stop(context);
            return sdk::Interrupted{};
        });
        offer("poison", std::move(body));
        const pid_t child = fork();
        if (child == 0) {
            if (!watch_for_crashes(file())) {
                _exit(1);
            }
            open({2, 2});
            ports::Dispatch poison = dispatch(77, "poison");
            poison.key.attempt = 2;
            start(dispatch(5, "innocent"), dispatch(6, "innocent", sdk::Pool::Io), poison);
            outcomes.wait_for(1);  // the innocent ones wait
            _exit(2);
        }
        int status = 0;
        waitpid(child, &status, 0);
        // Under a sanitizer the signal's former handler exits with a report.
        return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
    }
    std::vector<ports::Crash> noted() { return *watch_for_crashes(file()); }
    void expect_noted(const std::string& signal) {
        const std::vector<ports::Crash> crashes = noted();
        ASSERT_EQ(crashes.size(), 1U);
        EXPECT_EQ(crashes[0].key, (ports::AttemptKey{77, 2}));
        EXPECT_EQ(crashes[0].how.substr(0, signal.size()), signal);
    }

 private:
    test::TemporaryFolder folder_;
};

int nowhere_read() {
    volatile int* volatile nowhere = nullptr;
    return *nowhere;
}

TEST_F(CrashFile, NamesTheAttemptThatReadsNowhereAndNotItsNeighbours) {
    const int died = die_of([](sdk::TaskContext&) -> sdk::Outcome {
        nowhere_read();
        return sdk::Succeeded{};
    });
    EXPECT_TRUE(died == SIGSEGV || died < 0) << died;
    expect_noted("SIGSEGV");
}

TEST_F(CrashFile, NamesTheAttemptThatAborts) {
    EXPECT_EQ(die_of([](sdk::TaskContext&) -> sdk::Outcome { std::abort(); }), SIGABRT);
    expect_noted("SIGABRT");
}

TEST_F(CrashFile, NamesTheAttemptWhoseThreadLetsAnExceptionOut) {
    const int died = die_of([](sdk::TaskContext&) -> sdk::Outcome {
        std::thread thrower([] { throw std::runtime_error("nobody catches this"); });
        thrower.join();
        return sdk::Succeeded{};
    });
    EXPECT_EQ(died, SIGABRT);
    expect_noted("SIGABRT");
}

TEST_F(CrashFile, NamesTheAttemptWhoseHelpersHelperCrashes) {
    die_of([](sdk::TaskContext&) -> sdk::Outcome {
        std::thread outer([] { std::thread([] { nowhere_read(); }).join(); });
        outer.join();
        return sdk::Succeeded{};
    });
    expect_noted("SIGSEGV");
}

int dig(volatile char* above, int depth) {
    volatile char stack[4096];
    stack[0] = above == nullptr ? '\0' : above[0];
    return depth == 0 ? stack[0] : dig(stack, depth - 1) + stack[0];
}

TEST_F(CrashFile, NamesTheAttemptThatHasUsedUpItsStack) {
    die_of([](sdk::TaskContext& context) -> sdk::Outcome { return sdk::Succeeded{JsonObject{{"deep", dig(nullptr, context.cores() * 100'000'000)}}, {}}; });
    expect_noted("SIGSEGV");
}

TEST_F(CrashFile, SaysNothingOfASignalFromOutside) {
    const pid_t self = getpid();
    const int died = die_of([self](sdk::TaskContext&) -> sdk::Outcome {
        // Another process sends it: a child of the daemon's, here.
        const pid_t daemon = getpid();
        if (daemon != self && fork() == 0) {
            kill(daemon, SIGSEGV);
            _exit(0);
        }
        wait(nullptr);
        return sdk::Succeeded{};
    });
    EXPECT_TRUE(died == SIGSEGV || died < 0) << died;
    EXPECT_TRUE(noted().empty());
}

TEST_F(CrashFile, SaysNothingOfAnAttemptThatHasEnded) {
    die_of([](sdk::TaskContext&) -> sdk::Outcome { return sdk::Succeeded{}; });
    EXPECT_TRUE(noted().empty());
}

TEST_F(CrashFile, ReadsWhatItCanAndKeepsTheNewest) {
    std::string lines = "nonsense\n\n1 2\n3 1 9\n";
    for (int task = 1; task <= 1500; ++task) {
        lines += std::to_string(task) + " 1 11\n";
    }
    lines += "77 2 6\n78";
    test::put_file(file(), lines);
    const std::vector<ports::Crash> crashes = noted();
    ASSERT_EQ(crashes.size(), crashes_kept_max - 1) << "the last line was never ended";
    EXPECT_EQ(crashes.back().key, (ports::AttemptKey{77, 2}));
    EXPECT_EQ(noted().size(), crashes.size());
}

TEST_F(CrashFile, RefusesAFileThatCannotBeWritten) {
    const auto refused = watch_for_crashes(file() + "/no/such/folder");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("no/such/folder"), std::string::npos);
}

}  // namespace
}  // namespace kontor::exec
