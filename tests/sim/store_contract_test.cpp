// The simulation's store keeps the same contract as PostgreSQL's: what the engine proves against it counts.
#include "contract/letters_contract.hpp"
#include "contract/store_contract.hpp"
#include "contract/store_contract_periods.hpp"

#include "sim/sim_store.hpp"

namespace kontor::contract {

INSTANTIATE_TEST_SUITE_P(
    Simulated, StoreContract, ::testing::Values(StoreFactory([] { return std::make_unique<sim::SimStore>(1); }))
);

}  // namespace kontor::contract
