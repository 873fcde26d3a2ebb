// Every named query runs on an empty and on a populated schema and answers with the fields of proto/README.md.
#include "store_pg/queries.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "commit_rows.hpp"
#include "contract/store_rows.hpp"
#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using namespace contract;
using test::PgCluster;
using Params = std::vector<std::optional<std::string>>;

Json task_summary(const char* name, const char* uses, bool per_country) {
    return JsonObject{
        {"name", name}, {"uses", uses}, {"title", std::string("The ") + name}, {"after", JsonArray{}},
        {"per", per_country ? JsonArray{"country"} : JsonArray{}}
    };
}

DefinitionRow infer_definition() {
    DefinitionRow definition = a_definition("hash-1", "infer");
    definition.summary = JsonObject{
        {"title", "Infer"},
        {"partition", "country"},
        {"params", JsonObject{{"type", "object"}}},
        {"tasks", JsonArray{task_summary("extract", "warehouse.extract", false), task_summary("prepare", "dataset.prepare", true),
                            task_summary("predict", "model.predict", true)}},
        {"triggers", JsonArray{JsonObject{{"name", "monthly"}, {"kind", "cron"}, {"cron", "0 2 1 * *"}, {"timezone", "UTC"}, {"event", nullptr}}}},
    };
    return definition;
}

DoneTaskRow done(TaskId id, const char* task, const char* country, Json outputs) {
    DoneTaskRow row = a_done_task(id, 1);
    row.task = task;
    row.country = country;
    row.outputs = std::move(outputs);
    return row;
}

EffectRow effect(std::int64_t id, sdk::Effect what) { return EffectRow{id, 1, 13, at_second(static_cast<int>(id)), std::move(what)}; }

// One campaign: DE is classified, FR failed for good, IT is being prepared.
Batch campaign() {
    Batch batch;
    batch.at = at_second(10);
    batch.definitions = {infer_definition()};
    RunRow run = a_run(1);
    run.workflow = "infer";
    run.countries = JsonArray{"DE", "FR", "IT"};
    RunRow child = a_run(2, "succeeded");
    child.workflow = "infer";
    child.parent_task = 12;
    child.cause = JsonObject{{"kind", "child"}, {"run", 1}};
    child.params = JsonObject{{"purpose", "evaluation"}};
    child.totals = JsonObject{{"succeeded", 1}};
    child.countries = JsonArray{"DE", "LU"};
    RunRow other = a_run(3, "failed");
    other.workflow = "infer";
    other.correlation = "campaign-2";
    batch.runs_inserted = {run, child, other};
    DoneTaskRow dead = done(14, "predict", "FR", nullptr);
    dead.state = "dead";
    dead.reason = "no winner";
    batch.done_inserted = {
        done(11, "extract", "", JsonObject{}),
        done(12, "prepare", "DE", JsonObject{{"quarantine", JsonObject{{"rows", 3}, {"reasons", JsonObject{{"id_missing", 3}}}, {"object", JsonObject{{"key", "quarantine/a"}}}}}}),
        done(13, "predict", "DE", JsonObject{{"model", JsonObject{{"id", "m-1"}}}, {"rows", 100}, {"classified", 90}, {"review", 7},
                                             {"confusion", JsonObject{{"codes", JsonArray{"a"}}, {"counts", JsonArray{JsonArray{80}}}}}}),
        dead,
    };
    // What an evaluation's child run does on held-out rows: later than the month's, and in a country more.
    for (const char* country : {"DE", "LU"}) {
        DoneTaskRow held_out = done(17 + (country[0] == 'L' ? 1 : 0), "predict", country, JsonObject{{"model", "m-2"}, {"rows", 20}, {"classified", 20}, {"review", 0}});
        held_out.run = 2;
        batch.done_inserted.push_back(held_out);
    }
    LiveTaskRow live = a_live_task(15, 1);
    live.country = "IT";
    batch.live_inserted = {live};
    batch.progress = {{15, 0.5, "half"}};
    batch.attempts = {{13, 1, 1, at_second(5), at_second(6), "succeeded", "", ""}};
    batch.events = {an_event(41, "a")};
    batch.deliveries = {{41, "infer", "monthly", "started", 1, "", at_second(9)}, {41, "", "", "filtered", std::nullopt, "", at_second(9)}};
    batch.dead_letters = {a_dead_letter(21, 1, 14), a_dead_letter(22, 1, 16)};
    batch.schedules = {{"infer", "monthly", "0 2 1 * *", "UTC", false, std::nullopt, at_second(50)}};
    TokenRow german{61, "hans", std::string(64, 'a'), "operator", JsonArray{"DE"}, at_second(1), "root", std::nullopt, std::nullopt};
    TokenRow gone{62, "eve", std::string(64, 'b'), "admin", nullptr, at_second(1), "root", std::nullopt, at_second(5)};
    TokenRow late{63, "old", std::string(64, 'c'), "viewer", nullptr, at_second(1), "root", at_second(2), std::nullopt};
    batch.tokens = {german, gone, late};
    batch.token_uses = {{61, at_second(8)}};
    batch.audit = {
        {at_second(3), "hans", "operator", "POST /v1/runs", "/v1/runs/1", "", false, "monthly", 201, "campaign-1"},
        {at_second(4), "eve", "admin", "POST /v1/tokens", "/v1/tokens/62", "", false, "", 403, ""},
    };
    batch.idempotency = {{"key-1", "print", 201, "{}", at_second(1)}};
    const sdk::ObjectRef object{"model/train/1/DE/choose.1.model", "ab", 10};
    batch.effects = {
        effect(51, sdk::ObjectWritten{object, "DE", "model", "k1", 40}),
        effect(52, sdk::ObjectOpened{object.key, "trainer", "k1"}),
        effect(53, sdk::DatasetRegistered{"DE", "train", object, 100, 3, nullptr}),
        effect(54, sdk::ModelRegistered{"m-1", "DE", "linear", object, JsonObject{{"c", 1}}, JsonObject{{"macro_f1", 0.5}}}),
        effect(55, sdk::ModelRegistered{"m-2", "DE", "softprob", object, JsonObject{}, JsonObject{}}),
        effect(56, sdk::ModelScored{"m-1", "DE", "rows-1", 80, JsonObject{{"macro_f1", 0.75}}}),
        effect(57, sdk::ModelScored{"m-2", "DE", "rows-1", 80, JsonObject{{"macro_f1", 0.25}}}),
        effect(58, sdk::WinnerChosen{"DE", "m-2", JsonObject{}, JsonObject{{"model", JsonObject{{"id", "m-2"}}}}}),
        effect(59, sdk::WinnerChosen{"DE", "m-1", JsonObject{{"rule", "better"}}, JsonObject{}}),
    };
    return batch;
}

