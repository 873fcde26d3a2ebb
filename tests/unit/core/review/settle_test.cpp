#include "core/review/settle.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kontor::core::review {
namespace {

Word code(const char* text) { return {Verdict::Code, text}; }
const Word excluded{Verdict::Excluded, ""};
const Word cannot_say{Verdict::CannotSay, ""};

Settled after(int looks, const std::vector<Word>& said) { return settle(looks, said); }

TEST(Review, OnePersonsWordDecidesUnlessAnotherLookIsWanted) {
    EXPECT_EQ(after(1, {}).state, State::Open);
    EXPECT_EQ(after(1, {code("1.1")}).state, State::Decided);
    EXPECT_EQ(after(1, {code("1.1")}).word, code("1.1"));
    EXPECT_EQ(after(2, {code("1.1")}).state, State::Second);
    EXPECT_EQ(after(2, {code("1.1")}).word, Word()) << "it is nobody's word yet";
}

TEST(Review, TwoWhoSayTheSameDecideAndTwoWhoDifferNeedAThird) {
    EXPECT_EQ(after(2, {code("1.1"), code("1.1")}).word, code("1.1"));
    EXPECT_EQ(after(2, {excluded, excluded}).word, excluded);
    EXPECT_EQ(after(2, {code("1.1"), code("1.2")}).state, State::Disputed);
    EXPECT_EQ(after(2, {code("1.1"), excluded}).state, State::Disputed);
    EXPECT_EQ(after(2, {code("1.1"), code("1.2"), code("1.3")}).word, code("1.3"));
}

TEST(Review, WhoCannotSayHandsTheItemToAnother) {
    EXPECT_EQ(after(1, {cannot_say}).state, State::Disputed);
    EXPECT_EQ(after(1, {cannot_say, cannot_say}).state, State::Disputed);
    EXPECT_EQ(after(1, {cannot_say, code("2")}).word, code("2"));
    EXPECT_EQ(after(2, {code("1"), cannot_say, code("2")}).word, code("2"));
}

TEST(Review, TakingTheLastWordBackIsSettlingWithoutIt) {
    const std::vector<Word> words{code("1"), code("2"), cannot_say, code("1")};
    for (const int looks : {1, 2}) {
        for (std::size_t count = 0; count <= words.size(); ++count) {
            const Settled now = settle(looks, std::span(words).first(count));
            EXPECT_EQ(now.state == State::Open, count == 0);
            EXPECT_EQ(now.state == State::Decided, !(now.word == Word())) << looks << " looks, " << count << " words";
        }
    }
}

TEST(Review, VerdictsHaveOneWordEach) {
    EXPECT_EQ(verdict_from("excluded"), Verdict::Excluded);
    EXPECT_EQ(verdict_from("code"), Verdict::Code);
    EXPECT_FALSE(verdict_from("skip"));
}

}  // namespace
}  // namespace kontor::core::review
