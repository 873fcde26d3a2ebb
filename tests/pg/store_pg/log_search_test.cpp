// The lines of many runs, searched in one database: what is found, in which order, for whom, and what a page costs at most.
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "store_pg/store_pg.hpp"
#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using test::PgCluster;

constexpr auto any = std::nullopt;

class LogSearch : public ::testing::Test {
 protected:
    // An ended run per row of `runs`: "(id, workflow)".
    void add_runs(const std::string& runs) {
        sql("insert into definition (hash, workflow, version, title, source, summary, created_at) values ('h', 'w', 1, '', '', '{}', now())"
            " on conflict do nothing;"
            "insert into run (id, workflow, hash, state, params, correlation, cause, depth, priority, created_at, started_at, finished_at, reason, totals, countries)"
            " select id, workflow, 'h', 'succeeded', '{}', '', '{}', 0, 0, now() - interval '1 hour', now(), now(), '', '{}', '[\"DE\", \"FR\"]' from " + runs + " r (id, workflow)");
    }
    // An ended instance per row of `instances`: "(id, run, task, country)".
    void add_instances(const std::string& instances) {
        sql("insert into task_done (id, run, started_at, finished_at, attempts, state, task, country, item, reason)"
            " select id, run, now(), now(), 1, 'succeeded', task, country, '', '' from " + instances + " i (id, run, task, country)");
    }
    // "(task, seconds ago, level, text)"
    void add_lines(const std::string& lines) {
        sql("insert into task_log (task, attempt, at, level, text)"
            " select task, 1, now() - ago * interval '1 second', level, text from " + lines + " l (task, ago, level, text)");
    }
    void sql(const std::string& statement) { PgCluster::run(target_, statement); }
    std::string time_ago(int seconds) { return PgCluster::run(target_, "select iso(now() - interval '" + std::to_string(seconds) + " s')"); }

    Json search(const std::vector<std::optional<std::string>>& parameters) {
        const auto answer = reads_->read("log_search", parameters);
        EXPECT_TRUE(answer) << describe(answer.error());
        return json_from_text(answer ? *answer : "null").value();
    }
    std::vector<std::string> texts(const Json& page) {
        std::vector<std::string> all;
        for (const Json& line : page.at("items").as_array()) {
            all.emplace_back(line.at("text").as_string());
        }
        return all;
    }
    std::vector<std::string> found(const std::vector<std::optional<std::string>>& parameters) { return texts(search(parameters)); }

    std::string target_ = PgCluster::shared().migrated_database();
    std::unique_ptr<ports::Reads> reads_ = make_reads({target_});
};

using Texts = std::vector<std::string>;

class SmallLogSearch : public LogSearch {
 protected:
    SmallLogSearch() {
        add_runs("(values (10, 'train'), (20, 'infer'), (30, 'train'))");
        add_instances("(values (11, 10, 'tune', 'DE'), (12, 10, 'tune', 'FR'), (21, 20, 'predict', 'DE'), (31, 30, 'choose', 'DE'))");
        add_lines("(values (31, 1, 'info', 'Chosen a'), (31, 1, 'warn', 'Chosen b'), (12, 300, 'info', 'tuned FR'), (11, 300, 'error', 'no room'),"
                  " (21, 100, 'debug', 'classified'), (11, 290, 'info', 'tuned DE'))");
    }
};

TEST_F(SmallLogSearch, GivesTheNewestRunFirstAndEachInstancesLinesInTheirOrder) {
    const Json all = search({});
    EXPECT_EQ(texts(all), (Texts{"Chosen a", "Chosen b", "classified", "tuned FR", "no room", "tuned DE"}));
    EXPECT_TRUE(all.at("next").is_null());
    std::set<std::string> names;
    for (const auto& entry : all.at("items").at(0).as_object()) {
        names.emplace(entry.key());
    }
    EXPECT_EQ(names, (std::set<std::string>{"run", "workflow", "id", "task", "country", "item", "line", "attempt", "at", "level", "text"}));
    EXPECT_EQ(all.at("items").at(0).at("run"), Json(30));
    EXPECT_EQ(all.at("items").at(0).at("workflow"), "train");
}

