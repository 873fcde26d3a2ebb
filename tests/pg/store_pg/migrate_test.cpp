#include "store_pg/migrate.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using test::PgCluster;

constexpr std::string_view snapshot =
    "select md5(string_agg(table_name || column_name || data_type, ',' order by table_name, column_name))"
    " from information_schema.columns where table_schema = 'public'";

TEST(Migrations, ApplyOnceOnly) {
    const std::string target = PgCluster::shared().empty_database();
    const auto first = migrate(target);
    ASSERT_TRUE(first) << describe(first.error());
    EXPECT_EQ(*first, static_cast<int>(embedded_migrations().size()));
    const std::string before = PgCluster::run(target, std::string(snapshot));
    const auto second = migrate(target);
    ASSERT_TRUE(second) << describe(second.error());
    EXPECT_EQ(*second, 0);
    EXPECT_EQ(PgCluster::run(target, std::string(snapshot)), before);
}

TEST(Migrations, TakeTurnsWhenSeveralDaemonsStart) {
    const std::string target = PgCluster::shared().empty_database();
    std::array<int, 4> applied{};
    std::vector<std::thread> daemons;
    for (int& count : applied) {
        daemons.emplace_back([&count, &target] {
            const auto done = migrate(target);
            count = done ? *done : -1000;
        });
    }
    for (std::thread& daemon : daemons) {
        daemon.join();
    }
    int sum = 0;
    for (const int count : applied) {
        sum += count;
    }
    EXPECT_EQ(sum, static_cast<int>(embedded_migrations().size()));
}

TEST(Migrations, RefuseANewerSchema) {
    const std::string target = PgCluster::shared().migrated_database();
    PgCluster::run(target, "insert into schema_migration (number, name, checksum) values (99, '0099_future', 'x')");
    const auto done = migrate(target);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Invalid);
    EXPECT_NE(done.error().message.find("newer"), std::string::npos) << done.error().message;
}

TEST(Migrations, RefuseAnEditedOne) {
    const std::string target = PgCluster::shared().migrated_database();
    PgCluster::run(target, "update schema_migration set checksum = 'x' where number = 1");
    const auto done = migrate(target);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Invalid);
    EXPECT_NE(done.error().message.find("0001_core"), std::string::npos) << done.error().message;
}

TEST(Migrations, LeaveNothingOfOneThatFails) {
    const std::string target = PgCluster::shared().empty_database();
    const std::array<SqlFile, 2> files{{{"0001_good", "create table good (x int)"}, {"0002_bad", "create table half (x int); select no_such_thing"}}};
    const auto done = apply_migrations(target, files);
    ASSERT_FALSE(done);
    EXPECT_NE(describe(done.error()).find("0002_bad"), std::string::npos) << describe(done.error());
    EXPECT_EQ(PgCluster::run(target, "select count(*) from schema_migration"), "1");
    EXPECT_EQ(PgCluster::run(target, "select to_regclass('good') is not null and to_regclass('half') is null"), "t");
}

TEST(Migrations, AreNumberedWithoutAGapAndSayWhetherTheyBreak) {
    int number = 0;
    for (const SqlFile& file : embedded_migrations()) {
        ++number;
        EXPECT_EQ(file.name.substr(0, 4), std::string(number < 10 ? "000" : "00") + std::to_string(number));
        EXPECT_TRUE(file.text.starts_with("-- breaking: ")) << file.name;
    }
}

}  // namespace
}  // namespace kontor::store_pg
