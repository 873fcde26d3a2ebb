// What ended runs left is dropped in steps, but what is held, or what something that stays came
// from.
#include "ports/retention.hpp"

#include "base/json.hpp"
#include "contract/store_rows.hpp"
#include "store_pg/store_pg.hpp"
#include "support/pg_cluster.hpp"

#include <gtest/gtest.h>

#include <set>

namespace kontor::store_pg {
namespace {

using namespace ports;
using test::PgCluster;

class RetentionSteps : public ::testing::Test {
  protected:
    RetentionSteps() : target_(PgCluster::shared().migrated_database()) {}

    std::string sql(const std::string& statement) { return PgCluster::run(target_, statement); }
    // A run that ended so many days ago, with instances, attempts, log lines and an event.
    void plant(int id, int days_ago, int instances = 3, const std::string& state = "succeeded") {
        const std::string number = std::to_string(id);
        const std::string ended = "now() - interval '" + std::to_string(days_ago) + " days'";
        sql("insert into run (id, workflow, hash, state, params, correlation, cause, depth, "
            "priority, created_at, started_at, finished_at, reason, totals, countries)"
            " values (" +
            number + ", 'w', 'h', '" + state + "', '{}', 'c" + number + "', '{}', 0, 0, " + ended +
            ", " + ended + ", " + (state == "running" ? "null" : ended) + ", '', '{}', '[]')");
        sql("insert into task_done (id, run, finished_at, attempts, state, task, country, item, "
            "reason)"
            " select " +
            number + " * 100000 + n, " + number + ", " + ended +
            ", 1, 'succeeded', 't', 'DE', '', '' from generate_series(1, " +
            std::to_string(instances) + ") n");
        sql("insert into attempt (task, run, started_at, finished_at, attempt, outcome, "
            "failure_class, reason)"
            " select id, run, finished_at, finished_at, 1, 'failed', 'data', '' from task_done "
            "where run = " +
            number);
        sql("insert into task_log (task, attempt, at, level, text) select id, 1, finished_at, "
            "'info', 'line' from task_done where run = " +
            number);
        sql("insert into event (id, ce_id, source, type, subject, time, data, correlation, depth, "
            "run) values (" +
            number + " + 50, 'e" + number + "', 's', 't', '', " + ended + ", '{}', '', 0, " +
            number + ")");
        sql("insert into delivery (event, workflow, trigger, state, reason, at) values (" + number +
            " + 50, '', '', 'filtered', '', " + ended + ")");
    }
    std::unique_ptr<Retention> retention(RetentionPolicy policy = {}) {
        return make_retention(target_, policy);
    }
    Instant now() const {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) + later_;
    }
    // Until a step has nothing more to do.
    Swept sweep(Retention& retention) {
        Swept all;
        for (int steps = 0; steps < 200; ++steps) {
            const Result<Swept> step = retention.step(now());
            EXPECT_TRUE(step) << describe(step.error());
            if (!step || !step->any()) {
                return all;
            }
            all.add(*step);
        }
        ADD_FAILURE() << "it never ends";
        return all;
    }
    std::string runs() {
        return sql("select coalesce(string_agg(id::text, ' ' order by id), '') from run");
    }
    static DeskCaller anna(const std::string& key = "") {
        DeskCaller by;
        by.who = "anna";
        by.audit.who = "anna";
        by.audit.route = "POST /v1/runs/{id}/hold";
        by.reply_key = key;
        by.fingerprint = "f";
        return by;
    }

