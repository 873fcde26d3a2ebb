// What starts on which event, what it is given, and what is gathered until when.
#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "core/trigger/collector.hpp"
#include "core/trigger/seen_keys.hpp"

namespace kontor::core::trigger {
namespace {

expr::Program program(std::string_view text) { return expr::parse(text).value(); }
expr::Template value(std::string_view json) { return expr::compile(json_from_text(json).value()).value(); }
Instant second(int n) { return Instant(std::chrono::seconds(1'800'000'000 + n)); }

Event event(std::string_view type, std::string_view data = "{}", std::int64_t id = 1) {
    return {id, std::string(type), "c1", 0, JsonObject{{"id", "e" + std::to_string(id)}, {"type", type}, {"subject", ""}, {"data", json_from_text(data).value()}}};
}
dag::Trigger on(std::string type) {
    dag::Trigger trigger;
    trigger.name = "t";
    trigger.event = std::move(type);
    return trigger;
}
std::string reason(const dag::Trigger& trigger, const Event& of) { return judge(trigger, of).reason; }

TEST(Judge, HearsATypeOrAFamilyOfTypes) {
    EXPECT_EQ(judge(on("a.b"), event("a.b")).kind, Verdict::Kind::Passed);
    EXPECT_EQ(judge(on("a.*"), event("a.b.c")).kind, Verdict::Kind::Passed);
    EXPECT_EQ(judge(on("a.*"), event("ab")).kind, Verdict::Kind::Deaf);
    EXPECT_EQ(reason(on("a.b"), event("a.c")), "it listens to a.b, and this is a.c");
    EXPECT_EQ(reason(on(""), event("a.c")), "it goes by the clock, not by events");
}

TEST(Judge, SaysWhichFilterIsFalseAndWhatItRead) {
    auto trigger = on("alarm");
    trigger.when = program("event.data.country == 'XX'");
    EXPECT_EQ(reason(trigger, event("alarm", R"({"country": "DE"})")), "filtered out: event.data.country == 'XX' is false (event.data.country is \"DE\")");
    EXPECT_EQ(judge(trigger, event("alarm", R"({"country": "XX"})")).kind, Verdict::Kind::Passed);
    const Verdict fault = judge(trigger, event("alarm"));
    EXPECT_EQ(fault.kind, Verdict::Kind::Fault);
    EXPECT_EQ(fault.reason, "when: event.data has no member 'country'");
}

TEST(Judge, WaitsForRunsOfAnotherWorkflowAndForFiles) {
    auto after = on(std::string(run_finished));
    after.on = dag::Completion{"infer", {"succeeded"}};
    EXPECT_EQ(judge(after, event(run_finished, R"({"workflow": "infer", "state": "succeeded"})")).kind, Verdict::Kind::Passed);
    EXPECT_EQ(reason(after, event(run_finished, R"({"workflow": "infer", "state": "failed"})")),
              "it waits for a run of infer that succeeded, and this one of infer failed");
    auto file = on(std::string(file_arrived));
    file.file = "sales/*.csv";
    EXPECT_EQ(judge(file, event(file_arrived, R"({"name": "sales/a.csv"})")).kind, Verdict::Kind::Passed);
    EXPECT_EQ(reason(file, event(file_arrived, R"({"name": "sales/2026/a.csv"})")), "it waits for files like sales/*.csv, and this one is sales/2026/a.csv");
}

TEST(Judge, GivesKeysAsTextAndRefusesNull) {
    auto trigger = on("alarm");
    trigger.dedupe.key = program("event.data.n");
    trigger.collect.kind = dag::Collect::Batch;
    trigger.collect.key = program("event.data.country");
    const Verdict verdict = judge(trigger, event("alarm", R"({"n": 7, "country": "DE"})"));
    EXPECT_EQ(verdict.dedupe_key, "7");
    EXPECT_EQ(verdict.group, "DE");
    EXPECT_EQ(reason(trigger, event("alarm", R"({"n": null, "country": "DE"})")), "dedupe: the key must not be null");
    const std::string longer(1000, 'x');
    EXPECT_EQ(judge(trigger, event("alarm", R"({"n": 1, "country": ")" + longer + "\"}")).group.size(), 64U);
}

TEST(Params, AreMappedFromOneEventOrFromAllThatWereGathered) {
    auto trigger = on("alarm");
    trigger.params = value(R"({"countries": ["${{ event.data.country }}"]})");
    const std::vector<Event> one{event("alarm", R"({"country": "DE"})")};
    EXPECT_EQ(to_text(map_params(trigger, one, "").value()), R"({"countries":["DE"]})");
    EXPECT_EQ(to_text(map_params(on("x"), one, "").value()), "{}");
    trigger.params = value(R"({"last": "${{ event.data.n }}", "all": "${{ batch.data }}", "n": "${{ batch.count }}", "key": "${{ batch.key }}"})");
    trigger.collect.kind = dag::Collect::Batch;
    const std::vector<Event> two{event("alarm", R"({"n": 1})", 1), event("alarm", R"({"n": 2})", 2)};
    EXPECT_EQ(to_text(map_params(trigger, two, "k").value()), R"({"last":2,"all":[{"n":1},{"n":2}],"n":2,"key":"k"})");
}

TEST(Pattern, StarsStopAtSlashesAndDoubleStarsDoNot) {
    EXPECT_TRUE(fits_pattern("*.csv", "a.csv"));
    EXPECT_FALSE(fits_pattern("*.csv", "a/b.csv"));
    EXPECT_TRUE(fits_pattern("**.csv", "a/b.csv"));
    EXPECT_TRUE(fits_pattern("sales/**/x-?.csv", "sales/2026/01/x-1.csv"));
    EXPECT_FALSE(fits_pattern("sales/?.csv", "sales//.csv"));
    EXPECT_TRUE(fits_pattern("a*b*c", "axxbyyc"));
    EXPECT_FALSE(fits_pattern("a*b*c", "axxbyy"));
    EXPECT_TRUE(fits_pattern("**", ""));
    EXPECT_FALSE(fits_pattern("", "a"));
    EXPECT_FALSE(fits_pattern(std::string(100, '*') + "b", std::string(2000, 'a'))) << "and that soon";
}

const GroupName name{"w", "t", "DE"};

TEST(Batch, IsFullByCountOrDueByTheFirstOnesWait) {
    dag::Collecting rule{dag::Collect::Batch, 3, std::chrono::seconds(10), Duration(0), {}};
    Collector collector;
    EXPECT_FALSE(collector.add(name, rule, event("a", "{}", 1), second(0)));
    EXPECT_FALSE(collector.add(name, rule, event("a", "{}", 2), second(8)));
    EXPECT_EQ(collector.next_due(), second(10));
    const auto full = collector.add(name, rule, event("a", "{}", 3), second(9));
    ASSERT_TRUE(full);
    EXPECT_EQ(full->events.size(), 3U);
    EXPECT_EQ(collector.next_due(), std::nullopt);
    collector.add(name, rule, event("a", "{}", 4), second(20));
    EXPECT_TRUE(collector.take_due(second(29)).empty());
    ASSERT_EQ(collector.take_due(second(30)).size(), 1U);
    EXPECT_EQ(collector.event_count(), 0U);
}

TEST(Debounce, WaitsForQuietButNotForEver) {
    dag::Collecting rule{dag::Collect::Debounce, 1000, std::chrono::seconds(10), std::chrono::seconds(3), {}};
    Collector collector;
    for (int at = 0; at <= 8; at += 2) {
        collector.add(name, rule, event("a", "{}", at + 1), second(at));
    }
    EXPECT_EQ(collector.next_due(), second(10)) << "the first has waited long enough";
    EXPECT_EQ(collector.take_due(second(10)).at(0).events.back().id, 9);
    collector.add(name, rule, event("a", "{}", 20), second(20));
    EXPECT_EQ(collector.next_due(), second(23));
}

TEST(Collector, KeepsKeysApartAndLosesNothing) {
    Prng random(11);
    Collector collector;
    dag::Collecting rule{dag::Collect::Batch, 5, std::chrono::seconds(7), Duration(0), {}};
    std::size_t given = 0;
    std::size_t taken = 0;
    const auto take = [&](const Group& group) {
        taken += group.events.size();
        EXPECT_LE(group.events.size(), 5U);
        for (const Event& each : group.events) {
            EXPECT_EQ(std::to_string(each.id % 4), group.name.key);
        }
    };
    for (int step = 0; step < 2'000; ++step) {
        const auto id = static_cast<std::int64_t>(random.below(1'000));
        if (const auto full = collector.add({"w", "t", std::to_string(id % 4)}, rule, event("a", "{}", id), second(step))) {
            take(*full);
        }
        ++given;
        for (const Group& group : collector.take_due(second(step - 3))) {
            take(group);
        }
        ASSERT_EQ(given, taken + collector.event_count());
    }
    EXPECT_EQ(collector.triggers().size(), 1U);
    for (const Group& group : collector.take_of("w", "t")) {
        take(group);
    }
    EXPECT_EQ(given, taken);
    EXPECT_EQ(collector.next_due(), std::nullopt);
}

TEST(SeenKeys, CountWithinTheirWindowOnly) {
    SeenKeys seen;
    seen.add(name, {7, second(0), second(60)});
    ASSERT_NE(seen.find(name, second(59)), nullptr);
    EXPECT_EQ(seen.find(name, second(59))->event, 7);
    EXPECT_EQ(seen.find(name, second(60)), nullptr);
    EXPECT_EQ(seen.find({"w", "t", "FR"}, second(1)), nullptr);
    seen.add(name, {8, second(60), second(120)});
    seen.forget_ended(second(61));
    EXPECT_EQ(seen.size(), 1U);
    seen.forget_ended(second(120));
    EXPECT_EQ(seen.size(), 0U);
}

}  // namespace
}  // namespace kontor::core::trigger
