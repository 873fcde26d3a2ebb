// The connection is cut, the server is killed, the text is poison: what the conductor is told, and what is stored.
#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <poll.h>
#include <thread>

#include "contract/store_rows.hpp"
#include "pg/store_pg/proxy.hpp"
#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using namespace contract;
using test::Cut;
using test::CuttingProxy;
using test::PgCluster;

class StoreFaults : public ::testing::Test {
 protected:
    void SetUp() override {
        target_ = PgCluster::shared().migrated_database();
        use(target_);
    }
    void use(const std::string& target) {
        store_ = make_store(target);
        const auto led = store_->lead("test", true);
        ASSERT_TRUE(led) << describe(led.error());
        led_ = *led;
    }
    Batch next(RunId run) {
        Batch batch;
        batch.epoch = led_.epoch;
        batch.seq = led_.seq + 1;
        batch.last_id = 1000;
        batch.at = at_second(10);
        batch.runs_inserted = {a_run(run)};
        return batch;
    }
    std::string runs() { return PgCluster::run(target_, "select count(*) from run"); }
    std::string database() { return target_.substr(target_.rfind('=') + 1); }
    std::string server_folder() {
        return target_.substr(target_.find('=') + 1, target_.find(' ') - target_.find('=') - 1);
    }
    // As the conductor does after InDoubt or Unavailable.
    Result<void> until_committed(const Batch& batch) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        Result<void> done = store_->commit(batch);
        while (!done && std::chrono::steady_clock::now() < until) {
            if (done.error().kind == ErrorKind::InDoubt) {
                const auto seq = store_->committed(led_.epoch);
                if (seq && *seq == batch.seq) {
                    return {};
                }
                if (!seq && seq.error().kind != ErrorKind::Unavailable) {
                    return seq.error();
                }
                if (!seq) {
                    poll(nullptr, 0, 20);
                    continue;
                }
            } else if (done.error().kind != ErrorKind::Unavailable) {
                return done;
            }
            poll(nullptr, 0, 20);
            done = store_->commit(batch);
        }
        return done;
    }

    std::string target_;
    std::unique_ptr<ports::Store> store_;
    Leadership led_;
};

TEST_F(StoreFaults, ASessionThatWasEndedWhileIdleCostsNothing) {
    PgCluster::run(target_, "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'kontor conductor' and datname = current_database()");
    const Batch batch = next(1);
    const auto done = until_committed(batch);
    ASSERT_TRUE(done) << describe(done.error());
    EXPECT_EQ(runs(), "1");
}

TEST_F(StoreFaults, ACommitThatDidNotReachTheServerIsInDoubtAndCanBeSentAgain) {
    const test::TemporaryFolder folder;
    CuttingProxy proxy(server_folder(), folder.path().string());
    use(proxy.target(database()));
    proxy.cut(Cut::BeforeCommit);
    const Batch batch = next(1);
    const auto done = store_->commit(batch);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::InDoubt) << describe(done.error());
    proxy.cut(Cut::Never);
    const auto seq = store_->committed(led_.epoch);
    ASSERT_TRUE(seq) << describe(seq.error());
    EXPECT_EQ(*seq, batch.seq - 1);
    const auto again = store_->commit(batch);
    EXPECT_TRUE(again) << describe(again.error());
    EXPECT_EQ(runs(), "1");
    store_ = nullptr;
}

TEST_F(StoreFaults, ACommitWhoseAnswerWasLostIsInDoubtAndFoundDone) {
    const test::TemporaryFolder folder;
    CuttingProxy proxy(server_folder(), folder.path().string());
    use(proxy.target(database()));
    proxy.cut(Cut::AfterCommit);
    const Batch batch = next(1);
    const auto done = store_->commit(batch);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::InDoubt) << describe(done.error());
    proxy.cut(Cut::Never);
    const auto seq = store_->committed(led_.epoch);
    ASSERT_TRUE(seq) << describe(seq.error());
    EXPECT_EQ(*seq, batch.seq);
    // Sent again all the same, it finds itself done instead of calling the conductor deposed.
    const auto again = store_->commit(batch);
    EXPECT_TRUE(again) << describe(again.error());
    EXPECT_EQ(runs(), "1");
    store_ = nullptr;
}

