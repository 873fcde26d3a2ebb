// The demo's loader against a real PostgreSQL, and its tables through the queries that the workflows use.
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include "demo/demo.hpp"
#include "embedded_pg/cluster.hpp"
#include "support/task_bench.hpp"
#include "support/temporary_folder.hpp"
#include "tasks/warehouse/register.hpp"

namespace kontor {
namespace {

class WarehouseDemo : public testing::Test {
 protected:
    static void SetUpTestSuite() {
        temporary_ = std::make_unique<test::TemporaryFolder>();
        embedded_pg::ClusterOptions options;
        options.folder = temporary_->path() / "postgres";
        options.databases = {"warehouse"};
        auto started = embedded_pg::EmbeddedCluster::start(options);
        ASSERT_TRUE(started) << describe(started.error());
        cluster_ = std::move(*started);
    }
    static void TearDownTestSuite() {
        cluster_.reset();
        temporary_.reset();
    }

    static demo::DemoOptions small() {
        demo::DemoOptions options;
        options.url = cluster_->connection_string("warehouse");
        options.labelled_per_country = 60;
        options.unlabelled_per_country = 90;
        options.period = "2026-11";
        return options;
    }
    static std::string value(const std::string& sql) {
        PGconn* connection = PQconnectdb(cluster_->connection_string("warehouse").c_str());
        PGresult* result = PQexec(connection, sql.c_str());
        EXPECT_EQ(PQresultStatus(result), PGRES_TUPLES_OK) << PQerrorMessage(connection);
        std::string text = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
        PQclear(result);
        PQfinish(connection);
        return text;
    }

    static std::unique_ptr<test::TemporaryFolder> temporary_;
    static std::unique_ptr<embedded_pg::EmbeddedCluster> cluster_;
};
std::unique_ptr<test::TemporaryFolder> WarehouseDemo::temporary_;
std::unique_ptr<embedded_pg::EmbeddedCluster> WarehouseDemo::cluster_;

TEST_F(WarehouseDemo, LoadsEveryCountryOnceAndDoesNothingTheSecondTime) {
    int calls = 0;
    const auto first = demo::load_demo(small(), [&](const demo::DemoProgress& progress) {
        ++calls;
        EXPECT_EQ(progress.rows_total, 38 * 150);
        return true;
    });
    ASSERT_TRUE(first) << describe(first.error());
    EXPECT_TRUE(first->loaded);
    EXPECT_EQ(first->labelled, 38 * 60);
    EXPECT_EQ(first->sold, 38 * 90);
    EXPECT_EQ(first->countries, 38);
    EXPECT_GE(calls, 76);
    EXPECT_EQ(value("select count(distinct country) || '/' || count(*) from sold_item where period = '2026-11'"), "38/3420");
    EXPECT_EQ(value("select count(*) from code_list"), std::to_string(first->codes));
    const std::string rows = value("select md5(string_agg(t::text, '|' order by country, item_id, title)) from labelled_item t");

    const auto again = demo::load_demo(small());
    ASSERT_TRUE(again) << describe(again.error());
    EXPECT_FALSE(again->loaded);
    EXPECT_EQ(again->labelled, first->labelled);

    demo::DemoOptions other = small();
    other.seed = 2;
    const auto replaced = demo::load_demo(other);
    ASSERT_TRUE(replaced) << describe(replaced.error());
    EXPECT_TRUE(replaced->loaded);
    EXPECT_EQ(value("select count(*) from labelled_item"), "2280");
    ASSERT_TRUE(demo::load_demo(small()));
    EXPECT_EQ(value("select md5(string_agg(t::text, '|' order by country, item_id, title)) from labelled_item t"), rows);
}

TEST_F(WarehouseDemo, AStopLeavesTheOldData) {
    ASSERT_TRUE(demo::load_demo(small()));
    demo::DemoOptions other = small();
    other.seed = 9;
    int countries = 0;
    const auto stopped = demo::load_demo(other, [&](const demo::DemoProgress&) { return ++countries < 20; });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(value("select options like '%seed 1,%' from demo_load"), "t");
    EXPECT_EQ(value("select count(*) from sold_item"), "3420");
}

TEST_F(WarehouseDemo, WrongOptionsAndAnAbsentDatabaseAreSaid) {
    demo::DemoOptions options = small();
    options.period = "2026-13";
    EXPECT_EQ(demo::load_demo(options).error().kind, ErrorKind::Invalid);
    options = small();
    options.labelled_per_country = -1;
    EXPECT_EQ(demo::load_demo(options).error().kind, ErrorKind::Invalid);
    options = small();
    options.url = cluster_->connection_string("nowhere");
    const auto absent = demo::load_demo(options);
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().kind, ErrorKind::NotFound) << describe(absent.error());
    options.url = "postgresql://127.0.0.1:1/warehouse";
    EXPECT_EQ(demo::load_demo(options).error().kind, ErrorKind::Unavailable);
}

TEST_F(WarehouseDemo, TheShippedQueriesExtractIt) {
    ASSERT_TRUE(demo::load_demo(small()));
    sdk::TaskRegistry registry;
    tasks::warehouse::register_tasks(registry);
    const auto extract = [&](const char* query, sdk::JsonObject params) {
        test::TaskBench bench;
        bench.identity_.country.clear();
        bench.settings_["warehouse.default"] = cluster_->connection_string("warehouse");
        bench.settings_["folder.workflows"] = KONTOR_SOURCE_DIR "/workflows";
        const sdk::Outcome outcome = bench.run(registry, "warehouse.extract",
                                               {{"query", query}, {"split_by", "country"}, {"params", std::move(params)}});
        if (const auto* failed = std::get_if<sdk::Failed>(&outcome)) {
            ADD_FAILURE() << query << ": " << failed->reason;
            return sdk::Json(sdk::JsonObject{{"countries", sdk::JsonArray{}}, {"rows", 0}});
        }
        EXPECT_TRUE(bench.log_.size() == 1) << query << " does not use a value, or has rows in quarantine";
        return std::get<sdk::Succeeded>(outcome).outputs;
    };
    const sdk::JsonArray all;
    EXPECT_EQ(extract("queries/labelled_items.sql", {{"countries", all}}).at("rows"), 38 * 60);
    EXPECT_EQ(extract("queries/labelled_items.sql", {{"countries", {"DE", "NO"}}}).at("countries"), sdk::Json({"DE", "NO"}));
    EXPECT_EQ(extract("queries/sold_items.sql", {{"countries", all}, {"period", "2026-11"}}).at("rows"), 38 * 90);
    EXPECT_EQ(extract("queries/sold_items.sql", {{"countries", {"FR"}}, {"period", "2026-11"}}).at("rows"), 90);
    EXPECT_EQ(extract("queries/sold_items.sql", {{"countries", all}, {"period", "2026-10"}}).at("rows"), 0);
    const auto now = extract("queries/code_lists.sql", {{"countries", {"DE"}}, {"period", "2026-11"}}).at("rows").as_int64();
    const auto before = extract("queries/code_lists.sql", {{"countries", {"DE"}}, {"period", "2010-01"}}).at("rows").as_int64();
    EXPECT_GE(now, 8);
    EXPECT_EQ(before, 1) << "the withdrawn code only";
}

}  // namespace
}  // namespace kontor
