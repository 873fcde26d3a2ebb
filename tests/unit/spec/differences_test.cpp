#include "core/dag/differences.hpp"

#include <gtest/gtest.h>

#include "spec/spec.hpp"

namespace kontor::core::dag {
namespace {

std::vector<std::string> sentences(std::string_view before, std::string_view after) {
    std::vector<std::string> found;
    for (const Difference& each : differences(spec::document_of(before).value(), spec::document_of(after).value())) {
        found.push_back(sentence(each));
    }
    return found;
}

TEST(Differences, LayoutOrderAndCommentsAreNone) {
    EXPECT_TRUE(sentences("workflow: w\ntasks:\n  a: {uses: noop}\n  b: {uses: noop, after: a}\n",
                          "# new comment\ntasks:\n  b:\n    after: [a]\n    uses: 'noop'\n  a:\n    uses: noop\nworkflow: w\n").empty());
}

TEST(Differences, NameThePartThatChanged) {
    EXPECT_EQ(sentences("tasks:\n  a: {uses: noop, timeout: 30m}\n  b: {uses: noop, after: a}\nparams: {n: {default: 1}}\n",
                        "tasks:\n  a: {uses: noop, timeout: 1h, cores: 2}\n  c: {uses: sleep}\nparams: {n: {default: 2}}\n"),
              (std::vector<std::string>{"tasks.a.timeout: 30m -> 1h", "tasks.a.cores is new: 2", "tasks.b is gone", "tasks.c is new", "params.n.default: 1 -> 2"}));
}

TEST(Differences, LongValuesAreCutBetweenCharacters) {
    std::string umlauts;
    for (int at = 0; at < 200; ++at) {
        umlauts += "\u00fc";
    }
    const std::string text = sentence({"title", "a", Json(umlauts)});
    EXPECT_LT(text.size(), 160U);
    EXPECT_TRUE(is_valid_utf8(text));
}

}  // namespace
}  // namespace kontor::core::dag