class Queries : public ::testing::Test {
 protected:
    static void SetUpTestSuite() {
        target_ = PgCluster::shared().migrated_database();
        test::commit_rows(target_, campaign());
        {
            const auto logs = make_log_sink({target_});
            for (int n = 0; n < 120; ++n) {
                logs->write({13, 1, at_second(n), "info", "line " + std::to_string(n)});
            }
        }
        reads_ = make_reads({target_});
    }
    static void TearDownTestSuite() { reads_ = nullptr; }

    static Json read(std::string_view name, const Params& params = {}) {
        const auto answer = reads_->read(name, params);
        EXPECT_TRUE(answer) << name << ": " << describe(answer.error());
        const auto value = json_from_text(answer ? *answer : "null");
        EXPECT_TRUE(value);
        return value ? *value : Json(nullptr);
    }
    static std::set<std::string> keys(const Json& value) {
        std::set<std::string> found;
        for (const auto& entry : value.as_object()) {
            found.emplace(entry.key());
        }
        return found;
    }
    static const JsonArray& items(const Json& list) { return list.at("items").as_array(); }

    inline static std::string target_;
    inline static std::unique_ptr<ports::Reads> reads_;
};

TEST_F(Queries, RunOnAnEmptySchema) {
    const auto empty = make_reads({PgCluster::shared().migrated_database()});
    ASSERT_GE(named_queries().size(), 23U);
    for (const auto& [name, query] : named_queries()) {
        EXPECT_NE(query.sql.find("-- "), std::string::npos) << name << " names no index";
        const auto answer = empty->read(name, {});
        EXPECT_TRUE(answer) << name << ": " << describe(answer.error());
        const auto numbered = empty->read(name, Params(static_cast<std::size_t>(query.parameters), "1"));
        EXPECT_TRUE(numbered || name == "winners_at" || name == "report_as_of" || name == "events_to_replay" || name == "audit_page" || name == "log_search" || name == "dead_letters_selected") << name << ": " << describe(numbered.error());
    }
    EXPECT_EQ(*empty->read("runs_page", {}), R"({"next": null, "items": []})");
    EXPECT_EQ(*empty->read("run_one", {"1"}), "null");
    EXPECT_EQ(*empty->read("campaign_grid", {"x"}), "null");
}

TEST_F(Queries, ShowRuns) {
    const Json page = read("runs_page", {std::nullopt, std::nullopt, std::nullopt, std::nullopt, "2"});
    ASSERT_EQ(items(page).size(), 2U);
    EXPECT_EQ(items(page)[0].at("id"), 3);
    EXPECT_EQ(page.at("next"), "2");
    const std::set<std::string> fields{"id", "workflow", "hash", "state", "params", "correlation", "cause", "depth", "priority",
                                       "created_at", "started_at", "finished_at", "reason", "totals", "countries", "pauses", "edits"};
    EXPECT_EQ(keys(items(page)[0]), fields);
    EXPECT_EQ(items(page)[0].at("created_at"), "2026-05-28T20:26:41.000000Z");
    const Json second = read("runs_page", {std::nullopt, std::nullopt, std::nullopt, std::nullopt, "2", "2"});
    ASSERT_EQ(items(second).size(), 1U);
    EXPECT_TRUE(second.at("next").is_null());
    EXPECT_EQ(items(read("runs_page", {"infer", "running"})).size(), 1U);
    EXPECT_EQ(items(read("runs_page", {std::nullopt, std::nullopt, "campaign-1"})).size(), 2U);
    EXPECT_EQ(items(read("runs_page", {std::nullopt, std::nullopt, std::nullopt, "1"})).size(), 1U);

    const Json run = read("run_one", {"1"});
    ASSERT_EQ(run.at("tasks").as_array().size(), 3U);
    EXPECT_EQ(run.at("tasks").at(1).at("name"), "prepare");
    EXPECT_EQ(run.at("tasks").at(1).at("counts"), Json(JsonObject({{"running", 1}, {"succeeded", 1}})));
    EXPECT_EQ(run.at("tasks").at(1).at("total"), 2);
    EXPECT_EQ(run.at("tasks").at(2).at("counts").at("dead"), 1);
}

TEST_F(Queries, ShowTasks) {
    const Json page = read("run_tasks_page", {"1", std::nullopt, std::nullopt, std::nullopt, "3"});
    ASSERT_EQ(items(page).size(), 3U);
    EXPECT_EQ(page.at("next"), "13");
    EXPECT_EQ(items(read("run_tasks_page", {"1", "predict", "FR", "dead"})).size(), 1U);
    EXPECT_TRUE(read("run_tasks_page", {"9"}).is_null());
    const Json task = read("task_one", {"15"});
    const std::set<std::string> fields{"id", "run", "workflow", "task", "country", "item", "siblings", "state", "attempt", "started_at",
                                       "finished_at", "next_at", "progress", "progress_text", "input", "outputs", "reason", "child_run"};
    EXPECT_EQ(keys(task), fields);
    EXPECT_EQ(keys(read("task_one", {"13"})), fields);
    EXPECT_EQ(task.at("progress"), Json(0.5));
    EXPECT_EQ(task.at("progress_text"), "half");
    EXPECT_EQ(task.at("workflow"), "infer");
    EXPECT_EQ(keys(items(read("task_attempts", {"13"}))[0]),
              (std::set<std::string>{"attempt", "started_at", "finished_at", "outcome", "failure_class", "reason"}));
    const Json logs = read("task_logs", {"13"});
    ASSERT_EQ(items(logs).size(), 50U);
    EXPECT_EQ(items(logs)[0].at("text"), "line 0");
    EXPECT_EQ(keys(items(logs)[0]), (std::set<std::string>{"line", "attempt", "at", "level", "text"}));
    const std::string next(logs.at("next").as_string());
    const Json rest = read("task_logs", {"13", "1", next, "1000"});
    EXPECT_EQ(items(rest).size(), 70U);
    EXPECT_TRUE(rest.at("next").is_null());
}

