// Rows put into a database as the conductor puts them there.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "store_pg/store_pg.hpp"

namespace kontor::test {

// Requires: a migrated database that nobody leads; ids up to 1000.
inline void commit_rows(const std::string& target, ports::Batch batch) {
    const auto store = store_pg::make_store(target);
    const auto led = store->lead("test", false);
    ASSERT_TRUE(led) << describe(led.error());
    batch.epoch = led->epoch;
    batch.seq = led->seq + 1;
    batch.last_id = 1000;
    const auto committed = store->commit(batch);
    ASSERT_TRUE(committed) << describe(committed.error());
}

}  // namespace kontor::test