TEST_F(StoreFaults, SessionsEndedAtRandomMomentsLoseAndDoubleNothing) {
    std::atomic<bool> stop{false};
    std::thread killer([&] {
        while (!stop) {
            PgCluster::run(target_, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'kontor conductor' and datname = current_database()");
            poll(nullptr, 0, 7);
        }
    });
    constexpr int batches = 150;
    for (int n = 1; n <= batches; ++n) {
        const Batch batch = next(n);
        const auto done = until_committed(batch);
        EXPECT_TRUE(done) << n << ": " << describe(done.error());
        if (!done) {
            break;
        }
        led_.seq = batch.seq;
    }
    stop = true;
    killer.join();
    EXPECT_EQ(runs(), std::to_string(batches));
}

TEST_F(StoreFaults, WhatWasCommittedBeforeACrashIsThereAfterIt) {
    Batch batch = next(1);
    ASSERT_TRUE(store_->commit(batch));
    led_.seq = batch.seq;
    PgCluster::shared().crash();
    batch = next(2);
    const auto done = until_committed(batch);
    ASSERT_TRUE(done) << describe(done.error());
    EXPECT_EQ(runs(), "2");
}

TEST_F(StoreFaults, ABatchUnderWayWhenItsSenderDiesIsThereOrNot) {
    for (int n = 1; n <= 20; ++n) {
        const Batch batch = next(n);
        store_->begin_commit(batch);
        use(target_);  // another store takes the lead, the first one's connection is closed
        const auto snapshot = store_->load(at_second(20));
        ASSERT_TRUE(snapshot) << describe(snapshot.error());
        const bool stored = led_.seq == batch.seq;
        EXPECT_EQ(snapshot->seq, led_.seq);
        EXPECT_EQ(!snapshot->runs.empty() && snapshot->runs.back().id == n, stored) << n;
    }
}

TEST_F(StoreFaults, PoisonousTextIsStoredMended) {
    Batch batch = next(1);
    const std::string poison("a\0b\xff\xc3(", 6);
    batch.runs_inserted[0].reason = poison;
    batch.runs_inserted[0].params = JsonObject{
        {poison, poison}, {"list", JsonArray{poison}}, {"huge", std::numeric_limits<double>::infinity()},
        {"nan", std::numeric_limits<double>::quiet_NaN()}, {"innocent", "\\u0000"}
    };
    LiveTaskRow live = a_live_task(11, 1);
    live.country = poison;
    batch.live_inserted = {live};
    const auto done = store_->commit(batch);
    ASSERT_TRUE(done) << describe(done.error());
    const auto snapshot = store_->load(at_second(20));
    ASSERT_TRUE(snapshot) << describe(snapshot.error());
    const std::string mended = storable(poison);
    EXPECT_EQ(snapshot->runs[0].reason, mended);
    EXPECT_EQ(text_member(snapshot->runs[0].params, mended), mended);
    EXPECT_EQ(snapshot->runs[0].params.at("list").at(0), Json(mended));
    EXPECT_EQ(text_member(snapshot->runs[0].params, "innocent"), "\\u0000");
    EXPECT_TRUE(snapshot->runs[0].params.at("huge").is_null());
    EXPECT_EQ(snapshot->live[0].country, mended);
}

TEST_F(StoreFaults, ABatchThatCanNeverSucceedNamesTheStatement) {
    Batch batch = next(1);
    batch.runs_inserted[0].state = "dreaming";
    const auto done = store_->commit(batch);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Invalid);
    EXPECT_NE(describe(done.error()).find("runs_inserted"), std::string::npos) << describe(done.error());
}

TEST_F(StoreFaults, AnAbsentServerIsUnavailableAndAWrongDatabaseInvalid) {
    const auto absent = make_store("host=/nowhere user=kontor dbname=x");
    EXPECT_EQ(absent->lead("test", false).error().kind, ErrorKind::Unavailable);
    const auto wrong = make_store("host=" + server_folder() + " user=kontor dbname=no_such_database");
    EXPECT_EQ(wrong->lead("test", false).error().kind, ErrorKind::Invalid);
}

TEST_F(StoreFaults, AReadOnlyDatabaseIsUnavailable) {
    PgCluster::run(target_, "alter database " + database() + " set default_transaction_read_only = on");
    const auto store = make_store(target_);
    const auto done = store->lead("test", true);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::Unavailable) << describe(done.error());
}

}  // namespace
}  // namespace kontor::store_pg