TEST_F(Queries, SearchTheLogsOfARun) {
    const Json all = read("run_logs", {"1", std::nullopt, std::nullopt, std::nullopt, std::nullopt, "1000"});
    ASSERT_EQ(items(all).size(), 120U);
    EXPECT_TRUE(all.at("next").is_null());
    EXPECT_EQ(keys(items(all)[0]), (std::set<std::string>{"id", "task", "country", "item", "line", "attempt", "at", "level", "text"}));
    EXPECT_EQ(items(all)[0].at("id"), Json(13));
    const Json found = read("run_logs", {"1", std::nullopt, std::nullopt, std::nullopt, "LINE 11", "5"});
    ASSERT_EQ(items(found).size(), 5U) << "line 11, and 110 to 119";
    EXPECT_EQ(items(found)[0].at("text"), "line 11");
    const std::string next(found.at("next").as_string());
    const Json rest = read("run_logs", {"1", std::nullopt, std::nullopt, std::nullopt, "LINE 11", "50", next});
    EXPECT_EQ(items(rest).size(), 6U);
    EXPECT_TRUE(items(read("run_logs", {"1", std::nullopt, std::nullopt, "error"})).empty());
    EXPECT_EQ(items(read("task_logs", {"13", std::nullopt, std::nullopt, "1000", std::nullopt, "line 11"})).size(), 11U);
    EXPECT_TRUE(items(read("task_logs", {"13", std::nullopt, std::nullopt, "1000", "error"})).empty());
    EXPECT_TRUE(read("run_logs", {"9"}).is_null());
    const auto astray = reads_->read("run_logs", {"1", std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, "x.y"});
    EXPECT_EQ(astray.error().kind, ErrorKind::Invalid);
}

TEST_F(Queries, ShowWhichTasksPutRowsAsideAndWhereTheseLie) {
    const Json list = read("run_quarantine", {"1"});
    ASSERT_EQ(items(list).size(), 1U);
    EXPECT_EQ(keys(items(list)[0]), (std::set<std::string>{"task", "name", "country", "item", "at", "rows", "reasons", "object"}));
    EXPECT_EQ(items(list)[0].at("rows"), Json(3));
    EXPECT_TRUE(items(read("run_quarantine", {"1", "FR"})).empty());
    EXPECT_TRUE(read("run_quarantine", {"9"}).is_null());
    const Json place = read("task_quarantine", {"12"});
    EXPECT_EQ(place.at("object").at("key"), "quarantine/a");
    EXPECT_EQ(place.at("run"), Json(1));
    EXPECT_TRUE(read("task_quarantine", {"13"}).is_null());
}

TEST_F(Queries, ShowACampaignAsAGrid) {
    const Json list = read("campaigns_page");
    ASSERT_EQ(items(list).size(), 2U);
    EXPECT_EQ(keys(items(list)[0]),
              (std::set<std::string>{"correlation", "workflow", "started_at", "finished_at", "state", "runs", "countries"}));
    EXPECT_EQ(items(list)[0].at("correlation"), "campaign-2");
    EXPECT_EQ(items(list)[0].at("state"), "failed");
    EXPECT_EQ(items(list)[1].at("runs"), 2);
    EXPECT_EQ(items(list)[1].at("countries"), 3);
    EXPECT_TRUE(items(list)[1].at("finished_at").is_null());

    const Json grid = read("campaign_grid", {"campaign-1"});
    EXPECT_EQ(keys(grid), (std::set<std::string>{"correlation", "state", "seq", "periods", "columns", "rows"}));
    EXPECT_EQ(grid.at("state"), "running");
    EXPECT_EQ(grid.at("seq"), 1);
    ASSERT_EQ(grid.at("columns").as_array().size(), 2U);
    const Json& prepare = grid.at("columns").at(0);
    EXPECT_EQ(keys(prepare), (std::set<std::string>{"workflow", "task", "title", "uses", "after", "median_ms", "p95_ms"}));
    EXPECT_EQ(prepare.at("task"), "prepare");
    EXPECT_EQ(prepare.at("title"), "The prepare");
    EXPECT_TRUE(prepare.at("median_ms").is_number());
    EXPECT_EQ(prepare.at("median_ms"), prepare.at("p95_ms")) << "one country alone has prepared";
    ASSERT_EQ(grid.at("rows").as_array().size(), 3U);
    const Json& germany = grid.at("rows").at(0);
    EXPECT_EQ(germany.at("country"), "DE");
    EXPECT_EQ(keys(germany), (std::set<std::string>{"country", "cells", "winner", "dead_letters", "strip"}));
    EXPECT_EQ(keys(germany.at("winner")), (std::set<std::string>{"model", "family", "since", "run", "macro_f1", "gain"}));
    EXPECT_EQ(germany.at("winner").at("model"), "m-1");
    EXPECT_EQ(germany.at("winner").at("macro_f1"), Json(0.75));
    EXPECT_TRUE(grid.at("rows").at(1).at("winner").is_null());
    EXPECT_EQ(germany.at("cells").at(1).at("state"), "succeeded");
    EXPECT_EQ(germany.at("cells").at(1).at("task"), 13);
    const Json& france = grid.at("rows").at(1);
    EXPECT_TRUE(france.at("cells").at(0).is_null());
    EXPECT_EQ(keys(france.at("cells").at(1)),
              (std::set<std::string>{"state", "done", "total", "retrying", "bad", "cached", "task", "run", "attempt", "started_at", "finished_at", "reason"}));
    EXPECT_EQ(france.at("cells").at(1).at("bad"), 1);
    EXPECT_EQ(france.at("cells").at(1).at("cached"), 0);
    EXPECT_EQ(france.at("cells").at(1).at("state"), "dead");
    EXPECT_EQ(france.at("cells").at(1).at("reason"), "no winner");
    EXPECT_EQ(grid.at("rows").at(2).at("cells").at(0).at("state"), "running");
}

TEST_F(Queries, ShowInACampaignHowTheSameCountriesDidBefore) {
    const Json grid = read("campaign_grid", {"campaign-2"});
    ASSERT_EQ(grid.at("periods").as_array().size(), 1U);
    EXPECT_EQ(keys(grid.at("periods").at(0)), (std::set<std::string>{"correlation", "period", "started_at"}));
    EXPECT_EQ(grid.at("periods").at(0).at("correlation"), "campaign-1");
    EXPECT_TRUE(grid.at("rows").as_array().empty()) << "its run has no instance of a country";
    EXPECT_TRUE(read("campaign_grid", {"campaign-1"}).at("periods").as_array().empty());
}

