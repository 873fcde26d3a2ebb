#include "base/nearest.hpp"

#include <gtest/gtest.h>

namespace kontor {
namespace {

TEST(Nearest, FindsWhatWasMeant) {
    const std::vector<std::string> keys{"after", "uses", "with", "when", "retry", "timeout"};
    EXPECT_EQ(nearest("afer", keys), "after");
    EXPECT_EQ(nearest("wtih", keys), "with");
    EXPECT_EQ(nearest("Uses", keys), "uses");
    EXPECT_EQ(nearest("time_out", keys), "timeout");
    EXPECT_EQ(nearest("banana", keys), "");
    EXPECT_EQ(nearest("c", {"a", "b"}), "");
    EXPECT_EQ(nearest("runz", {"run", "runs"}), "runs");
    EXPECT_EQ(nearest("", keys), "");
    EXPECT_EQ(nearest(std::string(100'000, 'a'), keys), "");
}

TEST(Nearest, ASuggestionNamesTheOneMeantOrThoseThereAre) {
    EXPECT_EQ(suggestion("trian", {"infer", "train"}), "did you mean 'train'?");
    EXPECT_EQ(suggestion("x", {"infer", "train"}), "known: infer, train");
    EXPECT_EQ(suggestion("x", {}), "");
    EXPECT_EQ(suggestion("x", std::vector<std::string>(100, "name")), "");
}

TEST(Nearest, CountsASwapAsOneEdit) {
    EXPECT_EQ(edit_distance("ab", "ba"), 1U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
}

}  // namespace
}  // namespace kontor
