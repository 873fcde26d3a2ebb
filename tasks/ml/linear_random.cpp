#include "tasks/ml/linear_random.hpp"

#include "tasks/ml/random.hpp"

namespace kontor::ml {
namespace {

thread_local Random generator{0};

}  // namespace

void seed_liblinear(std::uint32_t seed) { generator = Random(seed); }

// Called by LIBLINEAR where its source says rand(): from 0 to 2^31 - 1.
extern "C" int kontor_liblinear_rand() { return static_cast<int>(generator.next() >> 33U); }

}  // namespace kontor::ml