TEST_F(Queries, CountInACellAlsoInstancesThatHaveNotStarted) {
    const std::string target = PgCluster::shared().migrated_database();
    Batch batch;
    batch.at = at_second(10);
    batch.definitions = {infer_definition()};
    batch.runs_inserted = {a_run(1), a_run(2, "failed")};
    for (RunRow& run : batch.runs_inserted) {
        run.workflow = "infer";
    }
    TaskId id = 10;
    const auto ended = [&](RunId run, const char* country, int siblings, const char* state) {
        DoneTaskRow row = done(++id, "prepare", country, nullptr);
        row.run = run;
        row.item = std::to_string(id);
        row.siblings = siblings;
        row.state = state;
        batch.done_inserted.push_back(row);
    };
    ended(1, "AT", 4, "dead");
    ended(1, "DE", 4, "succeeded");
    ended(1, "ES", 4, "succeeded");
    ended(2, "ES", 4, "succeeded");
    ended(2, "ES", 4, "skipped");
    ended(1, "FR", 4, "succeeded");
    ended(1, "IT", 2, "succeeded");
    ended(1, "IT", 2, "succeeded");
    ended(2, "PT", 4, "succeeded");
    LiveTaskRow live = a_live_task(++id, 1);
    live.country = "FR";
    live.siblings = 4;
    batch.live_inserted = {live};
    test::commit_rows(target, batch);

    const auto reads = make_reads({target});
    const auto answer = reads->read("campaign_grid", {"campaign-1"});
    ASSERT_TRUE(answer) << describe(answer.error());
    const Json grid = *json_from_text(*answer);
    std::map<std::string, std::string> shown;
    for (const Json& row : grid.at("rows").as_array()) {
        const Json& cell = row.at("cells").at(0);
        shown[std::string(row.at("country").as_string())] = std::string(cell.at("state").as_string()) + " " + to_text(cell.at("done")) + "/" +
            to_text(cell.at("total")) + (cell.at("finished_at").is_null() ? "" : " finished");
    }
    const std::map<std::string, std::string> expected{
        {"AT", "dead 1/4"},
        {"DE", "waiting 1/4"},
        {"ES", "waiting 3/6"},  // four of the run that goes on, two of the one that has ended
        {"FR", "running 1/4"},
        {"IT", "succeeded 2/2 finished"},
        {"PT", "succeeded 1/1 finished"},  // its run has ended: the other three will not come
    };
    EXPECT_EQ(shown, expected);
}

TEST_F(Queries, ShowARunAsShortRows) {
    const Json all = read("run_timeline", {"1"});
    EXPECT_EQ(keys(all), (std::set<std::string>{"seq", "fields", "rows", "next"}));
    EXPECT_EQ(all.at("rows").as_array().size(), 5U);
    EXPECT_TRUE(all.at("next").is_null());
    const Json& live = all.at("rows").at(4);
    EXPECT_EQ(live.at(0), 15);
    EXPECT_EQ(live.at(2), "IT");
    EXPECT_EQ(live.at(4), "running");
    EXPECT_EQ(live.at(8), Json(0.5));
    const Json part = read("run_timeline", {"1", "2", "12"});
    EXPECT_EQ(part.at("rows").at(0).at(0), 13);
    EXPECT_EQ(part.at("next"), 14);
    EXPECT_TRUE(read("run_timeline", {"9"}).is_null());
}

TEST_F(Queries, GroupDeadLettersByTheirCause) {
    const Json causes = read("dead_letter_causes", {"open"});
    ASSERT_EQ(items(causes).size(), 1U);
    EXPECT_EQ(keys(items(causes)[0]), (std::set<std::string>{"fingerprint", "letters", "open", "workflows", "tasks", "countries", "failure_class",
                                                            "reason", "first_at", "last_at", "newest"}));
    EXPECT_EQ(items(causes)[0].at("letters"), 2);
    EXPECT_EQ(items(causes)[0].at("newest"), 22);
    EXPECT_TRUE(items(read("dead_letter_causes", {"discarded"})).empty());
}

TEST_F(Queries, SelectOpenDeadLettersByEachFilter) {
    const auto selected = [&](Params params) { return read("dead_letters_selected", std::move(params)).as_array().size(); };
    EXPECT_EQ(selected({{}, {}, {}, {}, {}, {}, {}, "100"}), 2U);
    EXPECT_EQ(selected({{}, {}, {}, {}, {}, {}, {}, "1"}), 1U);
    EXPECT_EQ(selected({"train", "prepare", "DE", "data", "data/prepare/column", {}, {}, "100"}), 2U);
    for (std::size_t filter = 0; filter < 5; ++filter) {
        Params params(8);
        params[filter] = "other";
        params[7] = "100";
        EXPECT_EQ(selected(params), 0U) << "parameter " << filter + 1;
    }
    EXPECT_EQ(selected({{}, {}, {}, {}, {}, to_iso(at_second(6)), {}, "100"}), 0U) << "they came later";
    EXPECT_EQ(selected({{}, {}, {}, {}, {}, {}, to_iso(at_second(8)), "100"}), 0U) << "they came before";
    EXPECT_EQ(selected({{}, {}, {}, {}, {}, {}, {}, "100", "FR"}), 0U);
}

TEST_F(Queries, ShowWhereAModelComesFromAndHowItErrs) {
    const Json champions = read("champions", {"DE"});
    ASSERT_EQ(items(champions).size(), 2U);
    EXPECT_EQ(keys(items(champions)[0]), (std::set<std::string>{"model", "family", "valid_from", "valid_to", "run", "reason", "gain", "metrics"}));
    EXPECT_EQ(items(champions)[0].at("model"), "m-1");
    EXPECT_TRUE(items(champions)[0].at("valid_to").is_null());
    EXPECT_EQ(items(champions)[1].at("valid_to"), items(champions)[0].at("valid_from"));
    const Json confusion = read("model_confusion", {"m-1", "DE"});
    EXPECT_EQ(keys(confusion), (std::set<std::string>{"model", "country", "run", "at", "rows", "codes", "counts", "calibration"}));
    EXPECT_TRUE(confusion.at("calibration").is_null()) << "a score of before it was counted";
    EXPECT_EQ(confusion.at("counts"), Json(JsonArray({JsonArray({80})})));
    EXPECT_TRUE(read("model_confusion", {"m-9"}).is_null());
    EXPECT_TRUE(items(read("model_trials", {"m-1"})).empty()) << "its run has no task of the type model.trial";
    EXPECT_TRUE(read("model_trials", {"m-9"}).is_null());
}