TEST_F(SmallLogSearch, EveryFilterNarrowsIt) {
    EXPECT_EQ(found({"infer"}), Texts{"classified"});
    EXPECT_EQ(found({"train", "FR"}), Texts{"tuned FR"});
    EXPECT_EQ(found({any, any, "tune"}), (Texts{"tuned FR", "no room", "tuned DE"}));
    EXPECT_EQ(found({any, any, any, time_ago(200)}), (Texts{"Chosen a", "Chosen b", "classified"}));
    EXPECT_EQ(found({any, any, any, time_ago(295), time_ago(50)}), (Texts{"classified", "tuned DE"}));
    EXPECT_EQ(found({any, any, any, any, any, "warn"}), (Texts{"Chosen b", "no room"}));
    EXPECT_EQ(found({any, any, any, any, any, any, "TUNED"}), (Texts{"tuned FR", "tuned DE"}));
    EXPECT_EQ(found({any, any, any, "2999-01-01T00:00:00Z"}), Texts{});
    EXPECT_EQ(found({"no-such-workflow"}), Texts{});
    const auto astray = reads_->read("log_search", {any, any, any, any, any, any, any, any, "x.y.z"});
    ASSERT_FALSE(astray);
    EXPECT_EQ(astray.error().kind, ErrorKind::Invalid);
}

TEST_F(SmallLogSearch, ATokenSeesTheLinesOfItsCountriesOnly) {
    const auto seen = [&](const char* scope) { return found({any, any, any, any, any, any, any, any, any, scope}); };
    EXPECT_EQ(seen("FR,XX"), Texts{"tuned FR"});
    EXPECT_EQ(seen("DE"), (Texts{"Chosen a", "Chosen b", "classified", "no room", "tuned DE"}));
    EXPECT_EQ(seen("XX"), Texts{});
    EXPECT_EQ(seen(""), Texts{}) << "no country is not every country";
    EXPECT_EQ(found({any, "FR", any, any, any, any, any, any, any, "DE"}), Texts{});
}

TEST_F(SmallLogSearch, WhatRunsIsLookedIntoAsWell) {
    sql("update run set state = 'running', finished_at = null where id = 20");
    sql("insert into task_live (id, run, started_at, attempt, state, task, country, item, reason) values (22, 20, now(), 1, 'running', 'tell', 'DE', '', '')");
    add_lines("(values (22, 0, 'info', 'telling'))");
    EXPECT_EQ(found({"infer"}), (Texts{"telling", "classified"}));
    EXPECT_EQ(found({"infer", any, any, any, any, any, any, any, any, "FR"}), Texts{});
}

TEST_F(SmallLogSearch, PagesGoOnWhereTheOneBeforeStopped) {
    Texts all;
    std::optional<std::string> cursor;
    do {
        const Json page = search({any, any, any, any, any, any, any, "1", cursor});
        for (const std::string& text : texts(page)) {
            all.push_back(text);
        }
        cursor = page.at("next").is_null() ? any : std::optional<std::string>(page.at("next").as_string());
    } while (cursor && all.size() < 20);
    EXPECT_EQ(all, found({}));
}

// However rare what is looked for: a page reads 10,000 rows and says where it stopped, and the pages together find everything once.
TEST_F(LogSearch, APageIsBoundedWhateverIsFound) {
    add_runs("(select n * 10, 'w' from generate_series(1, 2500) n)");
    add_instances("(select n * 10 + 1, n * 10, 't', 'DE' from generate_series(1, 2500) n)");
    add_lines("(select 11, 0, 'info', 'needle' union all"
              " select 20001, 0, 'info', case when n % 5000 = 0 then 'needle ' || n else 'hay' end from generate_series(1, 25000) n)");
    int pages = 0;
    int empty = 0;
    std::size_t needles = 0;
    for (std::optional<std::string> cursor{""}; cursor && pages < 100; ++pages) {
        const Json page = search({"w", any, any, any, any, any, "needle", any, cursor->empty() ? any : cursor});
        needles += texts(page).size();
        empty += texts(page).empty() ? 1 : 0;
        cursor = page.at("next").is_null() ? any : std::optional<std::string>(page.at("next").as_string());
    }
    EXPECT_EQ(needles, 6U);
    EXPECT_GE(pages, 5) << "25,000 lines and 2,500 runs are not read at once";
    EXPECT_LE(pages, 8);
    EXPECT_GE(empty, 1);
}

}  // namespace
}  // namespace kontor::store_pg
