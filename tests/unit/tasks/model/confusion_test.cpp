#include "tasks/model/confusion.hpp"

#include <gtest/gtest.h>

namespace kontor::tasks::model {
namespace {

using sdk::Json;
using sdk::JsonArray;

std::vector<ml::Judged> judged(std::initializer_list<std::pair<int, int>> pairs) {
    std::vector<ml::Judged> all;
    for (const auto& [truth, predicted] : pairs) {
        all.push_back({truth, predicted, 0.5, 0.5});
    }
    return all;
}

TEST(Confusion, CountsRowsOfACodeByWhatTheyWereTakenFor) {
    const auto rows = judged({{1, 1}, {1, 0}, {0, 0}, {1, 1}});
    const Json square = confusion_of(rows, {"b", "a", "unused"});
    EXPECT_EQ(square.at("codes"), Json(JsonArray({"a", "b"})));
    EXPECT_EQ(square.at("counts"), Json(JsonArray({JsonArray({2, 1}), JsonArray({0, 1})})));
}

TEST(Confusion, CountsTheRareCodesTogether) {
    std::vector<std::string> codes;
    std::vector<ml::Judged> rows;
    const int all = static_cast<int>(confusion_codes_max) + 3;
    for (int code = 0; code < all; ++code) {
        codes.push_back("code" + std::to_string(100 + code));
        for (int row = 0; row < (code < all - 3 ? 2 : 1); ++row) {
            rows.push_back({code, code, 0.5, 0.5});
        }
    }
    const Json square = confusion_of(rows, codes);
    ASSERT_EQ(square.at("codes").as_array().size(), confusion_codes_max + 1);
    EXPECT_EQ(square.at("codes").as_array().back(), "other");
    EXPECT_EQ(square.at("counts").as_array().back().as_array().back(), 3);
}

TEST(Confusion, OfNothingIsEmpty) {
    const Json square = confusion_of({}, {"a"});
    EXPECT_TRUE(square.at("codes").as_array().empty());
    EXPECT_TRUE(square.at("counts").as_array().empty());
}

}  // namespace
}  // namespace kontor::tasks::model