    std::string target_;
    Duration later_{};
};

TEST_F(RetentionSteps, WhatIsOlderThanThePolicyGoesAfterTheGraceAndWholly) {
    plant(1, 800);
    plant(2, 700);
    plant(3, 900, 1, "running");
    const auto keeper = retention();
    const Swept first = sweep(*keeper);
    EXPECT_EQ(first.marked, 1);
    EXPECT_EQ(first.runs, 0) << "whoever takes it up just now has ten minutes";
    EXPECT_EQ(runs(), "1 2 3");
    later_ = std::chrono::minutes(11);
    const Swept second = sweep(*keeper);
    EXPECT_EQ(second.runs, 1);
    EXPECT_EQ(second.instances, 3);
    EXPECT_EQ(runs(), "2 3");
    EXPECT_EQ(sql("select count(*) from task_done where run = 1"), "0");
    EXPECT_EQ(sql("select count(*) from attempt where run = 1"), "0");
    EXPECT_EQ(sql("select count(*) from run_expired"), "0");
    EXPECT_EQ(sql("select count(*) from task_done where run = 2"), "3");
}

TEST_F(RetentionSteps, ALargeRunGoesInStepsAndAnotherKeeperGoesOn) {
    plant(1, 800, 5000);
    sweep(*retention());
    later_ = std::chrono::minutes(11);
    const Result<Swept> step = retention()->step(now());
    ASSERT_TRUE(step);
    EXPECT_EQ(step->instances, 2000);
    EXPECT_TRUE(step->more);
    const auto store = make_store(target_);
    ASSERT_TRUE(store->lead("test", true));
    EXPECT_EQ(store->load_ended(1).error().kind, ErrorKind::NotFound)
        << "half of it would be taken for all of it";
    EXPECT_EQ(sweep(*retention()).runs, 1);
    EXPECT_EQ(runs(), "");
}

TEST_F(RetentionSteps, WhatSomethingThatStaysCameFromStays) {
    for (int id = 1; id <= 7; ++id) {
        plant(id, 800);
    }
    sql("insert into dead_letter (id, kind, state, run, task_id, workflow, task, country, item, "
        "failure_class, reason, fingerprint, attempts, created_at)"
        " values (900, 'task', 'open', 1, 100001, 'w', 't', 'DE', '', 'data', '', 'f', 1, now())");
    sql("insert into winner (id, run, task, country, model, valid_from, known_from) values (901, "
        "2, 1, 'DE', 'm-1', now(), now())");
    sql("insert into model (model, country, id, run, task, family, object, created_at) values "
        "('m-1', 'DE', 902, 3, 1, 'linear', '{}', now())");
    sql("insert into review (batch, run, task, country, period, item, place, model, code, "
        "probability, alternatives, units, weight_kg, cost, looks, state)"
        " values (1, 4, 1, 'DE', '2024-01', 'i', 1, 'm', 'c', 0.5, '[]', 1, 1, 1, 1, 'open')");
    sql("update run set parent_task = 100001 where id = 5");
    ASSERT_TRUE(retention()->hold(6, "the authority asks", false, anna(), now()));
    const Result<Json> preview = retention()->preview(now());
    ASSERT_TRUE(preview) << describe(preview.error());
    EXPECT_EQ(preview->at("runs"), 1);
    EXPECT_EQ(
        to_text(preview->at("kept")),
        R"({"child of a kept run":1,"held":1,"model in force once":2,"open dead letter":1,"waiting reviews":1})"
    );
    sweep(*retention());
    later_ = std::chrono::minutes(11);
    sweep(*retention());
    EXPECT_EQ(runs(), "1 2 3 4 5 6");
    ASSERT_TRUE(retention()->release(6, "closed", false, anna(), now()));
    sweep(*retention());
    later_ = std::chrono::minutes(22);
    sweep(*retention());
    EXPECT_EQ(runs(), "1 2 3 4 5");
}

TEST_F(RetentionSteps, WhatIsTakenUpAgainBetweenMarkAndSweepStays) {
    plant(1, 800);
    plant(2, 800);
    sweep(*retention());
    sql("update run set state = 'running', finished_at = null where id = 1");
    ASSERT_TRUE(retention()->hold(2, "just in time", false, anna(), now()));
    later_ = std::chrono::minutes(11);
    sweep(*retention());
    EXPECT_EQ(runs(), "1 2");
    EXPECT_EQ(sql("select count(*) from run_expired"), "0");
}

TEST_F(RetentionSteps, LogLinesGoBeforeTheirRunsAndStopAtTheOldestThatGoesOn) {
    plant(1, 100);
    plant(2, 100);
    plant(3, 100, 3, "running");
    plant(4, 100);
    plant(5, 10);
    ASSERT_TRUE(retention()->hold(2, "kept", false, anna(), now()));
    EXPECT_EQ(sweep(*retention()).log_lines, 3);
    EXPECT_EQ(
        sql("select string_agg(distinct (task / 100000)::text, ' ') from task_log"), "2 3 4 5"
    );
    sql("update run set state = 'succeeded', finished_at = now() - interval '95 days' where id = 3"
    );
    EXPECT_EQ(sweep(*retention()).log_lines, 6);
    EXPECT_EQ(runs(), "1 2 3 4 5");
}

TEST_F(RetentionSteps, TheLogOfALargeRunGoesInSteps) {
    plant(1, 100, 1);
    sql("insert into task_log (task, attempt, at, level, text) select 100001, 1, now(), 'info', "
        "'line' from generate_series(1, 45000)");
    const auto keeper = retention();
    const Result<Swept> first = keeper->step(now());
    ASSERT_TRUE(first) << describe(first.error());
    EXPECT_EQ(first->log_lines, 20'000);
    EXPECT_TRUE(first->more);
    EXPECT_EQ(sweep(*keeper).log_lines, 25'001);
    EXPECT_EQ(sql("select count(*) from task_log"), "0");
}

TEST_F(RetentionSteps, EventsGoByTheTimeOfTheirArrivalButThoseThatWait) {
    plant(1, 500);
    plant(2, 500);
    plant(3, 500);
    plant(4, 10);
    sql("update event set time = now() + interval '70 years' where id = 51");  // what a sender says
    sql("update delivery set state = 'pending' where event = 52");
    EXPECT_EQ(sweep(*retention()).events, 2);
    EXPECT_EQ(sql("select string_agg(id::text, ' ' order by id) from event"), "52 54");
    EXPECT_EQ(sql("select string_agg(event::text, ' ' order by event) from delivery"), "52 54");
}

TEST_F(RetentionSteps, EveryEventOfALetterStaysWithIt) {
    for (int id = 1; id <= 4; ++id) {
        plant(id, 500);
    }
    const auto letter = [&](int id, const char* events, int last) {
        sql("insert into dead_letter (id, kind, state, event_id, workflow, task, country, item, failure_class, reason, input, fingerprint, attempts, created_at)"
            " values (" + std::to_string(id) + ", 'delivery', 'open', " + std::to_string(last) + ", 'w', 'on', '', 'batch', 'config', '', '{\"events\": " +
            events + "}', 'f', 0, now())");
    };
    letter(900, "[51, 52]", 52);
    letter(901, "[53, 54]", 54);
    sql("update dead_letter set state = 'discarded', closed_at = now(), closed_reason = 'a test' where id = 901");
    EXPECT_EQ(sweep(*retention()).events, 2);
    EXPECT_EQ(sql("select string_agg(id::text, ' ' order by id) from event"), "51 52");
}

TEST_F(RetentionSteps, ManyThatStayDoNotHideThoseBehindThem) {
    sql("insert into run (id, workflow, hash, state, params, correlation, cause, depth, priority, "
        "created_at, started_at, finished_at, reason, totals, countries)"
        " select n, 'w', 'h', 'succeeded', '{}', '', '{}', 0, 0, d, d, d, '', '{}', '[]'"
        " from generate_series(1, 1300) n, lateral (select now() - case when n <= 1200 then "
        "interval '800 days' else interval '1 day' end as d) t");
    sql("insert into hold (run, by, reason, at) select n, 'anna', '', now() from "
        "generate_series(1, 1100) n");
    const auto keeper = retention({730, 0, 0});
    std::int64_t marked = 0;
    for (int steps = 0; steps < 3; ++steps) {
        const Result<Swept> step = keeper->step(now());
        ASSERT_TRUE(step) << describe(step.error());
        EXPECT_EQ(step->more, steps < 2) << "behind runs of yesterday there is nothing older";
        marked += step->marked;
    }
    EXPECT_EQ(marked, 100);
}

TEST_F(RetentionSteps, NothingGoesWhereThePolicyKeepsForEver) {
    plant(1, 30'000);
    const auto keeper = retention({0, 0, 0});
    EXPECT_FALSE(sweep(*keeper).any());
    later_ = std::chrono::minutes(11);
    EXPECT_FALSE(sweep(*keeper).any());
}

TEST_F(RetentionSteps, AHoldIsOnRecordAndAnsweredTheSameAgain) {
    plant(1, 800);
    const auto keeper = retention();
    EXPECT_EQ(keeper->hold(99, "r", false, anna(), now()).error().kind, ErrorKind::NotFound);
    EXPECT_EQ(keeper->release(1, "r", false, anna(), now()).error().kind, ErrorKind::Conflict);
    ASSERT_TRUE(keeper->hold(1, "r", true, anna(), now()));
    EXPECT_EQ(sql("select count(*) from hold"), "0");
    ASSERT_TRUE(keeper->hold(1, "r", false, anna("key"), now()));
    const Result<DeskReply> again = keeper->hold(1, "r", false, anna("key"), now());
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(keeper->hold(1, "r", false, anna(), now()).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(sql("select count(*) from audit where route like '%hold'"), "2");
}

// What goes: in one look, or in as many as it takes.
std::set<std::string> dropped(Retention& retention, Instant now) {
    std::set<std::string> all;
    for (int looks = 0; looks < 50; ++looks) {
        const Result<ObjectsToDrop> found = retention.objects_to_drop(now);
        EXPECT_TRUE(found) << describe(found.error());
        if (!found) {
            return all;
        }
        all.insert(found->keys.begin(), found->keys.end());
        EXPECT_TRUE(retention.objects_gone(found->keys));
        if (!found->more) {
            return all;
        }
    }
    ADD_FAILURE() << "it never ends";
    return all;
}

class ObjectAgesSteps : public RetentionSteps {
  protected:
    // An object that a run wrote so many days ago.
    void object(const std::string& key, int run, int days_ago = 800) {
        sql("insert into object (key, id, run, task, country, scope, sha256, bytes, stored_bytes, key_id, created_at) values ('" +
            key + "', " + std::to_string(++objects_) + ", " + std::to_string(run) + ", 1, 'DE', 'raw', 'sha', 1, 1000000, 'k', now() - interval '" +
            std::to_string(days_ago) + " days')");
    }
    void dataset(const std::string& key, int run, const std::string& sha256, const std::string& kind = "raw") {
        sql("insert into dataset (id, run, task, country, kind, key, sha256, bytes, rows, quarantined, created_at) values (" +
            std::to_string(++objects_) + ", " + std::to_string(run) + ", 1, 'DE', '" + kind + "', '" + key + "', '" + sha256 + "', 1, 1, 0, now())");
    }
    int objects_ = 0;
};

TEST_F(ObjectAgesSteps, OldObjectsOfRunsThatAreGoneGoUnlessSomethingRefersToThem) {
    plant(1, 800);
    plant(9, 0, 1, "running");
    object("raw/w/1/DE/a", 1);             // its run is there
    object("raw/w/2/DE/free", 2);          // nobody's
    object("raw/w/2/DE/young", 2, 700);
    object("raw/w/2/DE/old-data", 2);      // of a dropped run, and there is newer data
    object("raw/w/2/DE/model", 2);
    object("raw/w/2/DE/taken-again", 2);   // a run that is there took it from the cache
    object("raw/w/2/DE/learned", 2);
    object("raw/w/2/DE/newest", 2);
    object("raw/w/2/DE/report", 2);
    object("raw/w/2/DE/samples", 2);
    object("raw/w/2/DE/reviews", 2);
    object("inbox/arrived/20240101/DE/file", 0);
    object("raw/w/2/DE/cached", 2);
    object("raw/w/2/DE/asked-for", 2);
    object("raw/w/2/DE/in-work", 2);
    object("raw/w/2/DE/model-as-it-won", 2);  // registered anew since
    object("raw/w/2/DE/codes", 2);            // what a month's items were classified by
    dataset("raw/w/2/DE/old-data", 2, "s1");
    dataset("raw/w/2/DE/learned", 2, "s2");
    dataset("raw/w/2/DE/taken-again", 1, "s3");
    dataset("raw/w/2/DE/newest", 2, "s4");
    sql("insert into model (model, country, id, run, task, family, object, metrics, created_at) values"
        " ('m-1', 'DE', 902, 2, 1, 'linear', '{\"key\":\"raw/w/2/DE/model\"}', '{\"training\":{\"sha256\":\"s2\"}}', now())");
    sql("insert into winner (id, run, task, country, model, details, valid_from, known_from) values (901, 2, 1, 'DE', 'm-1',"
        " '{\"model\":{\"id\":\"m-1\",\"object\":{\"key\":\"raw/w/2/DE/model-as-it-won\"}}}', now(), now())");
    dataset("raw/w/2/DE/predictions", 2, "s5", "predictions");
    sql("update dataset set details = '{\"codes\":{\"key\":\"raw/w/2/DE/codes\"}}' where kind = 'predictions'");
    sql("insert into sample_batch (country, object, rows, sent_by, at) values ('DE', '{\"key\":\"raw/w/2/DE/samples\"}', 1, 'anna', now())");
    sql("insert into review_batch (id, run, task, country, period, model, object, rows, fault, at)"
        " values (7, 2, 1, 'DE', '2024-01', 'm', '{\"key\":\"raw/w/2/DE/reviews\"}', 1, '', now())");
    sql("insert into report (country, period, version, state, batch, run, model, seen, figures, balanced, waiting, codes, object, drafted_by, automatic, known_at)"
        " values ('DE', '2024-01', 1, 'draft', 7, 2, 'm', 0, '{}', true, 0, 0, '{\"key\":\"raw/w/2/DE/report\"}', 'anna', false, now())");
    sql("insert into event (id, ce_id, source, type, subject, time, data, correlation, depth) values (70, 'f', 's', 'kontor.file.arrived', '', now(),"
        " '{\"object\":{\"key\":\"inbox/arrived/20240101/DE/file\"}}', '', 0)");
    sql("insert into cached_result (key, workflow, task, country, item, run, at, uses, code, seed, outputs) values"
        " ('k', 'w', 't', 'DE', '', 2, now(), 'noop', 'c', '', '{\"deep\":[{\"key\":\"raw/w/2/DE/cached\"}]}')");
    sql("update run set params = '{\"data\":{\"key\":\"raw/w/2/DE/asked-for\"}}' where id = 9");
    sql("insert into task_live (id, run, attempt, state, task, country, item, reason, input) values"
        " (950001, 9, 1, 'running', 't', 'DE', '', '', '{\"data\":{\"key\":\"raw/w/2/DE/in-work\"}}')");
    const auto keeper = retention();
    const Result<Json> preview = keeper->preview(now());
    ASSERT_TRUE(preview) << describe(preview.error());
    EXPECT_EQ(preview->at("objects"), 2);
    EXPECT_EQ(preview->at("object_bytes"), 2'000'000);
    EXPECT_EQ(dropped(*keeper, now()), (std::set<std::string>{"raw/w/2/DE/free", "raw/w/2/DE/old-data"}));
    EXPECT_EQ(sql("select count(*) from object"), "15");
    EXPECT_EQ(sql("select count(*) from dataset"), "5") << "what is known of it stays";

    sql("delete from cached_result");
    sql("update run set finished_at = now(), state = 'failed' where id = 9");
    sql("delete from task_live");
    sql("delete from event where id = 70");
    EXPECT_EQ(
        dropped(*keeper, now()),
        (std::set<std::string>{"inbox/arrived/20240101/DE/file", "raw/w/2/DE/asked-for", "raw/w/2/DE/cached", "raw/w/2/DE/in-work"})
    );
}

TEST_F(ObjectAgesSteps, WhatIsMarkedIsGivenUntilItsFileIsGoneAndForEverMeansForEver) {
    object("raw/w/2/DE/free", 2);
    RetentionPolicy forever;
    forever.objects_days = 0;
    EXPECT_TRUE(retention(forever)->objects_to_drop(now())->keys.empty());
    EXPECT_EQ(retention(forever)->preview(now())->at("objects"), 0);
    ASSERT_EQ(retention()->objects_to_drop(now())->keys, std::vector<std::string>{"raw/w/2/DE/free"});
    // Its keeper died here.
    const auto next = retention();
    EXPECT_EQ(next->objects_to_drop(now())->keys, std::vector<std::string>{"raw/w/2/DE/free"});
    ASSERT_TRUE(next->objects_gone({"raw/w/2/DE/free"}));
    EXPECT_TRUE(next->objects_to_drop(now())->keys.empty());
    EXPECT_EQ(sql("select count(*) from object"), "0");
}

TEST_F(ObjectAgesSteps, ManyAreLookedAtInSteps) {
    plant(1, 10);
    sql("insert into object (key, id, run, task, country, scope, sha256, bytes, stored_bytes, key_id, created_at)"
        " select 'raw/w/' || (1 + n % 2) || '/DE/' || n, n, 1 + n % 2, 1, 'DE', 'raw', '', 1, 1, 'k', now() - interval '800 days' from generate_series(1, 2200) n");
    EXPECT_EQ(dropped(*retention(), now()).size(), 1100U);
    EXPECT_EQ(sql("select count(*) from object"), "1100");
}

TEST_F(ObjectAgesSteps, FilesThatNothingRecordsAreToldButNotThoseOfRunsThatGoOnOrAreNotKnownYet) {
    plant(1, 800);
    plant(5, 0, 1, "running");
    object("raw/w/1/DE/known", 1);
    sql("insert into sample_batch (country, object, rows, sent_by, at) values ('DE', '{\"key\":\"raw/samples/3/DE/s\"}', 1, 'anna', now())");
    const std::vector<std::string> asked{
        "raw/w/1/DE/known", "raw/w/1/DE/left", "raw/w/3/DE/left-by-a-gone-run", "raw/w/5/DE/being-written", "raw/w/6/DE/of-the-future", "raw/samples/3/DE/s", "raw/w/x/DE/odd"
    };
    const Result<std::vector<std::string>> found = retention()->unrecorded(asked);
    ASSERT_TRUE(found) << describe(found.error());
    EXPECT_EQ(std::set<std::string>(found->begin(), found->end()), (std::set<std::string>{"raw/w/1/DE/left", "raw/w/3/DE/left-by-a-gone-run"}));
    EXPECT_TRUE(retention()->unrecorded({})->empty());
    sql("delete from run");
    EXPECT_TRUE(retention()->unrecorded(asked)->empty()) << "an empty database knows nothing of the folder beside it";
}

}  // namespace
}  // namespace kontor::store_pg
