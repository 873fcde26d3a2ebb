#include <algorithm>

#include "engine/restore_check.hpp"
#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

using Texts = std::vector<std::string>;

// A workflow with a period: one task for each of the countries it is given.
std::shared_ptr<core::dag::Workflow> monthly(Room& room) {
    auto flow = room.flow("infer", {task("a", {}, true)});
    flow->params_schema = JsonObject{
        {"type", "object"},
        {"properties", JsonObject{
            {"period", JsonObject{{"type", "string"}, {"pattern", "^2[0-9]{3}-[0-9]{2}$"}}},
            {"countries", JsonObject{{"type", "array"}, {"default", JsonArray{"AA", "BB"}}}},
            {"purpose", JsonObject{{"type", "string"}, {"default", "month"}}},
        }},
        {"additionalProperties", false},
    };
    flow->partition_over = value_of(Json("${{ params.countries }}"));
    flow->partition_period = value_of(Json("${{ default(params.period, run.period) }}"));
    flow->partition_counts = value_of(Json("${{ params.purpose == 'month' }}"));
    return flow;
}

BackfillRequest wish(const std::string& periods, int max_parallel = 1) {
    BackfillRequest wanted;
    static_cast<Command&>(wanted) = Room::as("anna");
    wanted.audit.route = "POST /v1/backfills";
    wanted.workflow = "infer";
    wanted.periods = *core::backfill::periods_from(periods);
    wanted.max_parallel = max_parallel;
    return wanted;
}

void check(Room& room) {
    const Result<ports::Snapshot> snapshot = room.store.load(room.now);
    EXPECT_EQ(RestoreCheck(*room.conductor).difference(*snapshot, room.now, room.now), "");
}

std::int64_t start(Room& room, BackfillRequest wanted) {
    const Result<Reply> answer = room.ask<BackfillInput>(std::move(wanted));
    EXPECT_TRUE(answer) << (answer ? "" : describe(answer.error()));
    check(room);
    return answer ? Room::number(*answer, "id") : 0;
}

Result<Reply> turn(Room& room, std::int64_t id, BackfillVerb verb, bool runs = false, bool dry_run = false) {
    BackfillOrder order;
    static_cast<Command&>(order) = Room::as("ben");
    order.backfill = id;
    order.verb = verb;
    order.runs = runs;
    order.dry_run = dry_run;
    Result<Reply> answer = room.ask<BackfillOrderInput>(std::move(order));
    check(room);
    return answer;
}

// "2026-01 running; 2026-02 waiting; "
std::string told(const Room& room, std::int64_t id) {
    std::string text;
    for (const auto& [key, row] : room.store.backfill_periods) {
        text += key.first == id ? row.period + " " + row.state + "; " : "";
    }
    return text;
}

std::string state(const Room& room, std::int64_t id) { return room.store.backfills.at(id).state; }

// All that has begun of the period's run ends, and what follows from it.
void end_period(Room& room, std::int64_t id, const std::string& period) {
    const ports::RunId run = room.store.backfill_periods.at({id, period}).run.value_or(0);
    for (bool found = true; found;) {
        const auto& started = room.executor->started;
        const auto each = std::find_if(started.begin(), started.end(), [&](const ports::Dispatch& one) { return one.identity.run == run; });
        found = each != started.end();
        if (found) {
            std::rotate(room.executor->started.begin(), room.executor->started.begin() + (each - started.begin()), room.executor->started.end());
            room.end();
        }
    }
}

// How many runs there are of each period.
std::map<std::string, int> runs(const Room& room) {
    std::map<std::string, int> counts;
    for (const auto& [id, run] : room.store.runs) {
        ++counts[text_member(run.params, "period")];
    }
    return counts;
}

TEST(Backfills, AreNamedWhenTheirWorkflowIsToBeRetired) {
    Room room;
    room.deploy(monthly(room));
    const std::int64_t id = start(room, wish("2026-01..2026-02"));
    RetireRequest wanted;
    static_cast<Command&>(wanted) = Room::as("anna");
    wanted.name = "infer";
    wanted.dry_run = true;
    const Result<Reply> seen = room.ask<RetireInput>(wanted);
    ASSERT_TRUE(seen) << describe(seen.error());
    EXPECT_EQ(to_text(json_from_text(seen->body).value().at("backfills")), "[" + std::to_string(id) + "]");
}

