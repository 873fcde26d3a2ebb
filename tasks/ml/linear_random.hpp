// The random numbers that LIBLINEAR shuffles rows with, in place of the C library's rand().
// Thread: each thread has its own generator.
#pragma once

#include <cstdint>

namespace kontor::ml {

// Ensures: what LIBLINEAR computes next on this thread depends on its input and `seed` alone.
void seed_liblinear(std::uint32_t seed);

}  // namespace kontor::ml
