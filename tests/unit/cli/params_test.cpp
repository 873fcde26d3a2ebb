#include "cli/params.hpp"

#include <gtest/gtest.h>

namespace kontor::cli {
namespace {

Json params(const std::vector<std::string>& given) {
    return params_from_arguments({}, given).value();
}

TEST(Params, AValueThatReadsAsJsonIsThatValueAndEverythingElseIsAText) {
    EXPECT_EQ(
        to_canonical_text(params(
            {"trials=4",
             "share=0.5",
             "full=true",
             "none=null",
             "month=2026-11",
             "name=Ärger im Büro",
             "empty="}
        )),
        to_canonical_text(
            json_from_text(
                R"({"trials":4,"share":0.5,"full":true,"none":null,"month":"2026-11","name":"Ärger im Büro","empty":""})"
            )
                .value()
        )
    );
    EXPECT_EQ(
        params({"countries=[\"DE\",\"FR\"]"}),
        Json(JsonObject{{"countries", JsonArray{"DE", "FR"}}})
    );
}

TEST(Params, AQuotedNumberStaysAText) {
    EXPECT_EQ(params({"code=\"012\""}), Json(JsonObject{{"code", "012"}}));
}

TEST(Params, OnlyTheFirstEqualsSignSeparates) {
    EXPECT_EQ(params({"sql=a=b"}), Json(JsonObject{{"sql", "a=b"}}));
}

TEST(Params, AnObjectIsMergedAndLaterOnesWin) {
    EXPECT_EQ(params({R"({"a": 1, "b": 2})", "b=3"}), Json(JsonObject{{"a", 1}, {"b", 3}}));
    EXPECT_EQ(Json(params_from_arguments({{"a", 1}}, {"a=2"}).value()), Json(JsonObject{{"a", 2}}));
}

TEST(Params, WhatCannotBeReadIsNamedInTheSentence) {
    for (const auto& [argument, part] :
         {std::pair{"trials", "key=value"},
          {"=4", "key=value"},
          {"{\"a\": }", "not valid JSON"},
          {"list=[1,", "-p list"},
          {"a=\xff", "UTF-8"}}) {
        const auto read = params_from_arguments({}, {argument});
        ASSERT_FALSE(read.has_value()) << argument;
        EXPECT_NE(read.error().message.find(part), std::string::npos) << read.error().message;
    }
}

TEST(Params, AFileHoldsAnObject) {
    EXPECT_TRUE(params_from_file_text("{\"a\": 1}", "p.json").has_value());
    EXPECT_NE(
        params_from_file_text("[1]", "p.json").error().message.find("p.json"), std::string::npos
    );
    EXPECT_FALSE(params_from_file_text("{", "p.json").has_value());
}

}  // namespace
}  // namespace kontor::cli
