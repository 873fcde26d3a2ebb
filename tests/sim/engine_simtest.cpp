// The engine against a hostile world, by seed. A failure prints the seed and how to replay it.
#include <gtest/gtest.h>

#include <cstdlib>

#include "sim/simulation.hpp"

namespace kontor::sim {
namespace {

constexpr int steps_per_seed = 400;
constexpr std::uint64_t seeds_default = 400;

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

TEST(EngineSimulation, HoldsItsPromisesWhateverTheSeed) {
    const std::uint64_t only = number_from("KONTOR_SIM_SEED", 0);
    const std::uint64_t first = only != 0 ? only : 1;
    const std::uint64_t count = only != 0 ? 1 : number_from("KONTOR_SIM_SEEDS", seeds_default);
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const std::string wrong = Simulation(seed).run(steps_per_seed);
        ASSERT_EQ(wrong, "") << "replay: KONTOR_SIM_SEED=" << seed << " ctest --preset dev -R sim";
    }
}

TEST(EngineSimulation, OneSeedGivesOneLife) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        EXPECT_EQ(Simulation(seed).run(steps_per_seed), Simulation(seed).run(steps_per_seed));
    }
}

}  // namespace
}  // namespace kontor::sim
