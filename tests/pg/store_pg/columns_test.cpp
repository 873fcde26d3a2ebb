#include "store_pg/columns.hpp"

#include <gtest/gtest.h>

namespace kontor::store_pg {
namespace {

TEST(StorableJson, AWholeDecimalNumberStaysADecimalNumber) {
    EXPECT_EQ(storable_json(Json(1.0)), "1.0");
    EXPECT_EQ(storable_json(Json(-15.0)), "-15.0");
    EXPECT_EQ(storable_json(Json(1e15)), "1000000000000000.0");
    EXPECT_EQ(storable_json(Json(0.0)), "0.0");
    EXPECT_EQ(storable_json(JsonObject{{"c", 2.0}, {"n", 2}}), R"({"c":2.0,"n":2})");
}

TEST(StorableJson, EveryOtherNumberKeepsItsValue) {
    for (const double number : {0.1, -2.5e-7, 1234567.25, 1.7976931348623157e308, 5e-324, 1e20}) {
        const Result<Json> back = json_from_text(storable_json(Json(number)));
        ASSERT_TRUE(back);
        EXPECT_EQ(back->to_number<double>(), number);
    }
    EXPECT_EQ(storable_json(Json(INT64_MIN)), "-9223372036854775808");
}

TEST(StorableJson, TextThatLooksLikeANumberIsLeftAlone) {
    const Json value = JsonObject{{"1E0", "2E0 \"3E0\" \\"}, {"DE", JsonArray{4.0, "5E0"}}};
    EXPECT_EQ(storable_json(value), R"({"1E0":"2E0 \"3E0\" \\","DE":[4.0,"5E0"]})");
}

}  // namespace
}  // namespace kontor::store_pg
