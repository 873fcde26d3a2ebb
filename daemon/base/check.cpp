#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace kontor {

void check_failed(const char* expression, const char* file, int line) {
    std::fprintf(stderr, "kontor: check failed: %s (%s:%d)\n", expression, file, line);
    std::abort();
}

}  // namespace kontor
