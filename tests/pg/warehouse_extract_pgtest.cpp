// warehouse.extract against a real PostgreSQL: a private cluster, started once for all of these tests.
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "embedded_pg/cluster.hpp"
#include "support/task_bench.hpp"
#include "support/temporary_folder.hpp"
#include "tasks/warehouse/register.hpp"

namespace kontor {
namespace {

namespace fs = std::filesystem;
using sdk::FailureClass;

class WarehouseExtract : public testing::Test {
 protected:
    static void SetUpTestSuite() {
        temporary_ = std::make_unique<test::TemporaryFolder>();
        folder_ = temporary_->path();
        embedded_pg::ClusterOptions options;
        options.folder = folder_ / "postgres";
        options.databases = {"warehouse"};
        auto started = embedded_pg::EmbeddedCluster::start(options);
        ASSERT_TRUE(started) << describe(started.error());
        cluster_ = std::move(*started);
        fs::create_directories(folder_ / "workflows/queries");
        sql("create table item (id int, country text, title text, price text);"
            "insert into item values (1,'DE','Kühlschrank, weiß','9.5'), (2,'FR',E'deux\\nlignes',null), (3,'DE','','7'),"
            "  (4,null,'kein Land','1'), (5,'de','klein','1'), (6,'NO','\"kaffe\"','x');"
            "create table large as select g as id, case g % 3 when 0 then 'DE' when 1 then 'FR' else 'NO' end as country,"
            "  repeat('a text that is not too short ', 4) || g as title from generate_series(1, 200000) g; analyze;");
    }
    static void TearDownTestSuite() {
        cluster_.reset();
        temporary_.reset();
    }

    static void sql(const std::string& text, const std::string& database = "warehouse") {
        PGconn* connection = PQconnectdb(cluster_->connection_string(database).c_str());
        PGresult* result = PQexec(connection, text.c_str());
        EXPECT_TRUE(PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK) << PQerrorMessage(connection);
        PQclear(result);
        PQfinish(connection);
    }

    void SetUp() override {
        tasks::warehouse::register_tasks(registry_);
        bench_.identity_.country.clear();
        bench_.settings_["warehouse.default"] = cluster_->connection_string("warehouse");
        bench_.settings_["folder.workflows"] = (folder_ / "workflows").string();
    }

    sdk::Outcome run(sdk::JsonObject input) { return bench_.run(registry_, "warehouse.extract", std::move(input)); }
    sdk::Json outputs(sdk::JsonObject input) {
        const sdk::Outcome outcome = run(std::move(input));
        if (const auto* failed = std::get_if<sdk::Failed>(&outcome)) {
            ADD_FAILURE() << failed->reason;
            return nullptr;
        }
        return std::get<sdk::Succeeded>(outcome).outputs;
    }
    sdk::Failed failure(sdk::JsonObject input) {
        const sdk::Outcome outcome = run(std::move(input));
        const auto* failed = std::get_if<sdk::Failed>(&outcome);
        EXPECT_NE(failed, nullptr);
        EXPECT_TRUE(bench_.objects_.stored().empty()) << "a failed extraction stored an object";
        return failed == nullptr ? sdk::Failed{} : *failed;
    }
    std::vector<std::vector<std::string>> rows_at(const sdk::Json& outputs, std::string_view pointer) {
        return bench_.rows_of(sdk::object_ref_from(outputs.at_pointer(pointer), "object"));
    }

