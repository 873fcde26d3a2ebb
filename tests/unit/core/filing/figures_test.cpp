#include "core/filing/figures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace kontor::core::filing {
namespace {

TEST(ReportFigures, EverythingSoldStandsSomewhereAndTheDifferenceIsNothing) {
    Counted counted;
    counted.sold = {12, 30'000, 9'000};
    counted.quarantined = 2;
    counted.classified = {{"2.1", {3, 9'000, 2'000}, {}}, {"1.1", {1, 1'000, 1'000}, {}}};
    const Figures figures = reconcile(
        counted, {{Fate::Code, "1.1", {1, 5'000, 500}},
                  {Fate::Code, "9.9", {1, 4'000, 1'500}},
                  {Fate::Excluded, "", {1, 2'000, 1'000}},
                  {Fate::Waiting, "", {2, 6'000, 2'000}},
                  {Fate::Unresolved, "", {1, 3'000, 1'000}}}
    );
    EXPECT_EQ(figures.difference(), Amount{});
    EXPECT_TRUE(figures.balanced());
    EXPECT_EQ(figures.classified, (Amount{4, 10'000, 3'000}));
    EXPECT_EQ(figures.reviewed, (Amount{2, 9'000, 2'000}));
    EXPECT_EQ(figures.quarantined, (Amount{2, 0, 0}));
    ASSERT_EQ(figures.lines.size(), 3U);
    EXPECT_EQ(figures.lines[0], (Line{"1.1", {2, 6'000, 1'500}, {1, 5'000, 500}})) << "predicted and decided together";
    EXPECT_EQ(figures.lines[2].code, "9.9") << "a code that people alone gave";
}

TEST(ReportFigures, WhatStandsNowhereIsTheDifference) {
    Counted counted;
    counted.sold = {5, 5'000, 700};
    counted.classified = {{"1", {4, 4'000, 700}, {}}};
    const Figures figures = reconcile(counted, {});
    EXPECT_EQ(figures.difference(), (Amount{1, 1'000, 0}));
    EXPECT_FALSE(figures.balanced());
    EXPECT_EQ(to_json(figures).at("difference").at("units").to_number<double>(), 1);
    counted.sold = {4, 4'000, 700};
    EXPECT_TRUE(reconcile(counted, {}).balanced());
    counted.balanced = false;
    EXPECT_FALSE(reconcile(counted, {}).balanced()) << "the run itself found an item without a prediction";
}

TEST(ReportFigures, TheOrderInWhichThingsAreAddedChangesNothing) {
    std::mt19937_64 random(7);
    std::vector<Reviewed> reviewed;
    for (int i = 0; i < 500; ++i) {
        const auto fate = static_cast<Fate>(random() % 4);
        reviewed.push_back({fate, fate == Fate::Code ? std::to_string(random() % 9) : "", {1, static_cast<std::int64_t>(random() % 9999), static_cast<std::int64_t>(random() % 99999)}});
    }
    const Figures once = reconcile({}, reviewed);
    std::shuffle(reviewed.begin(), reviewed.end(), random);
    const Figures again = reconcile({}, reviewed);
    EXPECT_EQ(once.lines, again.lines);
    EXPECT_EQ(to_text(to_json(once)), to_text(to_json(again)));
}

TEST(ReportFigures, AChangeNamesEveryCodeThatDiffersAndNoOther) {
    const std::vector<Line> before{{"1", {1, 1, 1}, {}}, {"2", {2, 2, 2}, {}}, {"4", {4, 4, 4}, {1, 1, 1}}};
    const std::vector<Line> after{{"2", {3, 2, 2}, {}}, {"3", {5, 5, 5}, {}}, {"4", {4, 4, 4}, {}}};
    const std::vector<Change> changed = changes(before, after);
    ASSERT_EQ(changed.size(), 3U) << "of code 4 only who decided it is different";
    EXPECT_EQ(changed[0].code, "1");
    EXPECT_EQ(changed[0].after, Amount{});
    EXPECT_EQ(changed[1].code, "2");
    EXPECT_EQ(changed[1].after - changed[1].before, (Amount{1, 0, 0}));
    EXPECT_EQ(changed[2].code, "3");
    EXPECT_EQ(changed[2].before, Amount{});
    EXPECT_TRUE(changes(after, after).empty());
    EXPECT_EQ(changes({}, after).size(), 3U);
    EXPECT_EQ(changes(before, {}).size(), 3U);
}

TEST(ReportFigures, NumbersAreWrittenAsTheyAre) {
    EXPECT_EQ(decimal(12'000), "12");
    EXPECT_EQ(decimal(4'500), "4.5");
    EXPECT_EQ(decimal(-1), "-0.001");
    EXPECT_EQ(decimal(0), "0");
    EXPECT_EQ(decimal_fixed(1'250), "1.250");
    EXPECT_EQ(decimal_fixed(-60), "-0.060");
    EXPECT_EQ(decimal_fixed(std::numeric_limits<std::int64_t>::min()), "-9223372036854775.808");
}

}  // namespace
}  // namespace kontor::core::filing
