#include "core/fair/ready_queue.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/prng.hpp"

namespace kontor::core::fair {
namespace {

constexpr Instant start{};

ReadyItem item(int number, int priority = 0, int depth = 0, Instant since = start) {
    ReadyItem made;
    made.instance = number;
    made.priority = priority;
    made.depth = depth;
    made.since = since;
    return made;
}

int take(ReadyQueue& queue, Instant now = start) {
    const int number = queue.front(now)->instance;
    queue.pop(now);
    return number;
}

TEST(ReadyQueue, HigherPrioritiesGoFirstWhateverTheTurn) {
    ReadyQueue queue;
    for (int i = 0; i < 8; ++i) {
        queue.push("AA", item(100 + i, 0, 5));
        queue.push("BB", item(i, 1, 0));
    }
    for (int i = 0; i < 8; ++i) {
        EXPECT_EQ(take(queue), i);
    }
    EXPECT_EQ(take(queue), 100);
}

TEST(ReadyQueue, AStartedChainGoesOnBeforeOthersBegin) {
    ReadyQueue queue;
    queue.push("AA", item(1, 0, 0));
    queue.push("BB", item(2, 0, 0));
    queue.push("CC", item(3, 0, 2));
    EXPECT_EQ(take(queue), 3);
    EXPECT_EQ(take(queue), 1);
}

TEST(ReadyQueue, OneCountryAmong50000OfAnotherStartsWithinAFewTurns) {
    for (const int depth_of_many : {0, 3}) {
        ReadyQueue queue;
        for (int i = 0; i < 50'000; ++i) {
            queue.push("AA", item(0, 0, depth_of_many));
        }
        queue.push("BB", item(1, 0, 0));
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
        queue.push(std::to_string(country), item(country, 0, 0));
        left[country] = 25;
    }
    int turn = 0;
    while (!queue.empty()) {
        ++turn;
        const int country = take(queue);
        if (left[country]-- == 25) {
            for (int i = 0; i < 24; ++i) {
                queue.push(std::to_string(country), item(country, 0, 1));
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
                queue.push(std::get<2>(place), item(number++, std::get<0>(place), std::get<1>(place)));
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
        EXPECT_EQ(queue.front(start), nullptr);
    }
}

// A country's weight is how many of the countries' turns it gets: nothing is lost, and nobody is skipped for long.
TEST(ReadyQueue, WeightsShareTheTurnsOfTheCountries) {
    ReadyQueue queue;
    queue.set_weight("AA", 3);
    for (int i = 0; i < 1000; ++i) {
        queue.push("DEEP", item(0, 0, 5));  // takes the turns of what is deepest
        queue.push("AA", item(1));
        queue.push("BB", item(2));
    }
    std::map<int, int> taken;
    for (int turn = 0; turn < 400; ++turn) {
        ++taken[take(queue)];
    }
    EXPECT_EQ(taken[1], 60) << "three of five of every fourth turn";
    EXPECT_EQ(taken[2], 20);
    EXPECT_EQ(taken[0], 320);
}

TEST(ReadyQueue, WhatWaitsLongRisesAboveHigherPriorities) {
    ReadyQueue queue;
    queue.push("AA", item(1, 0, 0, start));
    queue.push("AA", item(2, 0, 0, start + age_step));
    const Instant later = start + 3 * age_step;
    for (int i = 0; i < 10; ++i) {
        queue.push("BB", item(10 + i, 2, 4, later));
    }
    EXPECT_EQ(take(queue, later - age_step), 10) << "two steps are not more than two";
    EXPECT_EQ(take(queue, later), 1) << "three are: the oldest goes, whatever is deeper";
    EXPECT_EQ(take(queue, later), 11) << "the other has waited for two";
    EXPECT_EQ(take(queue, later + age_step), 2);
}

TEST(ReadyQueue, AgeRaisesTheHigherPriorityAsWell) {
    ReadyQueue queue;
    queue.push("AA", item(1, 1));
    queue.push("BB", item(2, 0));
    queue.push("BB", item(3, -100, 0, start));
    queue.push("AA", item(4, 0, 0, start + std::chrono::minutes(150)));
    const Instant late = start + std::chrono::minutes(200);
    EXPECT_EQ(take(queue, late), 1) << "it waited as long as the others, and stands higher";
    EXPECT_EQ(take(queue, late), 2);
    EXPECT_EQ(take(queue, late), 3) << "what came 150 minutes later is 100 higher, and 50 lower by age";
    EXPECT_EQ(take(queue, late), 4);
}

// Whatever keeps coming above, nothing waits for longer than its distance in priority and those before it.
TEST(ReadyQueue, NothingStarvesBelowAStreamOfHigherPriorities) {
    ReadyQueue queue;
    for (int i = 0; i < 20; ++i) {
        queue.push("AA", item(i, -10, 0, start));
    }
    Instant now = start;
    int left = 20;
    int turns = 0;
    while (left > 0 && turns < 10'000) {
        queue.push("BB", item(1000, 0, 3, now));
        left -= take(queue, now) < 1000 ? 1 : 0;
        now += age_step / 10;
        ++turns;
    }
    EXPECT_EQ(left, 0);
    EXPECT_LT(turns, 10 * 10 + 20 * 3);
}

TEST(ReadyQueue, WhatComesBackGoesBeforeItsEquals) {
    ReadyQueue queue;
    queue.push("AA", item(1));
    queue.push("AA", item(2));
    const ReadyItem parked = *queue.front(start);
    queue.pop(start);
    queue.push("AA", item(3));
    queue.push_first("AA", parked);
    EXPECT_EQ(take(queue), 1);
    EXPECT_EQ(take(queue), 2);
    EXPECT_EQ(take(queue), 3);
}

}  // namespace
}  // namespace kontor::core::fair