TEST(Backfills, RunAFewPeriodsAtOnceBehindAllOtherWork) {
    Room room;
    room.deploy(monthly(room));
    const std::int64_t id = start(room, wish("2026-01..2026-03"));
    EXPECT_EQ(told(room, id), "2026-01 running; 2026-02 waiting; 2026-03 waiting; ");
    const ports::RunRow run = room.store.runs.begin()->second;
    EXPECT_EQ(run.priority, backfill_priority);
    EXPECT_EQ(text_member(run.cause, "kind"), "backfill");
    EXPECT_EQ(text_member(run.cause, "by"), "anna");
    EXPECT_EQ(text_member(run.params, "period"), "2026-01");
    room.end();
    room.end();
    EXPECT_EQ(told(room, id), "2026-01 succeeded; 2026-02 running; 2026-03 waiting; ");
    for (int n = 0; n < 4; ++n) {
        room.end();
    }
    EXPECT_EQ(state(room, id), "succeeded");
    EXPECT_EQ(runs(room), (std::map<std::string, int>{{"2026-01", 1}, {"2026-02", 1}, {"2026-03", 1}}));
    EXPECT_EQ(room.store.audit.back().resource, "/v1/backfills/" + std::to_string(id));
    check(room);
}

TEST(Backfills, AFailedPeriodStopsNoOther) {
    Room room;
    room.deploy(monthly(room));
    const std::int64_t id = start(room, wish("2026-01..2026-02"));
    room.end(sdk::Failed{sdk::FailureClass::Data, "no"});
    room.end();
    EXPECT_EQ(told(room, id), "2026-01 failed; 2026-02 running; ");
    room.end();
    room.end();
    EXPECT_EQ(state(room, id), "failed");
    const Result<Reply> late = turn(room, id, BackfillVerb::Pause);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, ErrorKind::NotFound) << "the conductor knows those under way";
}

TEST(Backfills, SayBeforehandWhatWouldRunAndStartNothing) {
    Room room;
    room.deploy(monthly(room));
    BackfillInput input;
    input.request = wish("2026-01..2026-03", 2);
    input.request.missing_only = true;
    input.request.dry_run = true;
    input.ever = {"AA", "BB"};
    input.known = {{"AA", "2026-01", "succeeded", 1}, {"BB", "2026-01", "succeeded", 1}, {"AA", "2026-02", "succeeded", 1}};
    Result<Reply> answer = internal("test", "");
    input.reply = [&](Result<Reply> given) { answer = std::move(given); };
    room.cycle->add(std::move(input));
    room.step();
    ASSERT_TRUE(answer) << describe(answer.error());
    const Json body = *json_from_text(answer->body);
    EXPECT_EQ(text_member(body, "summary"), "1 skipped, 2 waiting");
    const JsonArray& periods = member(body, "periods")->as_array();
    EXPECT_EQ(text_member(periods.at(0), "reason"), "AA and BB have succeeded");
    EXPECT_EQ(*member(periods.at(1), "countries"), Json(JsonArray{"BB"}));
    EXPECT_EQ(text_member(periods.at(1), "reason"), "AA has succeeded");
    EXPECT_TRUE(room.store.runs.empty());
    EXPECT_TRUE(room.store.backfills.empty());
}

TEST(Backfills, RunOnlyWhatIsMissing) {
    Room room;
    room.deploy(monthly(room));
    BackfillInput input;
    input.request = wish("2026-01..2026-02");
    input.request.missing_only = true;
    input.ever = {"AA", "BB"};
    input.known = {{"AA", "2026-01", "succeeded", 1}, {"BB", "2026-01", "succeeded", 1}, {"AA", "2026-02", "succeeded", 1}};
    room.cycle->add(std::move(input));
    room.step();
    EXPECT_EQ(room.started(), Texts{"a/BB"});
    room.end();
    EXPECT_EQ(state(room, room.store.backfills.begin()->first), "succeeded");
}

