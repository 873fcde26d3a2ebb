// Seeded pseudo-random numbers (SplitMix64): the same seed gives the same search and the same splits everywhere.
// Thread: one thread at a time.
#pragma once

#include <cmath>
#include <cstdint>

namespace kontor::ml {

class Random {
 public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }
    // Uniform in [0, 1).
    double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    // Uniform in [0, bound). Requires: bound > 0.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    double between(double low, double high) { return low + (high - low) * unit(); }
    // Uniform in the logarithm. Requires: 0 < low < high.
    double log_between(double low, double high) { return std::exp(between(std::log(low), std::log(high))); }

 private:
    std::uint64_t state_;
};

}  // namespace kontor::ml
