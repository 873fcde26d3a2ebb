// What a good text gives.
#include "base/sha256.hpp"
#include "unit/spec/parse.hpp"

namespace kontor::spec::testing {
namespace {

using core::dag::Jitter;
using core::dag::OnConflict;
using core::dag::TaskNode;
using core::dag::When;
using core::dag::Workflow;
using core::schedule::Catchup;
using core::schedule::Fold;
using core::schedule::Gap;

std::shared_ptr<const Workflow> good(std::string_view text) {
    const Parsed parsed = parse(text);
    EXPECT_EQ(render(parsed.diagnostics, "w.yaml", text), "");
    return parsed.workflow != nullptr ? parsed.workflow : std::make_shared<const Workflow>();
}

TEST(Spec, ReadsTheHeadOfAWorkflow) {
    const auto workflow = good(whole);
    EXPECT_EQ(workflow->name, "train");
    EXPECT_EQ(workflow->title, "Train a model for every country");
    EXPECT_EQ(workflow->hash, sha256_hex(whole));
    EXPECT_EQ(workflow->source, whole);
    EXPECT_EQ(to_text(workflow->params_schema),
              R"({"type":"object","properties":{"countries":{"type":"array","items":{"type":"string","pattern":"^[A-Z]{2}$"},"default":[]},)"
              R"("trials":{"type":"integer","minimum":1,"maximum":500,"default":24},"country":{"type":"string"}},)"
              R"("additionalProperties":false,"required":["country"]})");
    EXPECT_EQ(workflow->partition_key, "country");
    EXPECT_EQ(workflow->deadline, std::chrono::hours(6));
    EXPECT_EQ(workflow->concurrency.group, "train");
    EXPECT_EQ(workflow->concurrency.limit, 2);
    EXPECT_EQ(workflow->concurrency.on_conflict, OnConflict::Reject);
}

TEST(Spec, OrdersTasksByNeedThenByPosition) {
    const auto workflow = good(whole);
    std::vector<std::string> names;
    for (const TaskNode& task : workflow->tasks) {
        names.push_back(task.name);
        for (const int parent : task.after) {
            EXPECT_LT(parent, workflow->task_index(task.name));
        }
    }
    EXPECT_EQ(names, (std::vector<std::string>{"extract", "prepare", "tune", "recheck", "choose", "summary", "announce"}));
    EXPECT_EQ(workflow->partition_needs, std::vector<int>{0});
}

TEST(Spec, ReadsTasks) {
    const auto workflow = good(whole);
    const auto task = [&](std::string_view name) {
        return workflow->tasks.at(static_cast<std::size_t>(workflow->task_index(name)));
    };
    EXPECT_EQ(task("extract").role, "extractor");
    EXPECT_FALSE(task("extract").per_country);
    EXPECT_EQ(task("prepare").cores, 2);
    EXPECT_EQ(task("prepare").priority, 7);
    EXPECT_EQ(task("prepare").retry.attempts_max, 5);
    EXPECT_EQ(task("prepare").retry.jitter, Jitter::None);
    EXPECT_EQ(task("prepare").timeout, std::chrono::minutes(20));
    EXPECT_EQ(task("tune").retry.attempts_max, 2);
    EXPECT_EQ(task("tune").retry.backoff, std::chrono::seconds(1)) << "what a task does not say comes from the defaults";
    EXPECT_EQ(task("tune").timeout, std::chrono::seconds(90));
    EXPECT_EQ(task("tune").fan->name, "trial");
    EXPECT_EQ(task("recheck").fan->name, "trial");
    EXPECT_TRUE(task("recheck").fan->over.empty()) << "continues the trials of tune";
    EXPECT_FALSE(task("choose").fan.has_value());
    EXPECT_EQ(task("choose").gate.pass, 0.5);
    EXPECT_EQ(task("choose").when, When::Expression);
    EXPECT_EQ(task("summary").when, When::Always);
    EXPECT_EQ(task("summary").gate.pass, 0.9);
    EXPECT_EQ(task("summary").gate.must, (std::vector<std::string>{"DE", "NO"})) << "NO is a country";
}

TEST(Spec, ReadsTriggers) {
    const auto workflow = good(whole);
    ASSERT_EQ(workflow->triggers.size(), 3U);
    EXPECT_EQ(workflow->triggers[0].cron->zone->name(), "Europe/Luxembourg");
    EXPECT_EQ(workflow->triggers[0].cron->catchup, Catchup::Last);
    EXPECT_EQ(workflow->triggers[1].cron->zone->name(), "UTC");
    EXPECT_EQ(workflow->triggers[1].cron->catchup, Catchup::All);
    EXPECT_EQ(workflow->triggers[1].cron->catchup_max, 7);
    EXPECT_EQ(workflow->triggers[1].cron->gap, Gap::Skip);
    EXPECT_EQ(workflow->triggers[1].cron->fold, Fold::Both);
    EXPECT_FALSE(workflow->triggers[2].cron.has_value());
    EXPECT_EQ(workflow->triggers[2].event, "kontor.alarm.raised");
    EXPECT_EQ(workflow->triggers[2].when.text(), " event.data.alarm == 'accuracy' ");
}

TEST(Spec, OnlyTrueAndFalseAreBooleans) {
    const auto workflow = good(with_tasks(
        "  a: {uses: noop, with: {a: NO, b: yes, c: on, d: true, e: 'true', f: 12, g: '12', h: 1e3, i: ~, j: 1_000}}\n"
    ));
    class Nothing : public core::expr::Scope {
        const Json* find(std::string_view) const override { return nullptr; }
    };
    EXPECT_EQ(to_text(*core::expr::render(workflow->tasks.at(0).with, Nothing())),
              R"({"a":"NO","b":"yes","c":"on","d":true,"e":"true","f":12,"g":"12","h":1000.0,"i":null,"j":"1_000"})");
}

TEST(Spec, AliasesWithinReasonAreFine) {
    EXPECT_EQ(good("workflow: w\ntasks:\n  a: &a {uses: noop, with: {x: 1}}\n  b: *a\n")->tasks.size(), 2U);
}

TEST(Spec, DimensionsNeedNoPartition) {
    const auto workflow = good(
        "workflow: w\ntasks:\n  a: {uses: noop, per: part, fan_out: {part: [x, y]}}\n"
        "  b: {uses: noop, after: a, gate: {any: true, within: 5m}}\n"
    );
    EXPECT_FALSE(workflow->tasks.at(0).per_country);
    EXPECT_TRUE(workflow->tasks.at(1).gate.any);
    EXPECT_EQ(workflow->tasks.at(1).gate.within, std::chrono::minutes(5));
}

}  // namespace
}  // namespace kontor::spec::testing