TEST(Backfills, WithNothingLeftToDoHaveSucceededAtOnce) {
    Room room;
    room.deploy(monthly(room));
    BackfillInput input;
    input.request = wish("2026-01");
    input.request.missing_only = true;
    input.ever = {"AA"};
    input.known = {{"AA", "2026-01", "succeeded", 1}};
    room.cycle->add(std::move(input));
    room.step();
    EXPECT_EQ(state(room, room.store.backfills.begin()->first), "succeeded");
    check(room);
}

TEST(Backfills, APeriodWithoutAnythingToDoEndsAtOnceAndTheNextBegins) {
    Room room;
    room.deploy(monthly(room));
    BackfillRequest none = wish("2026-01..2026-04", 2);
    auto flow = monthly(room);
    flow->partition_over = value_of(Json("${{ params.period < '2026-03' ? [] : ['AA'] }}"));
    room.deploy(flow, "2");
    const std::int64_t id = start(room, none);
    EXPECT_EQ(told(room, id), "2026-01 succeeded; 2026-02 succeeded; 2026-03 running; 2026-04 running; ");
}

TEST(Backfills, PauseResumeAndCancel) {
    Room room;
    room.deploy(monthly(room));
    const std::int64_t id = start(room, wish("2026-01..2026-04", 2));
    ASSERT_TRUE(turn(room, id, BackfillVerb::Pause));
    EXPECT_EQ(turn(room, id, BackfillVerb::Pause).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(room.store.backfills.at(id).note, "paused by ben");
    end_period(room, id, "2026-01");
    EXPECT_EQ(told(room, id), "2026-01 succeeded; 2026-02 running; 2026-03 waiting; 2026-04 waiting; ");
    room.boot();
    room.step();
    EXPECT_EQ(told(room, id), "2026-01 succeeded; 2026-02 running; 2026-03 waiting; 2026-04 waiting; ") << "also after a restart";
    ASSERT_TRUE(turn(room, id, BackfillVerb::Resume));
    EXPECT_EQ(told(room, id), "2026-01 succeeded; 2026-02 running; 2026-03 running; 2026-04 waiting; ");
    const Result<Reply> foreseen = turn(room, id, BackfillVerb::Cancel, true, true);
    EXPECT_NE(foreseen->body.find("1 succeeded, 1 cancelled, 2 running"), std::string::npos) << foreseen->body;
    EXPECT_EQ(state(room, id), "running");
    ASSERT_TRUE(turn(room, id, BackfillVerb::Cancel));
    EXPECT_EQ(told(room, id), "2026-01 succeeded; 2026-02 running; 2026-03 running; 2026-04 cancelled; ");
    EXPECT_EQ(state(room, id), "cancelling");
    EXPECT_EQ(turn(room, id, BackfillVerb::Cancel).error().kind, ErrorKind::Conflict);
    while (!room.executor->started.empty()) {
        room.end();
    }
    EXPECT_EQ(state(room, id), "cancelled");
    EXPECT_EQ(told(room, id), "2026-01 succeeded; 2026-02 succeeded; 2026-03 succeeded; 2026-04 cancelled; ");
}

TEST(Backfills, ACancelTakesTheRunsWithItWhereThatIsAsked) {
    Room room;
    room.deploy(monthly(room));
    const std::int64_t id = start(room, wish("2026-01..2026-03"));
    ASSERT_TRUE(turn(room, id, BackfillVerb::Cancel, true));
    while (!room.executor->started.empty()) {
        room.end(sdk::Interrupted{});
    }
    EXPECT_EQ(told(room, id), "2026-01 cancelled; 2026-02 cancelled; 2026-03 cancelled; ");
    EXPECT_EQ(state(room, id), "cancelled");
    EXPECT_EQ(room.store.runs.size(), 1U);
}

TEST(Backfills, GoOnAfterAKillWithOneRunPerPeriod) {
    Room room;
    room.deploy(monthly(room));
    const std::int64_t id = start(room, wish("2026-01..2026-05", 2));
    for (int kills = 0; kills < 12 && state(room, id) == "running"; ++kills) {
        room.boot();
        room.step();
        check(room);
        if (!room.executor->started.empty()) {
            room.end();
        }
    }
    EXPECT_EQ(state(room, id), "succeeded");
    for (const auto& [period, count] : runs(room)) {
        EXPECT_EQ(count, 1) << period;
    }
    EXPECT_EQ(runs(room).size(), 5U);
}

TEST(Backfills, AnsweredAgainUnderTheSameKeyStartNothingMore) {
    Room room;
    room.deploy(monthly(room));
    BackfillRequest wanted = wish("2026-01");
    wanted.idempotency = {"key", "same"};
    const std::int64_t first = start(room, wanted);
    EXPECT_EQ(start(room, wanted), first);
    EXPECT_EQ(room.store.runs.size(), 1U);
}

TEST(Backfills, SayWhyTheyAreRefused) {
    Room room;
    room.deploy(monthly(room));
    room.deploy(room.flow("plain", {task("a", {}, true)}));
    const auto refused = [&](BackfillRequest wanted) {
        const Result<Reply> answer = room.ask<BackfillInput>(std::move(wanted));
        EXPECT_FALSE(answer);
        return answer ? "" : answer.error().message;
    };
    BackfillRequest wanted = wish("2026-01");
    wanted.workflow = "infr";
    EXPECT_NE(refused(wanted).find("did you mean 'infer'"), std::string::npos) << refused(wanted);
    wanted.workflow = "plain";
    EXPECT_NE(refused(wanted).find("has no parameter 'period'"), std::string::npos) << refused(wanted);
    wanted = wish("1999-01");
    EXPECT_NE(refused(wanted).find("the parameters do not fit: /params/period"), std::string::npos) << refused(wanted);
    wanted = wish("2026-01");
    wanted.params = JsonObject{{"period", "2026-02"}};
    EXPECT_NE(refused(wanted).find("comes from the backfill's own"), std::string::npos) << refused(wanted);
    wanted.params = JsonObject{{"purpose", "evaluation"}};
    EXPECT_NE(refused(wanted).find("would be nobody's work"), std::string::npos) << refused(wanted);
    wanted = wish("2026-01");
    wanted.by.countries = Countries::of({"AA"});
    EXPECT_NE(refused(wanted).find("name these as countries"), std::string::npos) << refused(wanted);
    EXPECT_TRUE(room.store.backfills.empty());
    EXPECT_TRUE(room.store.runs.empty());
}

TEST(Backfills, WhoMayWorkForSomeCountriesTurnsNoneThatReachesFurther) {
    Room room;
    room.deploy(monthly(room));
    const std::int64_t all = start(room, wish("2026-01..2026-02"));
    BackfillOrder order;
    order.by = {"carl", Role::Operator, Countries::of({"AA"}), 0};
    order.backfill = all;
    EXPECT_EQ(room.ask<BackfillOrderInput>(order).error().kind, ErrorKind::Forbidden);
    BackfillRequest own = wish("2026-05");
    own.by = order.by;
    own.countries = {"AA"};
    order.backfill = start(room, own);
    ASSERT_TRUE(room.ask<BackfillOrderInput>(order));
    EXPECT_EQ(state(room, order.backfill), "paused");
}

TEST(Backfills, AFullGroupThatRefusesLetsItsPeriodWait) {
    Room room;
    auto flow = monthly(room);
    flow->concurrency = {"infer", 1, core::dag::OnConflict::Reject};
    room.deploy(flow);
    const ports::RunId busy = room.submit("infer");
    const std::int64_t id = start(room, wish("2026-01"));
    EXPECT_EQ(told(room, id), "2026-01 waiting; ");
    EXPECT_NE(room.store.backfill_periods.at({id, "2026-01"}).reason.find("already has its 1 running"), std::string::npos);
    room.end();
    room.end();
    EXPECT_EQ(room.state(busy), "succeeded");
    EXPECT_EQ(told(room, id), "2026-01 running; ");
}

TEST(Backfills, ARunThatCannotBeTakenUpAgainFailsItsPeriod) {
    Room room;
    room.deploy(monthly(room));
    const std::int64_t id = start(room, wish("2026-01"));
    room.texts.clear();
    room.boot();
    room.step();
    EXPECT_EQ(told(room, id), "2026-01 failed; ");
    EXPECT_EQ(state(room, id), "failed");
}

}  // namespace
}  // namespace kontor::engine::testing
