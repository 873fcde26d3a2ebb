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

TEST(Spec, ReadsWhatATaskHoldsOfPoolsAndTheWorkflowsLimits) {
    const auto workflow = good(
        "workflow: w\n"
        "partition: {key: country, over: [DE]}\n"
        "concurrency: {group: g, on_conflict: cancel_oldest}\n"
        "limits: {attempts: 8, per_country: 2}\n"
        "tasks:\n"
        "  a: {uses: noop, memory: 2GB, pools: {warehouse: 1, licences: 3}}\n"
        "  b: {uses: noop, memory: 500MB}\n"
    );
    EXPECT_EQ(workflow->concurrency.on_conflict, OnConflict::CancelOldest);
    EXPECT_EQ(workflow->limits.attempts, 8);
    EXPECT_EQ(workflow->limits.per_country, 2);
    EXPECT_EQ(workflow->tasks.at(0).memory_mb, 2000);
    EXPECT_EQ(workflow->tasks.at(0).pools, (std::vector<std::pair<std::string, int>>{{"warehouse", 1}, {"licences", 3}}));
    EXPECT_EQ(workflow->tasks.at(1).memory_mb, 500);
    EXPECT_TRUE(workflow->tasks.at(1).pools.empty());
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

TEST(Spec, ReadsTheThreeTimeoutsAndRetriesPerClass) {
    const auto workflow = good(
        "workflow: w\n"
        "defaults:\n"
        "  timeout: {attempt: 5m, start: 1h}\n"
        "  retry: {attempts: 6, resource: {attempts: 2}}\n"
        "tasks:\n"
        "  a: {uses: noop}\n"
        "  b: {uses: noop, timeout: 7m}\n"
        "  c: {uses: noop, timeout: {total: 2h}, retry: {attempts: 3, backoff: 9s, resource: {backoff: 1m}, data: {attempts: 2}}}\n"
    );
    const TaskNode& a = workflow->tasks.at(0);
    const TaskNode& b = workflow->tasks.at(1);
    const TaskNode& c = workflow->tasks.at(2);
    EXPECT_EQ(a.timeout, std::chrono::minutes(5));
    EXPECT_EQ(a.start_timeout, std::chrono::hours(1));
    EXPECT_FALSE(a.total_timeout);
    EXPECT_EQ(b.timeout, std::chrono::minutes(7));
    EXPECT_EQ(b.start_timeout, std::chrono::hours(1));
    EXPECT_EQ(c.timeout, std::chrono::minutes(5));
    EXPECT_EQ(c.total_timeout, std::chrono::hours(2));
    EXPECT_EQ(a.retry_of.at(sdk::FailureClass::Resource).attempts_max, 2);
    EXPECT_FALSE(a.retry_of.contains(sdk::FailureClass::Data));
    EXPECT_EQ(c.retry_of.at(sdk::FailureClass::Resource).attempts_max, 2) << "what a task does not say comes from the defaults";
    EXPECT_EQ(c.retry_of.at(sdk::FailureClass::Resource).backoff, std::chrono::minutes(1));
    EXPECT_EQ(c.retry_of.at(sdk::FailureClass::Data).attempts_max, 2);
    EXPECT_EQ(c.retry_of.at(sdk::FailureClass::Data).backoff, std::chrono::seconds(9));
}

TEST(Spec, ReadsHowOldAResultOfAnEarlierRunMayBe) {
    const auto workflow = good(
        "workflow: w\n"
        "tasks:\n"
        "  a: {uses: exec, cache: true}\n"
        "  b: {uses: model.trial, cache: {for: 7d}}\n"
        "  c: {uses: noop, cache: false}\n"
        "  d: {uses: exec, cache: {}}\n"
    );
    EXPECT_EQ(workflow->tasks.at(0).cache_for, std::chrono::days(30));
    EXPECT_EQ(workflow->tasks.at(1).cache_for, std::chrono::days(7));
    EXPECT_FALSE(workflow->tasks.at(2).cache_for);
    EXPECT_EQ(workflow->tasks.at(3).cache_for, std::chrono::days(30));
}

TEST(Spec, ReadsWhatSaysWhen) {
    const auto workflow = good(R"yaml(workflow: w
triggers:
  often: {every: 15m, from: "2026-01-01T06:00:00+01:00", overlap: wait, business_days: skip}
  close: {cron: "0 18 L * *", timezone: Europe/Luxembourg, overlap: replace,
          business_days: {move: before, weekend: [FRI, SAT], holidays: [2026-12-25, 12-26]}}
tasks: {a: {uses: noop}}
)yaml");
    const auto& often = *workflow->triggers.at(0).cron;
    EXPECT_EQ(often.text, "@every 15m from 2026-01-01T05:00:00.000000Z");
    EXPECT_EQ(often.cron, nullptr);
    EXPECT_EQ(often.interval->every, std::chrono::minutes(15));
    EXPECT_EQ(often.overlap, core::schedule::Overlap::Wait);
    const auto& close = *workflow->triggers.at(1).cron;
    EXPECT_EQ(close.overlap, core::schedule::Overlap::Replace);
    EXPECT_EQ(close.calendar->shift, core::schedule::Shift::Before);
    using namespace std::chrono;
    EXPECT_FALSE(close.calendar->is_working(2026y / 12 / 25));
    EXPECT_TRUE(close.calendar->is_working(2027y / 12 / 27)) << "a Monday";
    EXPECT_FALSE(close.calendar->is_working(2030y / 12 / 26));
    EXPECT_TRUE(close.calendar->is_working(2026y / 11 / 22)) << "Sundays are worked";
}

TEST(Spec, ReadsTriggersOnEvents) {
    const auto workflow = good(R"yaml(workflow: w
params: {all: {type: array, default: []}, n: {type: integer, default: 0}}
triggers:
  many:  {event: shop.order.*, dedupe: {key: "${{ event.data.id }}", window: 1h},
          batch: {count: 50, within: 5m, key: "${{ event.data.country }}"}, params: {all: "${{ batch.data }}", n: "${{ batch.count }}"}}
  quiet: {event: shop.price, debounce: {quiet: 30s}}
  after: {on: {workflow: infer, state: [failed, cancelled]}}
  file:  {file: "sales/*.csv"}
tasks: {a: {uses: noop}}
)yaml");
    const auto& many = workflow->triggers.at(0);
    EXPECT_EQ(many.event, "shop.order.*");
    EXPECT_EQ(many.dedupe.window, std::chrono::hours(1));
    EXPECT_EQ(many.collect.kind, core::dag::Collect::Batch);
    EXPECT_EQ(many.collect.count, 50);
    EXPECT_EQ(many.collect.within, std::chrono::minutes(5));
    EXPECT_FALSE(many.collect.key.empty());
    EXPECT_EQ(workflow->triggers.at(1).collect.quiet, std::chrono::seconds(30));
    EXPECT_EQ(workflow->triggers.at(1).collect.within, std::chrono::days(31));
    EXPECT_EQ(workflow->triggers.at(2).event, "kontor.run.finished");
    EXPECT_EQ(workflow->triggers.at(2).on->states, (std::vector<std::string>{"failed", "cancelled"}));
    EXPECT_EQ(workflow->triggers.at(3).event, "kontor.file.arrived");
    EXPECT_EQ(workflow->triggers.at(3).file, "sales/*.csv");
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
        "  b: {uses: noop, after: a, gate: {any: true, ended: true, within: 5m}}\n"
    );
    EXPECT_FALSE(workflow->tasks.at(0).per_country);
    EXPECT_TRUE(workflow->tasks.at(1).gate.any);
    EXPECT_TRUE(workflow->tasks.at(1).gate.ended);
    EXPECT_EQ(workflow->tasks.at(1).gate.within, std::chrono::minutes(5));
}

}  // namespace
}  // namespace kontor::spec::testing
