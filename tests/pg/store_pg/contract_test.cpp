#include "contract/letters_contract.hpp"
#include "contract/store_contract.hpp"
#include "contract/store_contract_periods.hpp"

#include "support/pg_cluster.hpp"

namespace kontor::contract {

INSTANTIATE_TEST_SUITE_P(
    Postgres, StoreContract, ::testing::Values(StoreFactory([] {
        return store_pg::make_store(test::PgCluster::shared().migrated_database());
    }))
);

}  // namespace kontor::contract
