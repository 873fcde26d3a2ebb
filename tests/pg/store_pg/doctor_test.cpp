// The doctor finds each thing that is planted, and nothing in a healthy database.
#include <gtest/gtest.h>

#include <chrono>

#include "base/json.hpp"
#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using namespace ports;
using test::PgCluster;

class Doctor : public ::testing::Test {
 protected:
    Doctor() : target_(PgCluster::shared().migrated_database()), reads_(make_reads({target_})) {}

    std::string sql(const std::string& statement) { return PgCluster::run(target_, statement); }
    // "warn [what was found]"
    std::string check(
        const std::string& name, std::vector<std::optional<std::string>> parameters = {}
    ) {
        const Result<std::string> told = reads_->read("doctor", parameters);
        EXPECT_TRUE(told) << describe(told.error());
        const Json answer =
            told ? json_from_text(*told).value() : Json(JsonObject{{"checks", JsonArray{}}});
        for (const Json& each : answer.at("checks").as_array()) {
            if (text_member(each, "name") == name) {
                return text_member(each, "state") + " " + to_text(each.at("found"));
            }
        }
        return "no such check";
    }

    std::string target_;
    std::unique_ptr<Reads> reads_;
};

TEST_F(Doctor, FindsNothingInAHealthyDatabase) {
    const Json told = json_from_text(*reads_->read("doctor", {})).value();
    for (const Json& each : told.at("checks").as_array()) {
        EXPECT_EQ(text_member(each, "state"), "ok") << to_text(each);
    }
    EXPECT_EQ(told.at("checks").as_array().size(), 13U);
}

TEST_F(Doctor, FindsWhatIsPlanted) {
    sql("insert into run (id, workflow, hash, state, params, correlation, depth, priority, "
        "created_at, finished_at, reason) values"
        " (1, 'w', 'h', 'succeeded', '{}', 'c', 0, 0, now(), now(), ''), (2, 'w', 'h', 'running', "
        "'{}', 'c', 0, 0, now() - interval '2 hours', null, ''),"
        " (3, 'w', 'h', 'running', '{}', 'c', 0, 0, now() - interval '9 days', null, '');"
        "insert into task_live (id, run, started_at, next_at, attempt, state, task, country, item, "
        "reason) values"
        " (11, 1, now(), null, 1, 'running', 't', 'DE', '', ''), (12, 99, now(), null, 1, "
        "'running', 't', 'DE', '', ''),"
        " (31, 3, now() - interval '8 days', null, 1, 'running', 't', 'DE', '', ''), (32, 3, "
        "now(), now() - interval '1 hour', 1, 'retrying', 't', 'DE', '', '');"
        "insert into dead_letter (id, kind, run, task_id, workflow, task, country, item, "
        "failure_class, reason, fingerprint, attempts, created_at)"
        " values (5, 'task', 1, 77, 'w', 't', 'DE', '', 'data', 'bad', 'f', 1, now());"
        "insert into winner (id, run, task, country, model, valid_from, known_from) values (1, 1, "
        "1, 'DE', 'm-1', now(), now()), (2, 1, 1, 'FR', 'm-2', now(), now());"
        "insert into model (model, country, id, run, task, family, object, created_at) values "
        "('m-2', 'FR', 1, 2, 1, 'linear', '{\"key\": \"gone\"}', now());"
        "insert into schedule (workflow, trigger, cron, zone, paused, next_tick) values ('w', "
        "'late', '', '', false, now() - interval '1 hour'), ('w', 'p', '', '', true, now() - "
        "interval '1 hour');"
        "update conductor set epoch = 3, holder = 'host:1', lease_until = now() - interval '1 "
        "minute';"
        "insert into token (id, name, hash, role, created_at, created_by, expires_at) values (1, "
        "'old', repeat('a', 64), 'viewer', now(), 'anna', now() - interval '1 day')");
    sql("insert into delivery (event, workflow, trigger, state, reason, at) values (900, 'w', 't', 'pending', '', now() - interval '2 days');"
        "insert into run_expired (run, at) values (1, now() - interval '2 days'), (2, now())");
    EXPECT_EQ(check("tasks_of_ended_runs"), R"(fail ["11","12"])");
    EXPECT_EQ(check("runs_without_work"), R"(warn ["2"])");
    EXPECT_EQ(check("retries_overdue"), R"(fail ["32"])");
    EXPECT_EQ(check("tasks_running_long"), R"(warn ["31"])");
    EXPECT_EQ(check("letters_without_task"), R"(fail ["5"])");
    EXPECT_EQ(check("winners_without_model"), R"(fail ["DE","FR"])");
    EXPECT_EQ(check("deliveries_waiting"), R"(warn ["900"])");
    EXPECT_EQ(check("schedules_overdue"), R"(fail ["w/late"])");
    EXPECT_EQ(check("nobody_leads"), R"(fail ["host:1"])");
    EXPECT_EQ(check("tokens_expired"), R"(warn ["old"])");
    EXPECT_EQ(check("history_not_dropped"), R"(warn ["1"])");
}

TEST_F(Doctor, FindsOldTransactionsAndDeadRows) {
    PGconn* open = PQconnectdb(target_.c_str());
    PQclear(PQexec(open, "begin; select 1"));
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    const auto seen = [&](const char* name, std::vector<std::optional<std::string>> parameters) {
        while (!check(name, parameters).starts_with("warn") &&
               std::chrono::steady_clock::now() < until) {
            poll(nullptr, 0, 50);
        }
        return check(name, parameters);
    };
    EXPECT_TRUE(seen("transactions_open", {"0"}).starts_with("warn ["));
    EXPECT_EQ(check("transactions_open"), "ok []") << "it is a moment old";
    PQclear(PQexec(open, "rollback"));
    PQfinish(open);
    sql("alter table attempt set (autovacuum_enabled = false); insert into attempt select 1, 1, "
        "now(), now(), 1, 'lost', '', '' from generate_series(1, 1000)");
    sql("delete from attempt");
    EXPECT_EQ(seen("tables_not_vacuumed", {std::nullopt, "500"}), R"(warn ["attempt"])");
}

}  // namespace
}  // namespace kontor::store_pg
