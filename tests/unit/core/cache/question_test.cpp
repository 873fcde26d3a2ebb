// When a task's question is the same as an earlier one, and what is said when it is not.
#include "core/cache/question.hpp"

#include <gtest/gtest.h>

namespace kontor::core::cache {
namespace {

Json object(const std::string& key, const std::string& sha256) { return JsonObject{{"key", key}, {"sha256", sha256}, {"bytes", 5}}; }

Question question(Json with) { return {"train", "prepare", "dataset.prepare", "b1", "DE", "", 7, by_content(with)}; }

TEST(Question, GoesByTheContentOfObjectsAndNotByTheOrderOfNames) {
    const Question one = question(JsonObject{{"rows", object("raw/train/1/DE/rows", "aa")}, {"n", 1}});
    const Question two = question(JsonObject{{"n", 1}, {"rows", object("raw/train/2/DE/rows", "aa")}});
    EXPECT_EQ(key_of(one), key_of(two));
    EXPECT_EQ(difference(one, two), "");
    const Question other = question(JsonObject{{"n", 1}, {"rows", object("raw/train/2/DE/rows", "bb")}});
    EXPECT_NE(key_of(one), key_of(other));
    EXPECT_EQ(difference(one, other), "the content of with.rows is another one");
    EXPECT_EQ(to_text(by_content(JsonArray{JsonObject{{"deep", object("k", "cc")}}})), R"([{"deep":{"bytes":5,"sha256":"cc"}}])");
}

TEST(Question, EverythingThatAResultFollowsFromCounts) {
    const Question base = question(JsonObject{{"n", 1}});
    for (const auto& change : std::vector<void (*)(Question&)>{
             [](Question& each) { each.workflow = "other"; }, [](Question& each) { each.task = "other"; }, [](Question& each) { each.uses = "model.trial"; }, [](Question& each) { each.code = "b2"; }, [](Question& each) { each.country = "FR"; },
             [](Question& each) { each.item = "1"; }, [](Question& each) { each.seed = 8; }, [](Question& each) { each.input = JsonObject{{"n", 2}}; }
         }) {
        Question changed = base;
        change(changed);
        EXPECT_NE(key_of(base), key_of(changed));
    }
}

TEST(Question, TellsWhatIsNotTheSame) {
    const auto said = [](Json before, Json now) { return difference(question(std::move(before)), question(std::move(now))); };
    EXPECT_EQ(said(JsonObject{{"trials", 20}}, JsonObject{{"trials", 40}}), "with.trials was 20, is 40");
    EXPECT_EQ(said(JsonObject{}, JsonObject{{"a", "x"}}), "with.a is new: \"x\"");
    EXPECT_EQ(said(JsonObject{{"a", true}}, JsonObject{}), "with.a is gone: it was true");
    EXPECT_EQ(said(JsonObject{{"a", JsonArray{1, 2}}}, JsonObject{{"a", JsonArray{1, 3}}}), "with.a[1] was 2, is 3");
    EXPECT_EQ(said(JsonObject{{"a", JsonArray{1}}}, JsonObject{{"a", JsonArray{}}}), "with.a was [1], is []");
    EXPECT_EQ(said(JsonObject{{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}}, JsonObject{{"a", 2}, {"b", 2}, {"c", 2}, {"d", 2}}),
              "with.a was 1, is 2, with.b was 1, is 2, with.c was 1, is 2 and 1 more");
    Question before = question(JsonObject{});
    Question now = before;
    now.code = "b2";
    now.seed = 8;
    EXPECT_EQ(difference(before, now), "the daemon's program is another one, the seed is another one");
    EXPECT_LT(said(JsonObject{{"a", std::string(5000, 'x')}}, JsonObject{{"a", 1}}).size(), 120U);
}

}  // namespace
}  // namespace kontor::core::cache
