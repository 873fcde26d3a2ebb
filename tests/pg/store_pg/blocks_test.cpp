// Instances that begin alike share a row: what readers see of them, and what is left in the tables.
#include <gtest/gtest.h>

#include "contract/store_rows.hpp"
#include "store_pg/blocks.hpp"
#include "store_pg/store_pg.hpp"
#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using namespace contract;
using test::PgCluster;

class StoreBlocks : public ::testing::Test {
 protected:
    void SetUp() override {
        target_ = PgCluster::shared().migrated_database();
        store_ = make_store(target_);
        led_ = *store_->lead("test", true);
    }
    Batch next() {
        Batch batch;
        batch.epoch = led_.epoch;
        batch.seq = ++led_.seq;
        batch.last_id = 1000;
        batch.at = at_second(10);
        return batch;
    }
    void begin(TaskId from, TaskId to) {
        Batch batch = next();
        for (TaskId id = from; id <= to; ++id) {
            batch.live_inserted.push_back(a_live_task(id, 1));
        }
        commit(batch);
    }
    void end(TaskId from, TaskId to) {
        Batch batch = next();
        for (TaskId id = from; id <= to; ++id) {
            batch.live_deleted.push_back(id);
            batch.done_inserted.push_back(a_done_task(id, 1));
        }
        commit(batch);
    }
    void commit(const Batch& batch) {
        const Result<void> done = store_->commit(batch);
        ASSERT_TRUE(done) << describe(done.error());
    }
    std::string ask(const std::string& sql) { return PgCluster::run(target_, sql); }
    std::string in_flight() { return ask("select count(*) from task_instance where state = 'running'"); }

    std::string target_;
    std::unique_ptr<ports::Store> store_;
    Leadership led_;
};

TEST_F(StoreBlocks, AMemberWhoseRowIsTakenAwayDoesNotSeemToRunAgain) {
    begin(11, 50);
    end(11, 12);
    Batch again = next();
    again.done_deleted = {11, 12};
    commit(again);
    EXPECT_EQ(in_flight(), "38");
    EXPECT_EQ(ask("select count(*) from task_instance where id in (11, 12)"), "0");
    EXPECT_EQ(ask("select count(*) from task_block"), "1");
    store_.reset();
    store_ = make_store(target_);
    led_ = *store_->lead("test", true);
    const Result<Snapshot> snapshot = store_->load(at_second(20));
    ASSERT_TRUE(snapshot) << describe(snapshot.error());
    EXPECT_EQ(ask("select count(*) from task_live"), "38");
    EXPECT_EQ(ask("select count(*) from task_live where id in (11, 12)"), "0");
}

TEST_F(StoreBlocks, AThousandStartsAreOneRowUntilTheLastHasEnded) {
    begin(11, 1010);
    EXPECT_EQ(ask("select count(*) from task_block"), "1");
    EXPECT_EQ(ask("select count(*) from task_live"), "0");
    EXPECT_EQ(in_flight(), "1000");
    EXPECT_EQ(ask("select count(*) from task_instance where id = 500 and attempt = 1 and input = '{\"holdout\": 0.25}'"), "1");
    end(11, 1009);
    EXPECT_EQ(in_flight(), "1");
    EXPECT_EQ(ask("select count(*) from task_block"), "1");
    end(1010, 1010);
    EXPECT_EQ(in_flight(), "0");
    commit(next());  // takes what is empty away
    EXPECT_EQ(ask("select count(*) from task_block"), "0");
    EXPECT_EQ(ask("select count(*) from task_done"), "1000");
    EXPECT_EQ(ask("select count(*) from attempt_history"), "1000");
}

TEST_F(StoreBlocks, AMemberThatGoesItsOwnWayGetsARow) {
    begin(11, 60);
    Batch batch = next();
    LiveTaskRow retried = a_live_task(20, 1);
    retried.state = "retrying";
    batch.live_updated = {retried};
    batch.progress = {{21, 0.5, "half"}};
    commit(batch);
    EXPECT_EQ(ask("select count(*) from task_live"), "2");
    EXPECT_EQ(in_flight(), "49");
    EXPECT_EQ(ask("select progress_text from task_instance where id = 21"), "half");
    end(11, 60);
    commit(next());
    EXPECT_EQ(ask("select count(*) from task_block"), "0");
    EXPECT_EQ(ask("select count(*) from task_live"), "0");
}

TEST_F(StoreBlocks, ABatchSentAgainChangesNoCount) {
    begin(11, 60);
    Batch late = next();
    late.seq += 1;
    late.live_deleted = {11};
    late.done_inserted = {a_done_task(11, 1)};
    EXPECT_FALSE(store_->commit(late));  // out of order: it counts for nothing
    --late.seq;
    for (TaskId id = 12; id <= 60; ++id) {
        late.live_deleted.push_back(id);
        late.done_inserted.push_back(a_done_task(id, 1));
    }
    commit(late);
    commit(next());
    EXPECT_EQ(ask("select count(*) from task_block"), "0");
    EXPECT_EQ(in_flight(), "0");
}

TEST_F(StoreBlocks, ANewLeaderFindsEveryMemberInARow) {
    begin(11, 60);
    end(11, 20);
    store_ = make_store(target_);
    led_ = *store_->lead("another", true);
    const auto snapshot = store_->load(at_second(20));
    ASSERT_TRUE(snapshot) << describe(snapshot.error());
    EXPECT_EQ(ask("select count(*) from task_live"), "40");
    EXPECT_EQ(ask("select count(*) from task_block"), "0");
    EXPECT_EQ(in_flight(), "40");
}

}  // namespace
}  // namespace kontor::store_pg
