#include "core/fair/ready_queue.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/prng.hpp"

namespace kontor::core::fair {
namespace {

ReadyItem item(int number) {
    ReadyItem made;
    made.instance = number;
    return made;
}

int take(ReadyQueue& queue) {
    const int number = queue.front()->instance;
    queue.pop();
    return number;
}

TEST(ReadyQueue, HigherPrioritiesGoFirstWhateverTheTurn) {
    ReadyQueue queue;
    for (int i = 0; i < 8; ++i) {
        queue.push(0, 5, "AA", item(100 + i));
        queue.push(1, 0, "BB", item(i));
    }
    for (int i = 0; i < 8; ++i) {
        EXPECT_EQ(take(queue), i);
    }
    EXPECT_EQ(take(queue), 100);
}

TEST(ReadyQueue, AStartedChainGoesOnBeforeOthersBegin) {
    ReadyQueue queue;
    queue.push(0, 0, "AA", item(1));
    queue.push(0, 0, "BB", item(2));
    queue.push(0, 2, "CC", item(3));
    EXPECT_EQ(take(queue), 3);
    EXPECT_EQ(take(queue), 1);
}

TEST(ReadyQueue, OneCountryAmong50000OfAnotherStartsWithinAFewTurns) {
    for (const int depth_of_many : {0, 3}) {
        ReadyQueue queue;
        for (int i = 0; i < 50'000; ++i) {
            queue.push(0, depth_of_many, "AA", item(0));
        }
        queue.push(0, 0, "BB", item(1));
        int turns = 1;
        while (take(queue) != 1) {
            ++turns;
        }
        EXPECT_LE(turns, 2 * static_cast<int>(fair_turn_every));
    }
}

// 20 countries, each a task and then 24 trials, one slot: the first ends long before the last, and none waits for ever.
TEST(ReadyQueue, CountriesEndOneAfterTheOther) {
    ReadyQueue queue;
    std::map<int, int> left;
    std::vector<int> ended_at;
    for (int country = 0; country < 20; ++country) {
        queue.push(0, 0, std::to_string(country), item(country));
        left[country] = 25;
    }
    int turn = 0;
    while (!queue.empty()) {
        ++turn;
        const int country = take(queue);
        if (left[country]-- == 25) {
            for (int i = 0; i < 24; ++i) {
                queue.push(0, 1, std::to_string(country), item(country));
            }
        } else if (left[country] == 0) {
            ended_at.push_back(turn);
        }
    }
    ASSERT_EQ(ended_at.size(), 20U);
    EXPECT_EQ(turn, 20 * 25);
    EXPECT_LT(ended_at[0], 50);
    EXPECT_LT(ended_at[9], 350) << "half of the countries are through well before the end";
}

TEST(ReadyQueue, GivesEverythingBackExactlyOnceAndInOrderWithinACountryAndDepth) {
    Prng prng(5);
    for (int round = 0; round < 50; ++round) {
        ReadyQueue queue;
        std::map<std::tuple<int, int, std::string>, int> next;
        std::map<int, std::tuple<int, int, std::string>> where;
        std::map<std::tuple<int, int, std::string>, int> seen;
        int number = 0;
        for (int step = 0; step < 400; ++step) {
            if (prng.below(5) < 3 || queue.empty()) {
                const std::tuple<int, int, std::string> place(
                    static_cast<int>(prng.below(2)), static_cast<int>(prng.below(3)), std::string(1, static_cast<char>('A' + prng.below(4)))
                );
                where[number] = place;
                queue.push(std::get<0>(place), std::get<1>(place), std::get<2>(place), item(number++));
            } else {
                const int got = take(queue);
                const auto place = where.at(got);
                EXPECT_GE(got, seen[place]);
                seen[place] = got + 1;
                where.erase(got);
            }
            ASSERT_EQ(queue.size(), where.size());
        }
        while (!queue.empty()) {
            EXPECT_EQ(where.erase(take(queue)), 1U);
        }
        EXPECT_TRUE(where.empty());
        EXPECT_EQ(queue.front(), nullptr);
    }
}

}  // namespace
}  // namespace kontor::core::fair
