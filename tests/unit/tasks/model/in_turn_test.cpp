#include "tasks/model/in_turn.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>

namespace kontor::tasks::model {
namespace {

// Squares of 0..count-1, taken one by one; `fails` tells a stage to throw at a chunk.
struct Squares {
    int count = 100;
    std::string fails = "never";
    int fails_at = 0;
    int next = 0;
    std::vector<int> given{};

    void check(const char* stage, int chunk) const {
        if (fails == stage && chunk == fails_at) {
            throw std::runtime_error(std::string(stage) + " " + std::to_string(chunk));
        }
    }
    Stages<int> stages() {
        return {
            [this](int& chunk) {
                check("take", next);
                chunk = next++;
                return chunk < count;
            },
            [this](int& chunk) {
                check("work", chunk);
                chunk *= chunk;
            },
            [this](int& chunk) {
                check("give", static_cast<int>(given.size()));
                given.push_back(chunk);
            }};
    }
};

TEST(InTurn, GivesEveryChunkInOrderWhateverTheNumberOfThreads) {
    for (const int threads : {1, 2, 7}) {
        Squares squares;
        in_turn(threads, squares.stages());
        ASSERT_EQ(squares.given.size(), 100U);
        for (int i = 0; i < 100; ++i) {
            EXPECT_EQ(squares.given[static_cast<std::size_t>(i)], i * i);
        }
    }
}

TEST(InTurn, NothingToTakeGivesNothing) {
    Squares squares{.count = 0};
    in_turn(4, squares.stages());
    EXPECT_TRUE(squares.given.empty());
}

TEST(InTurn, AFaultOfAnyStageIsThrownAfterAllThatCameBeforeIt) {
    for (const char* stage : {"take", "work", "give"}) {
        for (const int threads : {1, 2, 7}) {
            for (const int at : {0, 1, 50, 99}) {
                Squares squares{.fails = stage, .fails_at = at};
                std::string thrown;
                try {
                    in_turn(threads, squares.stages());
                } catch (const std::runtime_error& fault) {
                    thrown = fault.what();
                }
                EXPECT_EQ(thrown, std::string(stage) + " " + std::to_string(at)) << threads << " threads";
                EXPECT_EQ(squares.given.size(), static_cast<std::size_t>(at)) << threads << " threads";
            }
        }
    }
}

TEST(InTurn, TheEarliestOfTwoFaultsIsThrown) {
    for (int round = 0; round < 50; ++round) {
        Squares squares;
        Stages<int> stages = squares.stages();
        stages.work = [](int& chunk) {
            if (chunk >= 10) {
                throw std::runtime_error(std::to_string(chunk));
            }
        };
        try {
            in_turn(4, stages);
            ADD_FAILURE() << "nothing was thrown";
        } catch (const std::runtime_error& fault) {
            EXPECT_STREQ(fault.what(), "10");
        }
    }
}

}  // namespace
}  // namespace kontor::tasks::model