TEST_F(Queries, ShowVersionsAndTheSystem) {
    const Json versions = read("workflow_versions", {"infer"});
    ASSERT_EQ(items(versions).size(), 1U);
    EXPECT_EQ(keys(items(versions)[0]), (std::set<std::string>{"version", "hash", "title", "created_at", "in_force"}));
    EXPECT_EQ(items(versions)[0].at("in_force"), true);
    EXPECT_EQ(read("workflow_version", {"infer", "1"}), read("workflow_one", {"infer"}));
    EXPECT_TRUE(read("workflow_version", {"infer", "2"}).is_null());
    EXPECT_TRUE(read("workflow_versions", {"absent"}).is_null());
    const Json system = read("system_facts");
    EXPECT_EQ(keys(system), (std::set<std::string>{"bytes", "server", "connections", "commits", "open_dead_letters", "tables"}));
    EXPECT_EQ(system.at("open_dead_letters"), 2);
    EXPECT_GT(system.at("bytes").as_int64(), 0);
}

// Each query that takes a scope takes it last.
Params scoped(std::string_view query, Params params, const char* scope) {
    params.resize(static_cast<std::size_t>(named_queries().find(query)->second.parameters) - 1);
    params.emplace_back(scope);
    return params;
}

TEST_F(Queries, ShowOnlyWhatLiesInTheScope) {
    const auto seen = [](std::string_view query, const Params& params, const char* scope) {
        return read(query, scoped(query, params, scope));
    };
    const auto count = [&](std::string_view query, const char* scope) { return items(seen(query, {}, scope)).size(); };
    EXPECT_EQ(count("runs_page", "DE"), 2U);
    EXPECT_EQ(count("runs_page", "LU,XX"), 1U);
    EXPECT_EQ(count("campaigns_page", "IT"), 1U);
    EXPECT_EQ(count("dead_letters_page", "DE"), 2U);
    EXPECT_EQ(count("models_page", "DE"), 2U);
    EXPECT_EQ(count("winners_at", "DE"), 1U);
    EXPECT_EQ(count("objects_page", "DE"), 1U);
    EXPECT_EQ(count("predictions_of", "DE"), 1U);
    EXPECT_EQ(items(seen("run_tasks_page", {"1"}, "FR")).size(), 1U);
    for (const char* scope : {"XX", ""}) {
        for (const char* list : {"runs_page", "campaigns_page", "dead_letters_page", "events_page", "models_page", "winners_at",
                                 "objects_page", "predictions_of"}) {
            EXPECT_EQ(count(list, scope), 0U) << list << " for '" << scope << "'";
        }
        const std::pair<const char*, const char*> ones[] = {
            {"run_one", "1"}, {"run_tasks_page", "1"}, {"task_one", "13"}, {"task_attempts", "13"}, {"task_logs", "13"}, {"run_logs", "1"},
            {"campaign_grid", "campaign-1"}, {"dead_letter_one", "21"}, {"event_one", "41"}, {"model_one", "m-1"}, {"model_card", "m-1"}, {"run_scope", "1"},
        };
        for (const auto& [query, id] : ones) {
            EXPECT_TRUE(seen(query, {id}, scope).is_null()) << query << " for '" << scope << "'";
            EXPECT_FALSE(read(query, {id}).is_null()) << query;
        }
    }
    EXPECT_TRUE(seen("task_one", {"11"}, "DE").is_null()) << "a task without a country belongs to all";
    EXPECT_TRUE(seen("task_one", {"14"}, "DE").is_null());
    EXPECT_EQ(items(seen("task_logs", {"13"}, "DE")).size(), 50U);
    const Json grid = seen("campaign_grid", {"campaign-1"}, "FR");
    ASSERT_EQ(grid.at("rows").as_array().size(), 1U);
    EXPECT_EQ(grid.at("rows").at(0).at("country"), "FR");
    const Json run = seen("run_one", {"1"}, "FR");
    EXPECT_EQ(run.at("countries"), Json(JsonArray{"FR"}));
    EXPECT_EQ(run.at("tasks").at(1).at("counts"), Json(JsonObject{})) << "what others' tasks do is not counted";
    EXPECT_EQ(seen("run_scope", {"1"}, "FR"), Json(JsonArray({"DE", "FR", "IT"})));
}

TEST_F(Queries, TellWhatHasBecomeOfAPartitionWhateverTheOrderOfItsFacts) {
    const auto store = make_store(target_);
    const auto led = store->lead("partitions", true);
    ASSERT_TRUE(led) << describe(led.error());
    Batch batch;
    batch.epoch = led->epoch;
    batch.seq = led->seq + 1;
    batch.at = at_second(10);
    batch.partitions = {
        {"infer", "FR", "2026-11", 1, "failed", at_second(9), 14, "predict: no winner", 0},
        {"infer", "FR", "2026-11", 3, "succeeded", at_second(4), 0, "", 0},  // it ended before, and is told later
        {"infer", "DE", "2026-11", 1, "succeeded", at_second(8), 0, "", 0},
        {"infer", "DE", "2026-11", 1, "succeeded", at_second(8), 0, "", 0},  // told again
        {"infer", "DE", "2026-10", 3, "skipped", at_second(3), 0, "report was skipped", 0},
        {"infer", "IT", "2026-11", 1, "running", at_second(2), 0, "", 1},
    };
    const auto done = store->commit(batch);
    ASSERT_TRUE(done) << describe(done.error());
    const auto told = [&](const Params& params) {
        std::string text;
        const Json list = read("partitions_page", params);
        for (const Json& item : items(list)) {
            text += text_member(item, "country") + " " + text_member(item, "period") + " " + text_member(item, "state") + "; ";
        }
        return text;
    };
    EXPECT_EQ(told({}), "DE 2026-11 succeeded; FR 2026-11 failed; IT 2026-11 running; DE 2026-10 missing; ");
    EXPECT_EQ(told({"infer", std::nullopt, "2026-10"}), "DE 2026-10 missing; FR 2026-10 missing; IT 2026-10 missing; ")
        << "nothing is known of two of them";
    EXPECT_EQ(told({"infer", std::nullopt, "2026-10", "missing", "2", "infer/2026-10/DE"}), "FR 2026-10 missing; IT 2026-10 missing; ");
    EXPECT_EQ(told({"infer", std::nullopt, "2026-10", "succeeded"}), "");
    EXPECT_EQ(told({std::nullopt, std::nullopt, std::nullopt, "failed"}), "FR 2026-11 failed; ");
    EXPECT_EQ(told({std::nullopt, "DE"}), "DE 2026-11 succeeded; DE 2026-10 missing; ");
    EXPECT_EQ(told({std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, "FR,IT"}), "FR 2026-11 failed; IT 2026-11 running; ");
    EXPECT_EQ(told({"infer", std::nullopt, "2026-10", std::nullopt, std::nullopt, std::nullopt, "IT"}), "IT 2026-10 missing; ");

    const Json known = read("partitions_known", {"infer", "2026-10"});
    EXPECT_EQ(*member(known, "countries"), Json(JsonArray{"DE", "FR", "IT"}));
    EXPECT_EQ(items(known).size(), 1U);
    const Json italian = read("partitions_known", {"infer", "2026-10", "IT"});
    EXPECT_EQ(*member(italian, "countries"), Json(JsonArray{"IT"}));

    const Json first = read("partitions_page", {"infer", std::nullopt, std::nullopt, std::nullopt, "2"});
    EXPECT_EQ(text_member(first, "next"), "infer/2026-11/FR");
    const Json french = member(first, "items")->as_array().at(1);
    EXPECT_EQ(member(french, "run")->get_int64(), 1);
    EXPECT_EQ(member(*member(french, "last_success"), "run")->get_int64(), 3);
    const Json& failure = *member(french, "last_failure");
    EXPECT_EQ(text_member(failure, "class"), "data");
    EXPECT_EQ(text_member(failure, "reason"), "predict: no winner");
    EXPECT_EQ(member(failure, "task_id")->get_int64(), 14);
    EXPECT_EQ(told({"infer", std::nullopt, std::nullopt, std::nullopt, "2", "infer/2026-11/FR"}), "IT 2026-11 running; DE 2026-10 missing; ");
}

