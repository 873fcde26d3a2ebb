#include "exec/thread_pool_executor.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <barrier>

#include "bench_hall.hpp"

namespace kontor::exec {
namespace {

using sdk::Pool;

class ThreadPool : public BenchHall {};

TEST_F(ThreadPool, EveryAttemptGivesExactlyOneOutcome) {
    offer("noop", [](auto&) -> sdk::Outcome { return sdk::Succeeded{}; });
    open({2, 8});
    constexpr std::int64_t count = 5000;
    std::vector<ports::Dispatch> all;
    for (std::int64_t i = 0; i < count; ++i) {
        all.push_back(dispatch(i, "noop", i % 2 == 0 ? Pool::Io : Pool::Compute));
    }
    executor->start(std::move(all));
    ASSERT_TRUE(outcomes.wait_for(count));
    EXPECT_EQ(outcomes.doubled(), 0);
    EXPECT_LT(outcomes.batches(), static_cast<std::size_t>(count)) << "a stream of short tasks must come in batches";
    EXPECT_EQ(objects.sessions, 0);
}

TEST_F(ThreadPool, TheSumOfCoresNeverExceedsTheBudget) {
    std::atomic<int> busy{0};
    std::atomic<int> most{0};
    offer("train", [&](sdk::TaskContext& context) -> sdk::Outcome {
        const int now = busy += context.cores();
        int seen = most.load();
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        std::this_thread::yield();
        busy -= context.cores();
        return sdk::Succeeded{};
    });
    open({4, 1});
    std::vector<ports::Dispatch> all;
    for (int i = 0; i < 400; ++i) {
        all.push_back(dispatch(i, "train", Pool::Compute, 1 + i % 5));  // 5 is more than there are: it gets them all
    }
    executor->start(std::move(all));
    ASSERT_TRUE(outcomes.wait_for(400));
    EXPECT_LE(most, 4);
}

TEST_F(ThreadPool, NarrowAttemptsRunSideBySide) {
    std::latch together(3);
    offer("meet", [&](auto&) -> sdk::Outcome {
        together.arrive_and_wait();
        return sdk::Succeeded{};
    });
    open({3, 1});
    start(dispatch(1, "meet"), dispatch(2, "meet"), dispatch(3, "meet"));
    EXPECT_TRUE(outcomes.wait_for(3));
}

TEST_F(ThreadPool, WaitingTasksOfTheIoPoolGetThreadsUpToItsSlots) {
    std::latch together(24);
    offer("meet", [&](auto&) -> sdk::Outcome {
        together.arrive_and_wait();
        return sdk::Succeeded{};
    });
    open({1, 24});
    for (int i = 0; i < 24; ++i) {
        start(dispatch(i, "meet", Pool::Io));
    }
    EXPECT_TRUE(outcomes.wait_for(24));
}

TEST_F(ThreadPool, AnOutcomeIsNotHeldBackByALongTaskBehindIt) {
    std::latch release(1);
    offer("short", [](auto&) -> sdk::Outcome { return sdk::Succeeded{}; });
    offer("long", [&](auto&) -> sdk::Outcome {
        release.wait();
        return sdk::Succeeded{};
    });
    open({1, 1});
    start(dispatch(1, "short"), dispatch(2, "long"));
    EXPECT_TRUE(outcomes.wait_for(1));
    EXPECT_FALSE(outcomes.has(2));
    release.count_down();
    EXPECT_TRUE(outcomes.wait_for(2));
}

TEST_F(ThreadPool, CancelStopsARunningAttempt) {
    std::latch begun(1);
    offer("wait", [&](sdk::TaskContext& context) -> sdk::Outcome {
        begun.count_down();
        wait_for_stop(context);
        context.stop_point();
        return sdk::Succeeded{};
    });
    open({1, 1});
    start(dispatch(1, "wait"));
    begun.wait();
    executor->cancel({1, 2});  // another attempt: nothing happens
    executor->cancel({1, 1});
    ASSERT_TRUE(outcomes.wait_for(1));
    EXPECT_TRUE(ended_as<sdk::Interrupted>(1));
}

TEST_F(ThreadPool, CancelOfAQueuedAttemptAnswersWithoutWaitingForItsTurn) {
    std::latch release(1);
    offer("hold", [&](auto&) -> sdk::Outcome {
        release.wait();
        return sdk::Succeeded{};
    });
    open({1, 1});
    start(dispatch(1, "hold"), dispatch(2, "hold"), dispatch(3, "hold"));
    executor->cancel({2, 1});
    ASSERT_TRUE(outcomes.wait_for(1));
    EXPECT_TRUE(ended_as<sdk::Interrupted>(2));
    release.count_down();
    ASSERT_TRUE(outcomes.wait_for(3));
    EXPECT_TRUE(ended_as<sdk::Succeeded>(3));
}

TEST_F(ThreadPool, CancelOfAWideAttemptAtTheHeadLetsTheNextOnesStart) {
    std::latch release(1);
    std::latch narrow_runs(1);
    offer("hold", [&](auto&) -> sdk::Outcome {
        release.wait();
        return sdk::Succeeded{};
    });
    offer("narrow", [&](auto&) -> sdk::Outcome {
        narrow_runs.count_down();
        return sdk::Succeeded{};
    });
    open({2, 1});
    start(dispatch(1, "hold"), dispatch(2, "hold", Pool::Compute, 2), dispatch(3, "narrow"));
    executor->cancel({2, 1});
    narrow_runs.wait();
    EXPECT_TRUE(outcomes.wait_for(2));
    release.count_down();
    EXPECT_TRUE(outcomes.wait_for(3));
}

TEST_F(ThreadPool, ATimeOutStopsTheAttemptAndSaysSo) {
    offer("wait", [](sdk::TaskContext& context) -> sdk::Outcome {
        wait_for_stop(context);
        throw sdk::TaskInterrupted();
    });
    open({1, 1});
    ports::Dispatch late = dispatch(1, "wait");
    late.timeout = std::chrono::milliseconds(20);
    ports::Dispatch later = dispatch(2, "wait", Pool::Io);
    later.timeout = std::chrono::milliseconds(40);
    start(late, later);
    ASSERT_TRUE(outcomes.wait_for(2));
    EXPECT_EQ(failure_of(1).kind, sdk::FailureClass::Transient);
    EXPECT_EQ(failure_of(1).reason, "timed out after 20ms");
    EXPECT_EQ(failure_of(2).reason, "timed out after 40ms");
}

TEST_F(ThreadPool, AnAttemptThatIsStartedTwiceRunsOnce) {
    std::atomic<int> ran{0};
    std::latch release(1);
    offer("hold", [&](auto&) -> sdk::Outcome {
        ++ran;
        release.wait();
        return sdk::Succeeded{};
    });
    open({2, 1});
    start(dispatch(1, "hold"), dispatch(1, "hold"));
    start(dispatch(1, "hold"));
    release.count_down();
    ASSERT_TRUE(outcomes.wait_for(1));
    EXPECT_TRUE(executor->stop(patience).empty());
    EXPECT_EQ(ran, 1);
    EXPECT_EQ(outcomes.doubled(), 0);
}

TEST_F(ThreadPool, StopInterruptsWhatWaitsAndWhatRuns) {
    std::latch begun(1);
    offer("wait", [&](sdk::TaskContext& context) -> sdk::Outcome {
        begun.count_down();
        wait_for_stop(context);
        throw sdk::TaskInterrupted();
    });
    open({1, 1});
    start(dispatch(1, "wait"), dispatch(2, "wait"), dispatch(3, "wait"));
    begun.wait();
    EXPECT_TRUE(executor->stop(patience).empty());
    for (const std::int64_t task : {1, 2, 3}) {
        ASSERT_TRUE(outcomes.has(task));
        EXPECT_TRUE(ended_as<sdk::Interrupted>(task));
    }
    start(dispatch(4, "wait"));
    ASSERT_TRUE(outcomes.wait_for(4));
    EXPECT_TRUE(ended_as<sdk::Interrupted>(4));
}

TEST_F(ThreadPool, StopNamesTheAttemptsThatDoNotStop) {
    std::latch begun(1);
    std::latch release(1);
    offer("deaf", [&](auto&) -> sdk::Outcome {
        begun.count_down();
        release.wait();
        return sdk::Succeeded{};
    });
    open({1, 1});
    start(dispatch(1, "deaf"));
    begun.wait();
    const std::vector<ports::AttemptKey> left = executor->stop(std::chrono::milliseconds(5));
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].task, 1);
    release.count_down();
    EXPECT_TRUE(outcomes.wait_for(1));
}

