// What is said of a campaign as a whole, between its runs too.
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "commit_rows.hpp"
#include "contract/store_rows.hpp"
#include "store_pg/queries.hpp"
#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using namespace ports;
using contract::a_definition;
using contract::a_run;
using contract::an_event;
using test::PgCluster;

class Campaigns : public ::testing::Test {
 protected:
    Campaigns() : target_(PgCluster::shared().migrated_database()), reads_(make_reads({target_})) {
        Batch batch;
        batch.definitions = {a_definition("hash-1", "train")};
        batch.runs_inserted = {a_run(1, "succeeded"), a_run(2, "failed")};
        batch.runs_inserted[1].correlation = "another";
        test::commit_rows(target_, batch);
    }

    void sql(const std::string& statement) { PgCluster::run(target_, statement); }
    // An event of this campaign and of this age.
    void arrive(std::int64_t id, const std::string& correlation, const std::string& age = "0") {
        sql("insert into event (id, ce_id, source, type, subject, time, data, correlation, depth) values (" + std::to_string(id) + ", 'e" +
            std::to_string(id) + "', 'test', 'x', '', now() - interval '" + age + " days', '{}', '" + correlation + "', 0)");
    }
    void deliver(std::int64_t id, const std::string& workflow, const std::string& state) {
        sql("insert into delivery (event, workflow, trigger, state, reason, at) values (" + std::to_string(id) + ", '" + workflow + "', '', '" + state +
            "', '', now()) on conflict (event, workflow, trigger) do update set state = excluded.state");
    }
    std::string state(const std::string& correlation = "campaign-1") {
        const auto text = reads_->read("campaign_grid", {correlation});
        EXPECT_TRUE(text) << describe(text.error());
        return text ? std::string(json_from_text(*text)->at("state").as_string()) : "";
    }

    std::string target_;
    std::unique_ptr<Reads> reads_;
};

TEST_F(Campaigns, HaveNotEndedWhileAnEventOfThemIsNotRouted) {
    EXPECT_EQ(state(), "succeeded");
    arrive(11, "campaign-1");
    EXPECT_EQ(state(), "queued") << "nobody has looked at it yet";
    EXPECT_EQ(state("another"), "failed");
    deliver(11, "tell", "pending");
    EXPECT_EQ(state(), "succeeded") << "it is gathered with others, for hours if need be";
    arrive(12, "campaign-1");
    EXPECT_EQ(state(), "queued");
    deliver(12, "", "filtered");
    EXPECT_EQ(state(), "succeeded") << "nobody listens";
}

TEST_F(Campaigns, EndDespiteAnEventThatIsGivenUp) {
    arrive(11, "campaign-1", "8");
    EXPECT_EQ(state(), "succeeded");
}

}  // namespace
}  // namespace kontor::store_pg