TEST_F(Queries, ShowBackfillsWithTheirPeriods) {
    const auto store = make_store(target_);
    const auto led = store->lead("backfills", true);
    ASSERT_TRUE(led) << describe(led.error());
    Batch batch;
    batch.epoch = led->epoch;
    batch.seq = led->seq + 1;
    batch.at = at_second(10);
    BackfillRow german{71, "infer", JsonObject{}, JsonArray{"DE"}, nullptr, true, 2, -100, "anna", "", at_second(1), "running", "", std::nullopt};
    BackfillRow all{72, "infer", JsonObject{}, nullptr, nullptr, false, 1, -100, "ben", "", at_second(2), "failed", "", at_second(9)};
    batch.backfills = {german, all};
    batch.backfill_periods = {
        {71, "2026-02", nullptr, "waiting"}, {71, "2026-01", JsonArray{"DE"}, "running", 1, "", at_second(3)},
        {72, "2026-01", nullptr, "failed", 3, "no winner", at_second(3), at_second(4)},
    };
    const auto done = store->commit(batch);
    ASSERT_TRUE(done) << describe(done.error());
    const Json list = read("backfills_page");
    ASSERT_EQ(items(list).size(), 2U);
    EXPECT_EQ(text_member(items(list)[0], "summary"), "1 failed");
    EXPECT_EQ(text_member(items(list)[1], "summary"), "1 running, 1 waiting");
    EXPECT_EQ(read("backfills_page", {"infer", "running"}).at("items").as_array().size(), 1U);
    EXPECT_EQ(read("backfills_page", {std::nullopt, std::nullopt, std::nullopt, std::nullopt, "DE"}).at("items").as_array().size(), 1U);
    EXPECT_EQ(read("backfills_page", {std::nullopt, std::nullopt, std::nullopt, std::nullopt, "FR"}).at("items").as_array().size(), 0U);
    const Json one = read("backfill_one", {"71"});
    const JsonArray& periods = member(one, "periods")->as_array();
    ASSERT_EQ(periods.size(), 2U);
    EXPECT_EQ(text_member(periods[0], "period"), "2026-01");
    EXPECT_EQ(text_member(periods[0], "run_state"), "running");
    EXPECT_EQ(member(periods[0], "run")->get_int64(), 1);
    EXPECT_TRUE(read("backfill_one", {"72", "DE"}).is_null());
    EXPECT_TRUE(read("backfill_one", {"79"}).is_null());
}

TEST_F(Queries, ShowTokensWithoutTheirHashAndTheRecord) {
    const Json tokens = read("tokens_page");
    ASSERT_EQ(items(tokens).size(), 3U);
    EXPECT_EQ(to_text(tokens).find(std::string(64, 'a')), std::string::npos);
    EXPECT_EQ(keys(items(tokens)[2]), (std::set<std::string>{"id", "name", "role", "countries", "fingerprint", "created_at", "created_by",
                                                             "expires_at", "last_used_at", "revoked_at"}));
    EXPECT_EQ(items(tokens)[2].at("last_used_at"), Json(to_iso(at_second(8))));
    const Json in_force = read("tokens_in_force");
    ASSERT_EQ(items(in_force).size(), 1U) << "neither the revoked nor the expired one";
    EXPECT_EQ(items(in_force)[0].at("hash"), Json(std::string(64, 'a')));
    EXPECT_EQ(items(read("audit_page")).size(), 2U);
    const Json of_hans = read("audit_page", {"hans"});
    ASSERT_EQ(items(of_hans).size(), 1U);
    EXPECT_EQ(items(of_hans)[0].at("reason"), "monthly");
    EXPECT_EQ(keys(items(of_hans)[0]), (std::set<std::string>{"id", "at", "who", "role", "route", "resource", "country", "dry_run", "reason",
                                                              "status", "correlation"}));
    EXPECT_EQ(items(read("audit_page", {std::nullopt, std::nullopt, "campaign-1"})).size(), 1U);
    EXPECT_EQ(items(read("audit_page", {std::nullopt, std::nullopt, std::nullopt, to_iso(at_second(4))})).size(), 1U);
}

// Whatever stands in a filter, a cursor or a limit is a value: it is found, not found, or does not fit its type.
TEST_F(Queries, TakeHostileTextForAValue) {
    const std::string rows_before = PgCluster::run(target_, "select count(*) from run");
    for (const char* hostile : {"' or '1'='1", "1; drop table run", "1); delete from run; --", "$1", "\\'; select pg_sleep(9) --", "%s%n",
                                "{\"$gt\":\"\"}", "DE,FR'); --", "0x41", "infinity", "\xc3\xa9\xf0\x9f\x92\xa9"}) {
        for (const auto& [name, query] : named_queries()) {
            for (int at = 0; at < query.parameters; ++at) {
                Params params(static_cast<std::size_t>(query.parameters));
                params[static_cast<std::size_t>(at)] = hostile;
                const auto answer = reads_->read(name, params);
                EXPECT_TRUE(answer || answer.error().kind == ErrorKind::Invalid)
                    << name << " $" << at + 1 << " = " << hostile << ": " << describe(answer.error());
            }
        }
    }
    EXPECT_EQ(PgCluster::run(target_, "select count(*) from run"), rows_before);
}