TEST_F(ThreadPool, ComputingYieldsToAnswering) {
    std::atomic<int> compute{-100};
    std::atomic<int> io{-100};
    offer("compute", [&](auto&) -> sdk::Outcome {
        compute = getpriority(PRIO_PROCESS, 0);
        return sdk::Succeeded{};
    });
    offer("io", [&](auto&) -> sdk::Outcome {
        io = getpriority(PRIO_PROCESS, 0);
        return sdk::Succeeded{};
    });
    open({1, 1});
    start(dispatch(1, "compute"), dispatch(2, "io", Pool::Io));
    ASSERT_TRUE(outcomes.wait_for(2));
    EXPECT_EQ(io, getpriority(PRIO_PROCESS, 0));
    EXPECT_EQ(compute, std::min(io + 5, 19));
}

TEST_F(ThreadPool, ProgressIsShownAtOnceAndThenThrottled) {
    offer("busy", [](sdk::TaskContext& context) -> sdk::Outcome {
        for (int i = 0; i < 1000; ++i) {
            context.progress(2.0, "round " + std::to_string(i));
        }
        return sdk::Succeeded{};
    });
    open({1, 1});
    start(dispatch(1, "busy"));
    ASSERT_TRUE(outcomes.wait_for(1));
    const std::lock_guard lock(progress_mutex);
    ASSERT_GE(progress.size(), 1U);
    EXPECT_LE(progress.size(), 3U);
    EXPECT_EQ(progress[0].first, 1.0);
    EXPECT_EQ(progress[0].second, "round 0");
}

TEST_F(ThreadPool, StartsAndCancelsFromManyThreadsLoseNothing) {
    offer("noop", [](sdk::TaskContext& context) -> sdk::Outcome {
        context.stop_point();
        return sdk::Succeeded{};
    });
    open({2, 4});
    constexpr int each = 500;
    std::barrier together(4);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            together.arrive_and_wait();
            for (int i = 0; i < each; ++i) {
                const std::int64_t id = t * each + i;
                start(dispatch(id, "noop", i % 3 == 0 ? Pool::Io : Pool::Compute, 1 + i % 2));
                if (i % 5 == 0) {
                    executor->cancel({id, 1});
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_TRUE(outcomes.wait_for(4 * each));
    EXPECT_EQ(outcomes.doubled(), 0);
}

}  // namespace
}  // namespace kontor::exec
