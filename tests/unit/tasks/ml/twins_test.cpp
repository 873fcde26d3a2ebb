#include "tasks/ml/twins.hpp"

#include "tasks/ml/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace kontor::ml {
namespace {

std::uint64_t group_of(
    std::string_view text, std::string_view id = "x", std::string_view rest = ""
) {
    TwinKeys keys;
    keys.begin();
    keys.add_text(text);
    keys.add_rest(rest);
    return keys.group(id);
}

std::set<std::uint64_t> near_of(std::string_view text) {
    TwinKeys keys;
    keys.begin();
    keys.add_text(text);
    const auto bands = keys.near();
    return {bands.begin(), bands.end()};
}

bool share_a_band(const std::string& a, const std::string& b) {
    const auto of_a = near_of(a);
    const auto of_b = near_of(b);
    return std::any_of(of_a.begin(), of_a.end(), [&](std::uint64_t band) {
        return of_b.contains(band);
    });
}

TEST(TwinKeys, OrderCasePunctuationRepetitionAndNumbersDoNotCount) {
    const std::uint64_t group = group_of("Electric kettle, steel");
    for (const char* twin :
         {"STEEL electric Kettle",
          "electric-kettle (steel)",
          "kettle kettle electric steel",
          "Electric kettle steel 1.7L 220V",
          "  electric\tkettle  steel "}) {
        EXPECT_EQ(group_of(twin), group) << twin;
    }
    EXPECT_NE(group_of("Electric kettle, glass"), group);
    EXPECT_NE(group_of("Electrickettle steel"), group);
}

TEST(TwinKeys, WordsOfOtherScriptsAreWords) {
    EXPECT_EQ(group_of("Стиральная МАШИНА"), group_of("машина стиральная"));
    EXPECT_NE(group_of("Стиральная машина"), group_of("Посудомоечная машина"));
}

TEST(TwinKeys, WithoutWordsTheNumbersThenTheRestThenTheIdDecide) {
    EXPECT_EQ(group_of("4520 KX9", "a"), group_of("kx9 4520", "b"));
    EXPECT_NE(group_of("4520", "a"), group_of("4521", "a"));
    EXPECT_EQ(group_of("--", "a", "Bosch"), group_of("", "b", " Bosch "));
    EXPECT_NE(group_of("", "a"), group_of("", "b"));
}

TEST(TwinKeys, NearTwinsShareABandAndOthersDoNot) {
    Random random(1);
    const auto word = [&] {
        std::string made;
        for (int i = 0; i < 6; ++i) {
            made += static_cast<char>('a' + random.below(26));
        }
        return made;
    };
    int near = 0;
    int far = 0;
    for (int i = 0; i < 300; ++i) {
        std::string text;
        for (int n = 0; n < 14; ++n) {
            text += word() + " ";
        }
        // One letter more changes 2 of 100 pieces; half of the words changed leaves a third of the
        // pieces.
        near += share_a_band(text, text + "s") ? 1 : 0;
        far +=
            share_a_band(
                text, text.substr(0, text.size() / 2) + word() + word() + word() + word() + word()
            )
                ? 1
                : 0;
    }
    EXPECT_GT(near, 270);
    EXPECT_LT(far, 6);
    EXPECT_TRUE(near_of("").empty());
}

TEST(StratifiedSplit, KeepsGroupsTogetherAndARowOfEachClassInTraining) {
    Table table;
    std::vector<std::uint64_t> groups;
    Random random(3);
    for (std::size_t row = 0; row < 2000; ++row) {
        table.ids.push_back(std::to_string(row));
        table.labels.push_back("c" + std::to_string(random.below(40)));
        groups.push_back(random.below(900));
    }
    const RowSplit split = stratified_split(table, groups, 0.2, "salt");
    EXPECT_EQ(split.train.size() + split.validation.size(), 2000U);
    std::set<std::uint64_t> learned;
    std::set<std::string> classes;
    for (const std::size_t row : split.train) {
        learned.insert(groups[row]);
        classes.insert(table.labels[row]);
    }
    for (const std::size_t row : split.validation) {
        EXPECT_FALSE(learned.contains(groups[row]));
    }
    EXPECT_EQ(classes.size(), 40U);
    EXPECT_GT(split.validation.size(), 50U);
}

}  // namespace
}  // namespace kontor::ml