TEST_F(Queries, TheRecordIsOnlyAddedTo) {
    for (const char* change : {"update audit set who = 'nobody'", "delete from audit", "truncate audit"}) {
        EXPECT_THROW(PgCluster::run(target_, change), std::exception) << change;
    }
    EXPECT_EQ(PgCluster::run(target_, "select count(*) from audit"), "2");
}

TEST_F(Queries, ShowDeadLettersEventsAndSchedules) {
    const std::set<std::string> letter{"id", "kind", "state", "run", "task_id", "event_id", "workflow", "task", "country", "item", "failure_class",
                                       "reason", "fingerprint", "input", "attempts", "created_at", "closed_at", "closed_reason"};
    EXPECT_EQ(items(read("dead_letters_page", {"open", "train", "DE", "data/prepare/column"})).size(), 2U);
    EXPECT_EQ(read("dead_letters_page", {std::nullopt, std::nullopt, std::nullopt, std::nullopt, "1"}).at("next"), "22");
    std::set<std::string> whole = letter;
    whole.insert({"definition", "tries", "logs"});
    EXPECT_EQ(keys(read("dead_letter_one", {"21"})), whole);
    EXPECT_EQ(read("dead_letter_one", {"21"}).at("definition").at("hash"), "hash-1");
    const Json event = read("event_one", {"41"});
    EXPECT_EQ(keys(event), (std::set<std::string>{"id", "ce_id", "source", "type", "subject", "time", "data", "correlation", "depth", "run", "extensions", "replay_of", "deliveries"}));
    ASSERT_EQ(event.at("deliveries").as_array().size(), 1U);
    EXPECT_EQ(keys(event.at("deliveries").at(0)), (std::set<std::string>{"workflow", "trigger", "state", "run", "reason"}));
    EXPECT_EQ(read("event_by_source", {"/test", "a"}).at("id"), 41);
    EXPECT_EQ(items(read("events_page", {"kontor.model.trained", "campaign-1"})).size(), 1U);
    const Json schedules = read("schedules_all");
    EXPECT_EQ(keys(items(schedules)[0]), (std::set<std::string>{"workflow", "trigger", "cron", "timezone", "paused", "last_tick", "next_tick", "waiting_tick", "last_result"}));
    EXPECT_EQ(read("schedule_one", {"infer", "monthly"}), items(schedules)[0]);
    EXPECT_EQ(read("idempotency_one", {"key-1"}).at("status"), 201);
}

TEST_F(Queries, ShowModelsAndWinners) {
    const std::set<std::string> model{"id", "country", "family", "run", "task", "object", "params", "metrics", "created_at", "winner"};
    const Json page = read("models_page", {"DE"});
    ASSERT_EQ(items(page).size(), 2U);
    EXPECT_EQ(items(page)[0].at("id"), "m-2");
    EXPECT_EQ(items(page)[0].at("winner"), false);
    EXPECT_EQ(keys(read("model_one", {"m-1"})), model);
    EXPECT_EQ(read("model_one", {"m-1"}).at("winner"), true);

    const Json card = read("model_card", {"m-1"});
    EXPECT_EQ(keys(card), (std::set<std::string>{"model", "made_by", "data", "judged", "in_force"}));
    EXPECT_EQ(keys(card.at("model")), model);
    EXPECT_EQ(card.at("made_by").at("workflow"), "infer");
    EXPECT_EQ(card.at("judged").at("rows"), 80);
    EXPECT_EQ(card.at("judged").at("dataset_sha256"), "rows-1");
    EXPECT_EQ(card.at("data").at("reasons"), (Json{{"id_missing", 3}}));
    ASSERT_EQ(card.at("in_force").get_array().size(), 1U);
    EXPECT_TRUE(card.at("in_force").at(0).at("to").is_null());
    EXPECT_EQ(read("model_card", {"m-1", "DE"}), card);
    EXPECT_TRUE(read("model_card", {"m-1", "FR"}).is_null());

    const Json board = read("leaderboard", {"DE"});
    EXPECT_EQ(keys(items(board)[0]), (std::set<std::string>{"rank", "model", "family", "metrics", "rows", "seconds", "per_second", "bytes", "scored_at", "winner", "run"}));
    EXPECT_EQ(items(board)[0].at("model"), "m-1");
    EXPECT_EQ(items(board)[1].at("rank"), 2);

    const Json winners = read("winners_at");
    ASSERT_EQ(items(winners).size(), 1U);
    EXPECT_EQ(keys(items(winners)[0]), (std::set<std::string>{"country", "model", "family", "metrics", "reason", "run", "valid_from", "pinned"}));
    EXPECT_EQ(items(winners)[0].at("model"), "m-1");
    EXPECT_TRUE(items(winners)[0].at("pinned").is_null());
    EXPECT_EQ(items(winners)[0].at("metrics").at("macro_f1"), Json(0.75));
    EXPECT_EQ(items(read("winners_at", {"DE", to_iso(at_second(58))}))[0].at("model"), "m-2");
    EXPECT_EQ(items(read("winners_at", {"DE", to_iso(at_second(59))}))[0].at("model"), "m-1");
    EXPECT_TRUE(items(read("winners_at", {"DE", to_iso(at_second(57))})).empty());
    // The second one is known from its choice on: before it, the first was thought to go on.
    EXPECT_EQ(items(read("winners_at", {"DE", to_iso(at_second(70)), to_iso(at_second(58))}))[0].at("model"), "m-2");
    EXPECT_EQ(items(read("winners_at", {"DE", to_iso(at_second(70)), to_iso(at_second(70))}))[0].at("model"), "m-1");
    EXPECT_TRUE(items(read("winners_at", {"DE", to_iso(at_second(58)), to_iso(at_second(57))})).empty());

    EXPECT_EQ(read("winner_candidate", {"DE", "m-2"}).at("model").at("id"), "m-2") << "it was in force";
    EXPECT_EQ(read("winner_candidate", {"DE", "m-1"}).at("model").at("id"), "m-1") << "by its last score";
    EXPECT_TRUE(read("winner_candidate", {"DE", "m-9"}).is_null());
    EXPECT_TRUE(read("winner_candidate", {"FR", "m-2"}).is_null());
}