    static std::unique_ptr<test::TemporaryFolder> temporary_;
    static fs::path folder_;
    static std::unique_ptr<embedded_pg::EmbeddedCluster> cluster_;
    sdk::TaskRegistry registry_;
    test::TaskBench bench_;
};
std::unique_ptr<test::TemporaryFolder> WarehouseExtract::temporary_;
fs::path WarehouseExtract::folder_;
std::unique_ptr<embedded_pg::EmbeddedCluster> WarehouseExtract::cluster_;

using Rows = std::vector<std::vector<std::string>>;

TEST_F(WarehouseExtract, RowsAreSplitByCountryAndArriveAsTheyAre) {
    const sdk::Json out = outputs({{"sql", "select id, country, title, price from item order by id"}, {"split_by", "country"}});
    EXPECT_EQ(out.at("countries"), sdk::Json({"DE", "FR", "NO"}));
    EXPECT_EQ(out.at("rows"), 6);
    EXPECT_EQ(out.at_pointer("/datasets/DE/rows"), 2);
    const Rows german{{"id", "country", "title", "price"}, {"1", "DE", "Kühlschrank, weiß", "9.5"}, {"3", "DE", "", "7"}};
    EXPECT_EQ(rows_at(out, "/datasets/DE/object"), german);
    const Rows french{{"id", "country", "title", "price"}, {"2", "FR", "deux\nlignes", ""}};
    EXPECT_EQ(rows_at(out, "/datasets/FR/object"), french);
    EXPECT_EQ(rows_at(out, "/datasets/NO/object").at(1).at(2), "\"kaffe\"");
    EXPECT_EQ(out.at_pointer("/quarantine/rows"), 2);
    EXPECT_EQ(out.at_pointer("/quarantine/reasons/country_missing"), 1);
    EXPECT_EQ(out.at_pointer("/quarantine/reasons/country_not_iso"), 1);
}

TEST_F(WarehouseExtract, AQueryFileWithValuesGivesOneDatasetWithoutSplit) {
    std::ofstream(folder_ / "workflows/queries/some.sql")
        << "select id from item -- :not_this\nwhere country = any(:countries) and title <> :title::text order by id;\n-- the end";
    const sdk::Json out = outputs({{"query", "queries/some.sql"},
                                   {"params", {{"countries", {"DE", "NO"}}, {"title", "Kühlschrank, weiß"}}}});
    EXPECT_EQ(out.at("rows"), 2);
    const Rows expected{{"id"}, {"3"}, {"6"}};
    EXPECT_EQ(rows_at(out, "/dataset/object"), expected);
}

TEST_F(WarehouseExtract, ANullAsTheOnlyColumnStaysARow) {
    const sdk::Json out = outputs({{"sql", "select country from item where id in (4, 5) order by id"}});
    EXPECT_EQ(out.at("rows"), 2);
    const Rows expected{{"country"}, {""}, {"de"}};
    EXPECT_EQ(rows_at(out, "/dataset/object"), expected);
}

TEST_F(WarehouseExtract, EveryCountryIsRegisteredAsARawDataset) {
    const sdk::Outcome outcome = run({{"sql", "select country, id from item"}, {"split_by", "country"}, {"name", "labelled"}});
    const auto& effects = std::get<sdk::Succeeded>(outcome).effects;
    ASSERT_EQ(effects.size(), 3U);
    const auto& first = std::get<sdk::DatasetRegistered>(effects.front());
    EXPECT_EQ(first.country, "DE");
    EXPECT_EQ(first.kind, "raw");
    EXPECT_EQ(first.rows, 2);
}

TEST_F(WarehouseExtract, NoRowsAreAClearResult) {
    const sdk::Json out = outputs({{"sql", "select country from item where false"}, {"split_by", "country"}});
    EXPECT_EQ(out.at("countries"), sdk::JsonArray{});
    EXPECT_EQ(out.at("rows"), 0);
}

TEST_F(WarehouseExtract, AWrongColumnIsAConfigErrorWithItsPlaceInTheFile) {
    std::ofstream(folder_ / "workflows/queries/wrong.sql") << "select country,\n       titel\nfrom item where id > :a";
    const sdk::Failed failed = failure({{"query", "queries/wrong.sql"}, {"split_by", "country"}, {"params", {{"a", 1}}}});
    EXPECT_EQ(failed.kind, FailureClass::Config);
    EXPECT_NE(failed.reason.find("queries/wrong.sql"), std::string::npos) << failed.reason;
    EXPECT_NE(failed.reason.find("line 2, column 8: column \"titel\" does not exist"), std::string::npos) << failed.reason;
    EXPECT_NE(failed.reason.find("title"), std::string::npos) << "the server's hint is passed on: " << failed.reason;
}

TEST_F(WarehouseExtract, WhatAPersonMustMendIsAConfigError) {
    EXPECT_EQ(failure({{"sql", "select * from nowhere"}}).kind, FailureClass::Config);
    EXPECT_EQ(failure({{"sql", "selec 1"}}).kind, FailureClass::Config);
    EXPECT_EQ(failure({{"query", "queries/none.sql"}}).kind, FailureClass::Config);
    EXPECT_EQ(failure({{"sql", "select 1 as a"}, {"query", "queries/none.sql"}}).kind, FailureClass::Config);
    EXPECT_EQ(failure({{"sql", "select 1 as a, 2 as a"}}).kind, FailureClass::Config);
    EXPECT_EQ(failure({{"sql", "select 1 as a"}, {"warehouse", "other"}}).kind, FailureClass::Config);
    const sdk::Failed split = failure({{"sql", "select id, title from item"}, {"split_by", "country"}});
    EXPECT_EQ(split.kind, FailureClass::Config);
    EXPECT_NE(split.reason.find("no column 'country' to split by; it gives id, title"), std::string::npos) << split.reason;
}

TEST_F(WarehouseExtract, AQueryThatWritesIsRefused) {
    sql("create or replace function grow() returns int language sql as 'insert into item values (99) returning 1'");
    EXPECT_EQ(failure({{"sql", "select grow() as n"}}).kind, FailureClass::Config);
    EXPECT_EQ(failure({{"sql", "insert into item values (99) returning id"}}).kind, FailureClass::Config);
    const sdk::Json out = outputs({{"sql", "select count(*) as n from item where id = 99"}});
    EXPECT_EQ(rows_at(out, "/dataset/object").at(1).at(0), "0");
}

TEST_F(WarehouseExtract, AValueThatDoesNotConvertMidwayIsADataErrorAndStoresNothing) {
    const sdk::Failed failed = failure({{"sql", "select country, price::numeric from item where price is not null order by id"},
                                        {"split_by", "country"}});
    EXPECT_EQ(failed.kind, FailureClass::Data);
    EXPECT_NE(failed.reason.find("\"x\""), std::string::npos) << failed.reason;
}

TEST_F(WarehouseExtract, AnUnreachableWarehouseIsTriedAgainAndAWrongOneIsNot) {
    bench_.settings_["warehouse.default"] = "postgresql://127.0.0.1:1/warehouse";
    EXPECT_EQ(failure({{"sql", "select 1 as a"}}).kind, FailureClass::Transient);
    bench_.settings_["warehouse.default"] = cluster_->connection_string("nowhere");
    const sdk::Failed absent = failure({{"sql", "select 1 as a"}});
    EXPECT_EQ(absent.kind, FailureClass::Config);
    EXPECT_NE(absent.reason.find("\"nowhere\" does not exist"), std::string::npos) << absent.reason;
    bench_.settings_["warehouse.default"] = "postgresql://a:b@c:notaport/d?secret=x";
    EXPECT_EQ(failure({{"sql", "select 1 as a"}}).kind, FailureClass::Config);
}

TEST_F(WarehouseExtract, BrokenTextInADatabaseWithoutEncodingComesThrough) {
    sql("create database bytes encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'");
    sql("set client_encoding to 'SQL_ASCII'; create table t as select 'DE' as country, chr(200) as title", "bytes");
    bench_.settings_["warehouse.default"] = cluster_->connection_string("bytes");
    const sdk::Json out = outputs({{"sql", "select country, title from t"}, {"split_by", "country"}});
    EXPECT_EQ(out.at_pointer("/datasets/DE/rows"), 1);
}

TEST_F(WarehouseExtract, AStopEndsAQueryThatHasNotGivenARowYet) {
    std::thread stopper([&] {
        // Stop once the server is known to run the query, so that there is something to cancel.
        PGconn* watch = PQconnectdb(cluster_->connection_string("warehouse").c_str());
        for (bool seen = false; !seen;) {
            PGresult* result = PQexec(watch, "select count(*) from pg_stat_activity where query like 'COPY (select pg_sleep%'");
            seen = std::string_view(PQgetvalue(result, 0, 0)) == "1";
            PQclear(result);
        }
        bench_.stop_.request_stop();
        PQfinish(watch);
    });
    const auto started = std::chrono::steady_clock::now();
    const sdk::Outcome outcome = run({{"sql", "select pg_sleep(60)::text as a"}});
    stopper.join();
    EXPECT_TRUE(std::holds_alternative<sdk::Interrupted>(outcome));
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
    EXPECT_TRUE(bench_.objects_.stored().empty());
}

TEST_F(WarehouseExtract, AStopMidwayLeavesNothingBehind) {
    bench_.stop_after_progress_ = 4;
    const sdk::Outcome outcome = run({{"sql", "select * from large"}, {"split_by", "country"}});
    EXPECT_TRUE(std::holds_alternative<sdk::Interrupted>(outcome));
    EXPECT_TRUE(bench_.objects_.stored().empty());
}

TEST_F(WarehouseExtract, ALongTableReportsItsProgress) {
    const sdk::Json out = outputs({{"sql", "select * from large"}, {"split_by", "country"}});
    EXPECT_EQ(out.at("rows"), 200000);
    EXPECT_EQ(out.at_pointer("/datasets/FR/rows"), 66667);
    ASSERT_GT(bench_.progress_.size(), 5U);
    EXPECT_GT(bench_.progress_.at(6).first, 0.2);
    EXPECT_LT(bench_.progress_.at(6).first, 0.9);
    EXPECT_EQ(bench_.progress_.back().first, 1.0);
}

}  // namespace
}  // namespace kontor
