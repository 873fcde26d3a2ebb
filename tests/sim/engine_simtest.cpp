// The engine against a hostile world, by seed. A failure prints the seed and how to replay it.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <thread>

#include "sim/simulation.hpp"

namespace kontor::sim {
namespace {

constexpr int steps_per_seed = 400;
constexpr std::uint64_t seeds_default = 400;
constexpr std::size_t failures_told_max = 10;  // then the search ends

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

// KONTOR_SIM_SEED: this one alone. KONTOR_SIM_SEEDS: so many, from KONTOR_SIM_FIRST on. One thread per core.
TEST(EngineSimulation, HoldsItsPromisesWhateverTheSeed) {
    const std::uint64_t only = number_from("KONTOR_SIM_SEED", 0);
    const std::uint64_t first = only != 0 ? only : number_from("KONTOR_SIM_FIRST", 1);
    const std::uint64_t end = first + (only != 0 ? 1 : number_from("KONTOR_SIM_SEEDS", seeds_default));
    std::atomic<std::uint64_t> next{first};
    std::mutex mutex;
    std::map<std::uint64_t, std::string> wrong;
    const auto work = [&] {
        for (std::uint64_t seed = next++; seed < end; seed = next++) {
            Simulation life(seed);
            if (only != 0) {
                life.tell_all();
            }
            const std::string found = life.run(steps_per_seed);
            if (!found.empty()) {
                const std::lock_guard lock(mutex);
                wrong[seed] = found;
                next = wrong.size() >= failures_told_max ? end : next.load();
            }
        }
    };
    std::vector<std::thread> others;
    for (unsigned i = 1; i < std::min<std::uint64_t>(std::max(1U, std::thread::hardware_concurrency()), end - first); ++i) {
        others.emplace_back(work);
    }
    work();
    for (std::thread& other : others) {
        other.join();
    }
    for (const auto& [seed, found] : wrong) {
        ADD_FAILURE() << found << "\nreplay: KONTOR_SIM_SEED=" << seed << " ctest --preset release -R '^sim$'";
    }
}

TEST(EngineSimulation, OneSeedGivesOneLife) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        Simulation once(seed);
        Simulation again(seed);
        EXPECT_EQ(once.run(steps_per_seed), again.run(steps_per_seed));
        EXPECT_EQ(once.story(), again.story());
    }
}

}  // namespace
}  // namespace kontor::sim