TEST_F(Queries, TraceAModelAndADataSetToWhatRestsOnThem) {
    const Json model = read("model_lineage", {"m-1"});
    EXPECT_EQ(model.at("model").at("id"), "m-1");
    EXPECT_TRUE(model.at("model").at("training").is_null()) << "registered without it";
    EXPECT_TRUE(items(model).empty()) << "nothing was predicted with it";
    const Json data = read("dataset_lineage", {"ab"});
    EXPECT_EQ(data.at("sources").at(0).at("kind"), "train");
    EXPECT_EQ(data.at("models").get_array().size(), 2U) << "both were learned by the run and country that made it";
    for (const auto& [query, name] : {std::pair("model_lineage", "m-1"), std::pair("dataset_lineage", "ab")}) {
        EXPECT_TRUE(read(query, scoped(query, {name}, "FR")).is_null()) << query << " out of sight";
        EXPECT_TRUE(read(query, {"nobody"}).is_null()) << query;
    }
    EXPECT_TRUE(read("code_list_lineage", {"DE", "99999999999999"}).is_null());
    EXPECT_TRUE(read("report_lineage", {"DE", "2026-11", "7"}).is_null());
    EXPECT_TRUE(read("lineage_predictions", {"DE", "2026-11"}).is_null());
}

TEST_F(Queries, ShowObjectsPredictionsAndWorkflows) {
    const Json objects = read("objects_page", {"model/", "DE", "1"});
    ASSERT_EQ(items(objects).size(), 1U);
    EXPECT_EQ(keys(items(objects)[0]), (std::set<std::string>{"key", "scope", "country", "sha256", "bytes", "stored_bytes", "key_id", "run", "task", "created_at"}));
    EXPECT_TRUE(items(read("objects_page", {"raw/"})).empty());

    const Json predictions = read("predictions_of", {"campaign-1"});
    ASSERT_EQ(items(predictions).size(), 1U);
    EXPECT_EQ(keys(items(predictions)[0]), (std::set<std::string>{"country", "rows", "classified", "review", "quarantined", "model", "macro_f1", "run", "finished_at"}));
    EXPECT_EQ(items(predictions)[0].at("country"), "DE");
    EXPECT_EQ(items(predictions)[0].at("rows"), 100) << "the month's items, not the held-out ones";
    EXPECT_EQ(items(predictions)[0].at("quarantined"), 3);
    EXPECT_EQ(items(predictions)[0].at("model"), "m-1");
    EXPECT_EQ(items(predictions)[0].at("macro_f1"), Json(0.75));

    const Json workflow = read("workflow_one", {"infer"});
    EXPECT_EQ(keys(workflow), (std::set<std::string>{"name", "title", "hash", "version", "created_at", "params", "partition", "tasks", "triggers", "source"}));
    EXPECT_EQ(workflow.at("version"), 1);
    EXPECT_EQ(items(read("workflows_all")).size(), 1U);
}

TEST_F(Queries, RefuseWhatDoesNotFit) {
    EXPECT_EQ(reads_->read("no_such_query", {}).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(reads_->read("run_one", {"x"}).error().kind, ErrorKind::Invalid);
    EXPECT_EQ(reads_->read("run_one", {"1", "DE", "3"}).error().kind, ErrorKind::Invalid);
    EXPECT_EQ(reads_->read("winners_at", {"DE", "yesterday-ish"}).error().kind, ErrorKind::Invalid);
    EXPECT_EQ(read("workflow_one", {std::string("a\0b'; drop table run; --", 24)}), Json(nullptr));
    EXPECT_EQ(items(read("runs_page", {std::nullopt, std::nullopt, std::nullopt, std::nullopt, "-5"})).size(), 1U);
}

TEST_F(Queries, AlarmsAndReadingsArePagedWithinTheScope) {
    const auto store = make_store(target_);
    const auto led = store->lead("test", true);
    ASSERT_TRUE(led);
    ports::Batch batch;
    batch.epoch = led->epoch;
    batch.seq = led->seq + 1;
    batch.last_id = 100'000;
    batch.at = at_second(10);
    for (const char* country : {"DE", "FR"}) {
        for (const char* month : {"2026-09", "2026-10"}) {
            batch.readings.push_back({country, month, {"feature_psi", "title (words)", 0.25, 900}, "m-1", 1, at_second(3)});
            batch.readings.push_back({country, month, {"feature_psi", "a/b", 0.5, 900}, "m-1", 1, at_second(3)});
            batch.readings.push_back({country, month, {"volume", "", 900, 900}, "m-1", 1, at_second(3)});
        }
        ports::AlarmRow alarm;
        alarm.country = country;
        alarm.name = "drift";
        alarm.rule.metric = "feature_psi";
        alarm.rule.above = 0.25;
        alarm.state.raised = country == std::string("FR");
        alarm.state.feature = "a/b";
        alarm.raised_at = at_second(3);
        alarm.at = at_second(3);
        batch.alarms.push_back(alarm);
    }
    const auto done = store->commit(batch);
    ASSERT_TRUE(done) << describe(done.error());
    const Json all = read("alarms_all", {});
    ASSERT_EQ(items(all).size(), 2U);
    EXPECT_EQ(text_member(items(all)[0], "country"), "FR") << "raised ones first";
    EXPECT_EQ(text_member(items(all)[0], "feature"), "a/b");
    EXPECT_EQ(items(read("alarms_all", {std::nullopt, "raised", "DE"})).size(), 0U);
    EXPECT_EQ(items(read("alarms_all", {"DE", "calm", "DE"})).size(), 1U);

    std::string told;
    Params next{"DE", std::nullopt, std::nullopt, std::nullopt, "2", std::nullopt};
    for (int pages = 0; pages < 10; ++pages) {
        const Json page = read("readings_page", next);
        for (const Json& item : items(page)) {
            told += text_member(item, "period") + " " + text_member(item, "metric") + " " + text_member(item, "feature") + "; ";
        }
        if (member(page, "next")->is_null()) {
            break;
        }
        next[5] = text_member(page, "next");
    }
    EXPECT_EQ(
        told,
        "2026-10 feature_psi a/b; 2026-10 feature_psi title (words); 2026-10 volume ; "
        "2026-09 feature_psi a/b; 2026-09 feature_psi title (words); 2026-09 volume ; "
    );
    EXPECT_EQ(items(read("readings_page", {"DE", "volume", "2026-10", "2026-10"})).size(), 1U);
    EXPECT_EQ(items(read("readings_page", {"DE", std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, "FR"})).size(), 0U);
}

TEST_F(Queries, ReadOnAfterTheirConnectionsWereCut) {
    ASSERT_FALSE(read("run_one", {"1"}).is_null());
    PgCluster::run(target_, "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'kontor reads'");
    EXPECT_FALSE(read("run_one", {"1"}).is_null());
}

}  // namespace
}  // namespace kontor::store_pg
